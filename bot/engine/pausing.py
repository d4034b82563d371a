"""Pausing: what is wrong with a database for a while stops everything that needs it, and costs no job.

DBOS waits for a PostgreSQL that is away, is full or is being stopped, and for a locked SQLite file. A file on a full
disk, or what went read-only, is no different: the step that could not be recorded is recorded when it can be.
"""

import sqlalchemy as sa
from dbos import _sys_db
from dbos._utils import retriable_postgres_exception

from bot.store.away import is_trouble, unwritable


def pauses(error: Exception) -> bool:
    """Whether DBOS waits for a PostgreSQL that says this."""
    return retriable_postgres_exception(error) or (isinstance(error, sa.exc.DBAPIError) and unwritable(error))


def pause_on_trouble() -> None:
    """Let DBOS wait for such a database in this process. Raises RuntimeError: DBOS decides elsewhere now."""
    for name, waits in (("retriable_sqlite_exception", is_trouble), ("retriable_postgres_exception", pauses)):
        if not hasattr(_sys_db, name):
            raise RuntimeError("This version of DBOS decides elsewhere what it waits for; pausing.py must know where.")
        setattr(_sys_db, name, waits)
