"""Twins: letters of the same body that are none of each other's copies.

GitHub's times have whole seconds. Who takes a label off and puts it on again within one gets two deliveries with the
same bytes, and the second one counts: the issue is labelled. A copy that somebody sends again under another id looks
just the same, so it is told by what it could change. While a twin waits, everything of it will be looked up after this
moment, and a second one adds nothing. After a minute no twin is real any more.
"""

from collections.abc import Callable
from typing import Any

from bot.engine.own_connection import OwnConnection

#: Seconds in which a twin may come, counted from the first one: GitHub's second, and what the way took.
SECONDS = 60.0

#: Twins of one letter at most, all told.
MOST = 20

FAMILY = "select handed, received, delivery, token from intern_inbox where meaning in ({names}) order by number"
#: Two processes that add the same twin give it the same name, and one of them finds it there.
INSERT = """insert into intern_inbox (delivery, meaning, place, event, token, received)
    values ({0}, {0}, {0}, {0}, {0}, {0}) on conflict do nothing"""


class Twins:
    """Tells what became of letters that did not all go in.

    Args:
        own: the inbox's connection.
        now: seconds since 1970.
    """

    def __init__(self, own: OwnConnection, now: Callable[[], float]) -> None:
        self._own, self._now = own, now

    def stored(self, row: tuple[Any, ...], *, may: bool) -> bool:
        """Whether a row that was sent went in, or goes in now as a twin, if it may. Raises the driver's exceptions."""
        delivery, meaning, place, event, token, received = row
        names = [meaning, *(meaning + bytes([number]) for number in range(1, MOST + 1))]
        family = self._execute(FAMILY.format(names=", ".join([self._own.mark] * len(names))), *names).fetchall()
        if any(there == token for *_, there in family):
            return True
        if not may or any(there == delivery for *_, there, _token in family):
            return False
        waits = any(handed is None for handed, *_ in family)
        if waits or not 0 < len(family) <= MOST or not 0 <= self._now() - family[0][1] < SECONDS:
            return False
        twin = self._execute(INSERT, delivery, names[len(family)], place, event, token, received)
        return bool(twin.rowcount == 1)

    def _execute(self, statement: str, *values: Any) -> Any:
        return self._own.execute(statement.format(self._own.mark), values)
