"""Strangers: people who were told "no" by GitHub again and again, and are not asked about for a minute.

Anybody may comment in a public repository, and each question who may costs a token, an answer and a revocation, of the
same limits that the jobs live on. The first few are asked about each time: the right may have been given since.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

#: How often somebody is asked about within so many seconds before he is ignored for as long.
NOES, SECONDS = 3, 60.0

#: People that are remembered.
MOST = 1_000


class Strangers:
    """The memory of one process. Safe to use from several threads.

    Args:
        now: seconds of a clock that nobody turns.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._noes: OrderedDict[tuple[int, int], list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, repository: int, person: int) -> bool:
        """Whether the answer is "no", without asking; both by their ids."""
        with self._lock:
            return len(self._lately((repository, person))) >= NOES

    def note(self, repository: int, person: int) -> None:
        """GitHub was asked, and this person may not write there."""
        who = (repository, person)
        with self._lock:
            self._noes[who] = [*self._lately(who), self._now()]
            self._noes.move_to_end(who)
            if len(self._noes) > MOST:
                self._noes.popitem(last=False)

    def _lately(self, who: tuple[int, int]) -> list[float]:
        return [moment for moment in self._noes.get(who, ()) if self._now() - moment < SECONDS]
