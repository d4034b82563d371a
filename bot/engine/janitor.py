"""Janitor: takes from the database what is so old that nobody asks for it, and gives the disk its room back."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from dbos import DBOS

from bot.engine.outside import outside

#: Days for which the work on a delivery is kept after its end: GitHub delivers again within three.
#: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
DELIVERY_DAYS = 14

#: Workflows that are looked at, and removed, at once: others want the database, too.
BATCH = 200

ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

#: Pages of an SQLite file that are given back at once.
PAGES = 10_000

#: Forgets what is older than a moment, and says how much that was.
Forget = Callable[[datetime], int]


class Janitor:
    """Looks after the database of an engine that is launched in this process. Several processes may have one each.

    Args:
        database_url: the engine's.
        days: for which jobs are kept after their end, and what `forgets` forgets.
        forgets: forget rows of tables of our own.
    """

    def __init__(self, database_url: str, days: int, forgets: Sequence[Forget] = ()) -> None:
        self._url, self._days, self._forgets = database_url, days, forgets

    def sweep(self, now: float) -> int:
        """For a `sandbox.reaper.Reaper`: how many rows of ours, and jobs and deliveries, went.

        Args:
            now: Unix seconds; of a clock that never runs ahead of what really passed, so that one which was set
                wrong makes nobody forget.
        """
        moment = datetime.fromtimestamp(now, UTC)
        old = moment - timedelta(days=self._days)
        gone = sum(forget(old) for forget in self._forgets)
        gone += self._forget_ended(None, old)
        gone += self._forget_ended("delivery-", moment - timedelta(days=min(self._days, DELIVERY_DAYS)))
        if self._url.startswith("sqlite"):
            self._give_back()
        return gone

    def _forget_ended(self, prefix: str | None, old: datetime) -> int:
        """Workflows that ended before a moment, with their steps and events."""
        gone = kept = 0
        while found := self._ended(prefix, old, kept):
            limit = old.timestamp() * 1000
            names = [status.workflow_id for status in found if (status.updated_at or 0) < limit]
            if names:
                outside(lambda names=names: DBOS.delete_workflows(names))  # type: ignore[misc]
            gone, kept = gone + len(names), kept + len(found) - len(names)
        return gone

    @staticmethod
    def _ended(prefix: str | None, old: datetime, skip: int) -> list[Any]:
        return outside(
            lambda: DBOS.list_workflows(
                workflow_id_prefix=prefix,
                status=ENDED,
                end_time=old.isoformat(),
                load_input=False,
                load_output=False,
                limit=BATCH,
                offset=skip,
            )
        )

    def _give_back(self) -> None:
        """Free pages at the end of the file go back to the disk, and what is in the journal into the file.

        https://www.sqlite.org/pragma.html#pragma_incremental_vacuum
        """
        path = sa.engine.make_url(self._url).database
        with closing(sqlite3.connect(str(path), timeout=30, isolation_level=None)) as connection:
            connection.executescript(f"pragma incremental_vacuum({PAGES})")  # `execute` would give back one page
            connection.execute("pragma wal_checkpoint(truncate)").fetchall()  # told as busy where somebody reads
