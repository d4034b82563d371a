"""Tables: all of our own are made here, before anything else is done with the database."""

import sqlalchemy as sa

from bot.store import daybook, halts, inbox, inbox_known, outcomes, replies, schema, turns, whereabouts, wishes
from bot.store.database import Database

#: Of PostgreSQL's advisory locks: of two processes that start at once, one makes them.
LOCK = 0x7461626C6573

TABLES = (
    schema.TABLE,
    daybook.TABLE,
    replies.TABLE,
    wishes.TABLE,
    *wishes.INDEXES,
    halts.TABLE,
    whereabouts.TABLE,
    outcomes.TABLE,
)
#: For several processes on one PostgreSQL.
SHARED = (turns.TABLE,)


def make_tables(database: Database, *more: str) -> None:
    """Make what is missing, and `more` with it, and write down its version.

    Raises:
        SQLAlchemyError: the database can't be used.
        ConfigurationError: its tables are a newer version's; nothing was changed.
    """
    types, shared = inbox.TYPES[database.postgres], SHARED if database.postgres else ()
    inboxes = [table.format(**types) for table in (inbox.TABLE, inbox_known.TABLE)]
    with database.writing(LOCK) as connection:
        schema.check_schema(connection)
        for statement in (*inboxes, *TABLES, *shared, *more):
            connection.execute(sa.text(statement))
        schema.mark_schema(connection)
