"""OwnConnection: the driver's connection itself, for the few statements that are sent thousands of times a second."""

from collections.abc import Sequence
from typing import Any

from bot.store.database import Database


class OwnConnection:
    """One connection, opened when it is needed. One thread's at a time. Every statement is a transaction of its own.

    Args:
        database: whose.
        seconds: that the database has for a statement; SQLite for the lock alone.
    """

    def __init__(self, database: Database, seconds: int) -> None:
        self._database, self._seconds = database, seconds
        self._pooled: Any = None
        #: Stands for a value in a statement of this driver's.
        self.mark = "%s" if database.postgres else "?"

    def execute(self, statement: str, values: Sequence[Any]) -> Any:
        """Do it and give the cursor; once more where PostgreSQL has hung up since the last one.

        A statement must be one that may be done twice: the connection can break after its commit.

        Raises:
            Exception: the driver's.
        """
        known = self._pooled is not None
        try:
            return self._opened().execute(statement, values)
        except Exception:
            broken = self._database.postgres and self._pooled is not None and self._pooled.driver_connection.closed
            self._drop()
            if not (known and broken):
                raise
        try:
            return self._opened().execute(statement, values)
        except Exception:
            self._drop()
            raise

    def close(self) -> None:
        """Close it."""
        self._drop()

    def _opened(self) -> Any:
        if self._pooled is None:
            pooled = self._database.driver()
            try:
                self._prepare(pooled.driver_connection)
            except BaseException:
                pooled.invalidate()
                raise
            self._pooled = pooled
        return self._pooled.driver_connection

    def _prepare(self, driver: Any) -> None:
        if self._database.postgres:
            driver.autocommit = True
            driver.execute(f"set statement_timeout = {self._seconds * 1000}")
            return
        driver.isolation_level = None
        driver.execute(f"pragma busy_timeout = {self._seconds * 1000}")
        driver.execute("pragma journal_mode = wal")  # it is already where the engine was here before
        driver.execute("pragma synchronous = full")  # with WAL: on the disk when a commit returns

    def _drop(self) -> None:
        if self._pooled is not None:
            pooled, self._pooled = self._pooled, None
            pooled.invalidate()  # never back into the pool: it is set up for this alone
