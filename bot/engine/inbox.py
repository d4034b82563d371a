"""Inbox: what came in and is our business, in the database of the engine; stored before GitHub is answered.

A letter is known again by what it means: whether GitHub delivers it once more under its old id, or somebody sends a
copy of it under another one, it is no second letter. One index costs half of what two would, for each letter.
"""

import functools
import hashlib
import itertools
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.engine.database import Database
from bot.engine.inbox_twins import Twins
from bot.engine.own_connection import OwnConnection

log = logging.getLogger(__name__)

#: Letters that one statement stores at most.
MOST = 100

#: Seconds that the database has for one statement; who waits for a letter is told "no" soon after.
SECONDS = 5

#: Of PostgreSQL's advisory locks: only for making the table.
LOCK = 0x696E626F78

TABLE = """create table if not exists intern_inbox (
    number {number}, delivery varchar(100) not null, meaning {bytes} not null unique, place varchar(100) not null,
    event text not null, token bigint not null, received double precision not null, handed double precision)"""
TYPES = (
    {"number": "integer primary key", "bytes": "blob"},
    {"number": "bigint generated always as identity primary key", "bytes": "bytea"},
)
#: What waits is found at once, however much has been handed on.
WAITING = "create index if not exists intern_inbox_waiting on intern_inbox (number) where handed is null"
INSERT = """insert into intern_inbox (delivery, meaning, place, event, token, received) values {rows}
    on conflict do nothing"""
#: The first statement of its transaction writes, so that SQLite waits for its lock instead of refusing at once.
TAKE = """update intern_inbox set handed = :now where number in
    (select number from intern_inbox where handed is null order by number limit :most {skip})
    returning number, delivery, place, event"""
#: What is kept afterwards is to know it again, and no more.
EMPTY = "update intern_inbox set event = '' where number = :number"
BACK = "update intern_inbox set handed = null where number = :number"
FORGET = "delete from intern_inbox where handed is not null and received < :before"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is kept of a delivery.

    Attributes:
        delivery: its id.
        meaning: what it tells; a second letter with the same meaning is none, but for twins (`inbox_twins`).
        twins: whether it may have them.
        place: the issue or pull request that it is about, by the engine's partition.
        event: what was read of it, as JSON.
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
        database_url: the engine's.
        now: seconds since 1970.
    """

    def __init__(self, database_url: str, now: Callable[[], float] = time.time) -> None:
        self.database = Database(database_url, LOCK)
        self._own = OwnConnection(self.database, SECONDS)
        self._twins = Twins(self._own, now)
        self._now = now
        self._tokens = itertools.count(secrets.randbits(62))
        #: Set when something was stored here; whoever hands on waits for it.
        self.filled = threading.Event()

    def open(self) -> None:
        """Make the table where it is missing. Raises SQLAlchemyError."""
        with self.database.writing() as connection:
            connection.execute(sa.text(TABLE.format(**TYPES[self.database.postgres])))
            connection.execute(sa.text(WAITING))

    def add(self, letters: Sequence[Letter]) -> list[bool]:
        """Store them, all in one transaction; when this returns they survive a crash.

        Returns:
            For each whether it is stored by this call; what was there already is not.

        Raises:
            Exception: the driver's, about a database that is away, locked, full or broken. Nothing is lost: a letter
                that was stored nevertheless is known when it comes again.
        """
        found: list[bool] = []
        for start in range(0, len(letters), MOST):
            found += self._store(letters[start : start + MOST])
        if any(found):
            self.filled.set()
        return found

    def _store(self, letters: Sequence[Letter]) -> list[bool]:
        received = self._now()
        rows = [
            (one.delivery, key_of(one.meaning), one.place, one.event, next(self._tokens), received) for one in letters
        ]
        # One statement is one transaction, and one time without Python's lock instead of one for each letter.
        statement = _insert(len(rows), self._own.mark)
        cursor = self._own.execute(statement, [value for row in rows for value in row])
        if cursor.rowcount == len(rows):
            return [True] * len(rows)
        return [self._twins.stored(row, may=one.twins) for row, one in zip(rows, letters, strict=True)]

    def waiting(self) -> int:
        """How many wait to be handed on. Raises SQLAlchemyError."""
        with self.database.reading() as connection:
            count = connection.execute(sa.text("select count(*) from intern_inbox where handed is null")).scalar()
        return int(count or 0)

    def move(self, hand: Hand, most: int = 20) -> int:
        """Hand on the oldest ones that wait, in one transaction: either the other side has them, or they wait still.

        Several processes may do so at once; each gets others.

        Args:
            hand: hands one on.
            most: how many at once.

        Returns:
            How many were handed on.

        Raises:
            SQLAlchemyError: the database is away; nothing was handed on.
        """
        skip = "for update skip locked" if self.database.postgres else ""
        with self.database.transaction() as connection:
            taken = connection.execute(sa.text(TAKE.format(skip=skip)), {"now": self._now(), "most": most}).all()
            return sum(self._pass(connection, hand, *letter) for letter in sorted(taken))

    def _pass(self, connection: sa.Connection, hand: Hand, number: int, delivery: str, place: str, event: str) -> int:
        try:
            hand(connection, number, delivery, place, event)
        except sa.exc.SQLAlchemyError:
            raise
        except Exception:
            log.exception("delivery %s can't be handed on; it waits", delivery)
            connection.execute(sa.text(BACK), {"number": number})
            return 0
        connection.execute(sa.text(EMPTY), {"number": number})
        return 1

    def forget(self, before: float) -> int:
        """Forget what was received before then and is handed on; a copy of it that comes now is new. Returns how many.

        Args:
            before: seconds since 1970.

        Raises:
            SQLAlchemyError: the database is away.
        """
        with self.database.writing() as connection:
            return connection.execute(sa.text(FORGET), {"before": before}).rowcount

    def close(self) -> None:
        """Close the connections."""
        self._own.close()
        self.database.close()


def key_of(meaning: str) -> bytes:
    """Sixteen bytes for what a letter means: nobody finds two meanings with the same."""
    return hashlib.sha256(meaning.encode()).digest()[:16]


@functools.lru_cache(MOST)
def _insert(count: int, mark: str) -> str:
    """The statement for so many letters."""
    row = "(" + ", ".join([mark] * 6) + ")"
    return INSERT.format(rows=", ".join([row] * count))
