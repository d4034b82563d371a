"""Database: how tables of ours are opened beside the engine's own, on SQLite and on PostgreSQL alike."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import sqlalchemy as sa

from bot.store.away import is_away
from bot.store.reaching import POOL_EVENTS, reaching

T = TypeVar("T")

#: Seconds to wait for a database that is away or busy, before each further try.
PATIENCE = (0.2, 1.0, 3.0, 9.0)

#: Seconds to wait for whoever else writes to a PostgreSQL, and for SQLite's lock.
LOCK_SECONDS, SQLITE_SECONDS = 10, 30

#: Seconds after which PostgreSQL ends a transaction whose process does nothing in it: one that is frozen, or whose
#: machine is gone, must not keep its locks from the others.
IDLE_SECONDS = 8

#: Connections that stay open; of these, the inbox has one to itself. As many more as threads need one at the same time
#: are opened and closed again: nobody waits for somebody else's, least of all who gives the process's sign of life.
POOL: dict[str, Any] = {"pool_size": 4, "max_overflow": -1, "pool_use_lifo": True}


class Database:
    """Connections to the engine's database: one for each process. Safe to use from several threads.

    Args:
        url: "sqlite:///path" or "postgresql://...".

    Attributes:
        url: as it was given.
        postgres: whether it is a PostgreSQL, which several processes may share.
        engine: SQLAlchemy's, for a library that works in a transaction of ours.
    """

    def __init__(self, url: str) -> None:
        parsed = sa.engine.make_url(url)
        self.url, self.postgres = url, parsed.get_backend_name() == "postgresql"
        self.engine = _postgres(url) if self.postgres else _sqlite(parsed)
        self._locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to look with. Raises SQLAlchemyError."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, lock: int) -> Iterator[sa.Connection]:
        """A transaction that no other of the same lock overlaps, in this process or in another.

        Args:
            lock: of PostgreSQL's advisory locks, the one of those who write to the same table.
        """
        with self._locks[lock], self.engine.begin() as connection:
            if self.postgres:
                connection.execute(sa.text(f"set local lock_timeout = {LOCK_SECONDS * 1000:d}"))
                connection.execute(sa.text(f"set local idle_in_transaction_session_timeout = {IDLE_SECONDS * 1000:d}"))
                connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})
            yield connection

    @contextmanager
    def at_once(self) -> Iterator[sa.Connection]:
        """A connection whose statements are transactions of their own: between two of them nothing is locked."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def driver(self) -> sa.PoolProxiedConnection:
        """A connection as the driver gives it. Raises SQLAlchemyError, or the driver's errors."""
        return self.engine.raw_connection()

    def patiently(self, lock: int, do: Callable[[sa.Connection], T]) -> T:
        """Do something in one `writing`; a database that is away for a moment costs nothing but time."""
        for wait in PATIENCE:
            try:
                with self.writing(lock) as connection:
                    return do(connection)
            except sa.exc.SQLAlchemyError as error:
                if not is_away(error):
                    raise
                time.sleep(wait)
        with self.writing(lock) as connection:
            return do(connection)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def _postgres(url: str) -> sa.Engine:
    driver = reaching(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(driver, pool_pre_ping=True, pool_events=POOL_EVENTS, **POOL)


def _sqlite(url: sa.URL) -> sa.Engine:
    options = {} if "timeout" in url.query else {"timeout": SQLITE_SECONDS}
    return sa.create_engine(url, pool_pre_ping=True, connect_args=options, **POOL)
