"""Opening: what is wrong with a database is said before anything is changed in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from dbos import _migration

from bot.errors import ConfigurationError
from bot.store.reaching import POOL_EVENTS, reaching
from bot.store.schema import SCHEMA, check_schema, refuse_newer

#: Where DBOS keeps its tables on PostgreSQL.
DBOS_SCHEMA = "dbos"

#: Seconds to wait for whoever else writes there.
LOCKED_SECONDS = 10.0

READ_ONLY = "DATABASE_URL is read-only there, perhaps a standby. Name the primary server."


def check_database(url: str, patience: float = LOCKED_SECONDS) -> None:
    """Look whether this version can work with the database. Nothing is changed, and a missing one is fine.

    Args:
        url: "sqlite:///path" or "postgresql://...".
        patience: seconds to wait for whoever has locked a file.

    Raises:
        ConfigurationError: it is damaged, locked, read-only, can't be reached, or was written by a newer version.
    """
    if url.startswith("sqlite"):
        _check_file(Path(sa.engine.make_url(url).database or ""), patience)
    else:
        _check_server(url)


def _check_file(path: Path, patience: float) -> None:
    try:
        if not path.name or not path.exists() or not path.stat().st_size:
            return
        with closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as connection:
            (state,) = connection.execute("pragma quick_check(1)").fetchone()
            if state != "ok":
                raise sqlite3.DatabaseError(state)
            connection.execute("begin immediate")
            connection.execute("create table if not exists intern_trying (one integer)")
            tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
            found = [
                _largest(connection, "intern_schema") if "intern_schema" in tables else 0,
                _largest(connection, "dbos_migrations") if "dbos_migrations" in tables else 0,
            ]
            connection.execute("rollback")
    except (sqlite3.Error, OSError) as error:
        raise ConfigurationError(_told(path, error)) from error
    refuse_newer("tables", found[0], SCHEMA)
    refuse_newer("engine", found[1], len(_migration.sqlite_migrations))


def _largest(connection: sqlite3.Connection, table: str) -> int:
    (version,) = connection.execute(f"select max(version) from {table}").fetchone()  # noqa: S608  (our own names)
    return int(version or 0)


def _told(path: Path, error: Exception) -> str:
    said = str(error).lower()
    if "readonly" in said or "read-only" in said or isinstance(error, PermissionError):
        return f"The database {path} can't be written. Give the bot's user write access to it and to its folder."
    if "locked" in said:
        return f"The database {path} is locked by another program. End that one, then start again."
    if "full" in said:
        return f"The disk of the database {path} is full. Free some space, then start again."
    if "unable to open" in said or isinstance(error, OSError):
        return f"The database {path} can't be opened ({error}). Look at the rights of its folder, or set DATABASE_URL."
    return (
        f"The database {path} is damaged ({str(error)[:120]}). Put a copy of it back, or move it away and start again: "
        f'then jobs under way are lost, and what is on GitHub stays. `sqlite3 {path.name} ".recover"` may save some.'
    )


def _check_server(url: str) -> None:
    engine = sa.create_engine(reaching(url).set(drivername="postgresql+psycopg"), pool_events=POOL_EVENTS)
    try:
        found, known = _migration.get_migration_versions(engine, DBOS_SCHEMA, use_listen_notify=True)
        with engine.connect() as connection:
            check_schema(connection)
    except sa.exc.OperationalError as error:
        if "does not exist" in str(error):
            return  # the engine makes it
        if "session is read-only" in str(error):
            raise ConfigurationError(READ_ONLY) from error
        raise ConfigurationError(f"DATABASE_URL can't be opened: {str(error).strip().splitlines()[0]}") from error
    finally:
        engine.dispose()
    refuse_newer("engine", found, known)
