"""Away: which errors say that a database can't be used for now, and not that something is wrong with us."""

import sqlite3
import time

import sqlalchemy as sa

from bot.errors import Later

#: Seconds after which work is done anew that found the database away, and for how many seconds in all.
AGAIN, PATIENCE = 10.0, 3600.0

#: SQLSTATEs of a PostgreSQL that is there and can't be written: it was made read-only, or its disk fails.
#: https://www.postgresql.org/docs/current/errcodes-appendix.html
UNWRITABLE = {"25006", "58000", "58030"}

#: How SQLite says so: SQLITE_FULL, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_CORRUPT, SQLITE_NOTADB.
#: https://www.sqlite.org/rescode.html
TROUBLE = (
    "database is locked",
    "database or disk is full",
    "attempt to write a readonly database",
    "disk i/o error",
    "unable to open database file",
    "database disk image is malformed",
    "file is not a database",
)


def is_away(error: BaseException) -> bool:
    """Whether an error of SQLAlchemy's says that the database can't be used for now."""
    if isinstance(getattr(error, "orig", None), sqlite3.Error):
        return is_trouble(error)
    lost = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.TimeoutError)
    return lost or _was_ended(error) or unwritable(error)


def _was_ended(error: BaseException) -> bool:
    """Whether the connection is gone: an idle transaction's is ended with an error that is none of the above."""
    return isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated


def unwritable(error: BaseException) -> bool:
    """Whether an error of SQLAlchemy's is a PostgreSQL's that can be read at most."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in UNWRITABLE


def is_trouble(error: BaseException) -> bool:
    """Whether an error is an SQLite file's or its disk's, and not the statement's.

    Args:
        error: of sqlite3, or one of SQLAlchemy's that carries it.
    """
    origin = getattr(error, "orig", None) or error
    return isinstance(origin, sqlite3.Error) and any(words in str(origin).lower() for words in TROUBLE)


def later() -> Later:
    """What puts off work that needs the database."""
    return Later("My database does not answer.", time.time() + AGAIN, PATIENCE)
