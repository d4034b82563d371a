"""Pausing: what is wrong with an SQLite file for a while stops everything that needs it, and costs no job.

DBOS waits for a PostgreSQL that is away, is full or is being stopped, and for a locked SQLite file. A full disk, or
one that went read-only, is no different: the step that could not be recorded is recorded when it can be.
https://www.sqlite.org/rescode.html
"""

import sqlite3

from dbos import _sys_db

#: How SQLite says so: SQLITE_FULL, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_CORRUPT, SQLITE_NOTADB.
TROUBLE = (
    "database is locked",
    "database or disk is full",
    "attempt to write a readonly database",
    "disk i/o error",
    "unable to open database file",
    "database disk image is malformed",
    "file is not a database",
)


def is_trouble(error: BaseException) -> bool:
    """Whether an error is the file's or its disk's, and not the statement's.

    Args:
        error: of sqlite3, or one of SQLAlchemy's that carries it.
    """
    origin = getattr(error, "orig", None) or error
    return isinstance(origin, sqlite3.Error) and any(words in str(origin).lower() for words in TROUBLE)


def pause_on_trouble() -> None:
    """Let DBOS wait for such a file in this process. Raises RuntimeError: this version of DBOS decides elsewhere."""
    if not hasattr(_sys_db, "retriable_sqlite_exception"):
        raise RuntimeError("This version of DBOS decides elsewhere what it waits for; bot/engine/pausing.py must know.")
    _sys_db.retriable_sqlite_exception = is_trouble
