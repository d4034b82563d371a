"""Known: what was handed on before, so that it is known when it comes again.

Twins are letters of the same body that are none of each other's copies: GitHub's times have whole seconds, so who
takes a label off and puts it on again within one makes two deliveries of the same bytes, and the second one counts. A
copy that somebody sends again under another id looks just the same, so it is told by what it could change. Of twins
that wait together one is enough: it will be looked up after this moment. One that comes when the first was handed on
is handed on as well, within a minute and twenty times at most; later no twin is real.
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.store.own_connection import OwnConnection

#: Seconds in which a twin may come, counted from the first one: GitHub's second, and what the way took.
SECONDS = 60.0

#: Twins of one letter at most.
TWINS = 20

#: Letters of this process that are remembered without the database: those that are not handed on yet.
RECENT = 10_000

TABLE = """create table if not exists intern_known (meaning {bytes} not null primary key,
    delivery varchar(100) not null, received double precision not null, twins integer not null default 0)"""
AMONG = "select meaning, delivery, received, twins from intern_known where meaning in ({names})"
ENTER = """insert into intern_known (meaning, delivery, received) values (:meaning, :delivery, :received)
    on conflict do nothing"""
TWIN = """update intern_known set twins = twins + 1
    where meaning = :meaning and delivery <> :delivery and twins < :most and received between :since and :until"""
WITHDRAW = "delete from intern_known where meaning = :meaning and delivery = :delivery and twins = 0"
FORGET = "delete from intern_known where received < :before"

#: Of a row: its delivery, what it means, whether it may have twins, and more.
Row = tuple[Any, ...]


class Known:
    """The table of what was handed on.

    Args:
        now: seconds since 1970.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def among(self, own: OwnConnection, rows: Sequence[Row]) -> set[tuple[str, bytes]]:
        """Those of them that are known: (delivery, meaning) of each. Raises the driver's exceptions."""
        found = own.execute(_among(len(rows), own.mark), [row[1] for row in rows]).fetchall()
        if not found:
            return set()
        there = {bytes(meaning): (delivery, received, twins) for meaning, delivery, received, twins in found}
        return {row[:2] for row in rows if row[1] in there and not self._may_be_twin(row, *there[row[1]])}

    def _may_be_twin(self, row: Row, delivery: str, received: float, twins: int) -> bool:
        return bool(row[2]) and row[0] != delivery and twins < TWINS and 0 <= self._now() - received < SECONDS

    def enter(self, connection: sa.Connection, row: Any, batch: set[bytes]) -> bool:
        """Whether a letter is to be handed on: it is the first with its meaning, or a twin that may count.

        Args:
            connection: in whose transaction it is handed on.
            row: the letter.
            batch: what was handed on in this transaction; gets this one as well.
        """
        meaning = bytes(row["meaning"])
        first = connection.execute(sa.text(ENTER), dict(row)).rowcount == 1
        if not first and (not row["twins"] or meaning in batch):
            return False
        batch.add(meaning)
        bounds = {"since": self._now() - SECONDS, "until": self._now(), "most": TWINS}
        return first or connection.execute(sa.text(TWIN), {**row, **bounds}).rowcount == 1

    def withdraw(self, connection: sa.Connection, row: Any) -> None:
        """It was not handed on after all."""
        connection.execute(sa.text(WITHDRAW), dict(row))

    def forget(self, connection: sa.Connection, before: float) -> int:
        """Forget what was received before then; how many."""
        return connection.execute(sa.text(FORGET), {"before": before}).rowcount


class Recent:
    """What this process stored last: between the inbox and `Known` nothing is looked up."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[bytes, str], float] = OrderedDict()

    def fresh(self, rows: Sequence[Row]) -> list[bool]:
        """For each whether it is none of them, and none of those before it."""
        seen: set[tuple[bytes, str]] = set()
        found = []
        for row in rows:
            name = self._name(row)
            found.append(name not in self._kept and name not in seen)
            seen.add(name)
        return found

    def keep(self, rows: Sequence[Row]) -> None:
        """They are stored now. The last part of each is when it was received."""
        for row in rows:
            self._kept[self._name(row)] = row[-1]
        while len(self._kept) > RECENT:
            self._kept.popitem(last=False)

    def since(self, before: float) -> "Recent":
        """Another one without those that were received before then."""
        found = Recent()
        found._kept.update((name, received) for name, received in self._kept.copy().items() if received >= before)
        return found

    def _name(self, row: Row) -> tuple[bytes, str]:
        """A letter that may have twins is known by its delivery as well."""
        return row[1], row[0] if row[2] else ""


@functools.lru_cache(128)
def _among(count: int, mark: str) -> str:
    """The statement for so many letters."""
    return AMONG.format(names=", ".join([mark] * count))
