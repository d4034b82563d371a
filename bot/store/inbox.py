"""Inbox: what came in and is our business, in the database of the engine; stored before GitHub is answered.

What waits to be handed on is a table of its own to which rows are only appended: a group of them is one or two pages
on the disk, and it is the disk that GitHub waits for. The index by which a letter is known again lies on many pages;
it is written when a letter is handed on, in the same transaction, where nobody waits (`inbox_known`).
"""

import functools
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.inbox_known import Known, Recent
from bot.store.own_connection import OwnConnection

log = logging.getLogger(__name__)

#: Letters that one statement stores at most.
MOST = 100

#: Seconds that the database has for one statement; who waits for a letter is told "no" soon after.
SECONDS = 5

#: Of PostgreSQL's advisory locks.
LOCK = 0x696E626F78

TABLE = """create table if not exists intern_inbox (number {number}, delivery varchar(100) not null,
    meaning {bytes} not null, twins integer not null, place varchar(100) not null, event text not null,
    received double precision not null)"""
TYPES = (
    {"number": "integer primary key autoincrement", "bytes": "blob"},  # a number that was given is given no more
    {"number": "bigint generated always as identity primary key", "bytes": "bytea"},
)
INSERT = "insert into intern_inbox (delivery, meaning, twins, place, event, received) values {rows}"
#: The first statement of its transaction writes, so that SQLite waits for its lock instead of refusing at once.
TAKE = """delete from intern_inbox where number in
    (select number from intern_inbox order by number limit :most)
    returning number, delivery, meaning, twins, place, event, received"""
BACK = """insert into intern_inbox (delivery, meaning, twins, place, event, received)
    values (:delivery, :meaning, :twins, :place, :event, :received)"""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is kept of a delivery.

    Attributes:
        delivery: its id.
        meaning: what it tells; a second letter with the same meaning is none, but for twins (`inbox_known`).
        place: the issue or pull request that it is about, by the engine's partition.
        event: what was read of it, as JSON.
        twins: whether it may have twins.
    """

    delivery: str
    meaning: str
    place: str
    event: str
    twins: bool = False


#: Hands a letter on, in the transaction of this connection. Gets its number, its delivery's id, place and event.
Hand = Callable[[sa.Connection, int, str, str, str], None]


class Inbox:
    """The table. `add` is one thread's; everything else may be called from any.

    Args:
        database: the engine's.
        now: seconds since 1970.
    """

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self.database = database
        self._own = OwnConnection(self.database, SECONDS)
        self._known, self._recent = Known(now), Recent()
        self._now = now
        self._turn = threading.Lock()
        #: Set when something was stored here; whoever hands on waits for it.
        self.filled = threading.Event()

    def add(self, letters: Sequence[Letter]) -> list[bool]:
        """Store them, all in one transaction; when this returns they survive a crash.

        Args:
            letters: `MOST` at most.

        Returns:
            For each whether it is stored by this call; what was there already is not. Of two processes that get the
            same letter at the same time both may store it; it is handed on once.

        Raises:
            Exception: the driver's, about a database that is away, locked, full or broken. Nothing is lost: a letter
                that was stored nevertheless is known when it comes again.
        """
        rows = [(one.delivery, key_of(one.meaning), int(one.twins), one.place, one.event) for one in letters]
        known = self._known.among(self._own, rows)
        fresh = self._recent.fresh(rows)
        new = [there and row[:2] not in known for row, there in zip(rows, fresh, strict=True)]
        values = [(*row, self._now()) for row, is_new in zip(rows, new, strict=True) if is_new]
        if values:
            # One statement is one transaction, and one time without Python's lock instead of one for each letter.
            with self._my_turn():
                flat = [value for row in values for value in row]
                self._own.execute(_insert(len(values), self._own.mark), flat)
            self._recent.keep(values)
            self.filled.set()
        return new

    def waiting(self) -> int:
        """How many wait to be handed on. Raises SQLAlchemyError."""
        with self.database.reading() as connection:
            return int(connection.execute(sa.text("select count(*) from intern_inbox")).scalar() or 0)

    def deliveries(self) -> list[str]:
        """Ids of those that wait to be handed on. Raises SQLAlchemyError."""
        with self.database.reading() as connection:
            return list(connection.execute(sa.text("select delivery from intern_inbox order by number")).scalars())

    def move(self, hand: Hand, most: int = 20) -> int:
        """Hand on the oldest ones that wait, in one transaction: either the other side has them, or they wait still.

        Of several processes one does so at a time: two at once could hand on the second letter of a place before the
        first. One that is frozen in its middle keeps the others waiting for `IDLE_SECONDS`.

        Args:
            hand: hands one on.
            most: how many at once.

        Returns:
            How many wait no more.

        Raises:
            SQLAlchemyError: the database is away; nothing was handed on.
        """
        with self._my_turn(), self.database.writing(LOCK) as connection:
            taken = connection.execute(sa.text(TAKE), {"most": most}).mappings().all()
            batch: set[bytes] = set()
            return sum(self._pass(connection, hand, row, batch) for row in sorted(taken, key=lambda row: row["number"]))

    def _pass(self, connection: sa.Connection, hand: Hand, row: Any, batch: set[bytes]) -> int:
        try:
            if self._known.enter(connection, row, batch):
                hand(connection, row["number"], row["delivery"], row["place"], row["event"])
        except sa.exc.SQLAlchemyError:
            raise
        except Exception:
            log.exception("delivery %s can't be handed on; it waits", row["delivery"])
            self._known.withdraw(connection, row)
            connection.execute(sa.text(BACK), dict(row))
            return 0
        return 1

    def forget(self, before: float) -> int:
        """Forget what was received before then and is handed on; a copy of it that comes now is new. Returns how many.

        Args:
            before: seconds since 1970.

        Raises:
            SQLAlchemyError: the database is away.
        """
        self._recent = self._recent.since(before)
        with self.database.writing(LOCK) as connection:
            return self._known.forget(connection, before)

    def close(self) -> None:
        """Close the connection of its own."""
        self._own.close()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """SQLite has one writer at a time, and whoever waits for it looks again after ever longer sleeps."""
        if self.database.postgres:
            yield
        elif self._turn.acquire(timeout=SECONDS):
            try:
                yield
            finally:
                self._turn.release()
        else:
            raise TimeoutError("another thread of this process writes for too long")


def key_of(meaning: str) -> bytes:
    """Sixteen bytes for what a letter means: nobody finds two meanings with the same."""
    return hashlib.sha256(meaning.encode()).digest()[:16]


@functools.lru_cache(MOST)
def _insert(count: int, mark: str) -> str:
    """The statement for so many letters."""
    row = "(" + ", ".join([mark] * 6) + ")"
    return INSERT.format(rows=", ".join([row] * count))
