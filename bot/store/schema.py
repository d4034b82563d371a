"""Schema: which version the tables of our own have, so that no process works on those of a newer one."""

import sqlalchemy as sa

from bot.errors import ConfigurationError

#: Of the tables of our own; a version that changes them so that an earlier one can't read them adds one.
SCHEMA = 1
TABLE = "create table if not exists intern_schema (version integer primary key)"
VERSION = "select max(version) from intern_schema"
ENTER = "insert into intern_schema values (:version)"
#: Changes nothing, and still has to be written.
TOUCH = "update intern_schema set version = version"

_NEWER = (
    "DATABASE_URL was written by a newer version of the bot ({part} {found}, this one knows {known}). Going back would "
    "lose what jobs have recorded. Install that version again, or name a new database."
)


def refuse_newer(part: str, found: int, known: int) -> None:
    """Raise ConfigurationError where a part of the database is of a newer version than the one that this one knows."""
    if found > known:
        raise ConfigurationError(_NEWER.format(part=part, found=found, known=known))


def check_schema(connection: sa.Connection) -> None:
    """Raise ConfigurationError where our tables are a newer version's. It changes nothing; missing ones are fine."""
    if sa.inspect(connection).has_table("intern_schema"):
        refuse_newer("tables", int(connection.execute(sa.text(VERSION)).scalar() or 0), SCHEMA)


def mark_schema(connection: sa.Connection) -> None:
    """Write down that this version has the tables now."""
    if not connection.execute(sa.text(VERSION)).scalar():
        connection.execute(sa.text(ENTER), {"version": SCHEMA})


def touch_schema(connection: sa.Connection) -> None:
    """Write something. Raises SQLAlchemyError where the database can be read at most."""
    connection.execute(sa.text(TOUCH))
