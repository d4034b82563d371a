"""Lease: until when this process may go on with its jobs, by a clock of its own that nobody else can stop or turn.

Other processes take a dead one's jobs over, and can't tell a dead one from one that is frozen or cut off. So each
works on a lease that ends earlier than the others' patience, and asks it before whatever can be seen from outside:
each writing to GitHub, each call of a model, each record of a step. It needs nobody's answer for that.
"""

import math
import threading
import time
from dataclasses import dataclass

from bot.engine.gate import Parked


@dataclass(frozen=True, slots=True)
class Terms:
    """Of all processes on one database, in seconds.

    Attributes:
        beat: between two signs of life.
        lease: how long a process may go on after it sent its last one that arrived.
        dead: how long the others wait for one, each by its own clock. The difference to `lease` is for what is
            already on its way when a lease ends. A dead process's jobs are taken over after `dead` and a `beat`.
    """

    beat: float = 3.0
    lease: float = 14.0
    dead: float = 20.0


#: Those of `intern serve`.
TERMS = Terms()


def now() -> float:
    """Seconds since this machine was started, sleep included: freezing a process, or a machine, does not stop it."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux alone has it
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Lease:
    """The right of this process to go on. Once somebody was refused it never comes back: the process starts anew.

    Args:
        seconds: how long it lasts after a sign of life; infinite where nobody could take anything over.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self._seconds = seconds
        self._until = now() + seconds
        self._lost = False
        self._lock = threading.Lock()

    @classmethod
    def of_store(cls, database_url: str, terms: Terms = TERMS) -> "Lease":
        """One for the processes of a database: only a PostgreSQL has several."""
        return cls(terms.lease if database_url.startswith("postgres") else math.inf)

    @property
    def lost(self) -> bool:
        """Whether somebody was refused."""
        return self._lost

    def holds(self) -> bool:
        """Whether it has not ended. Nobody is refused by this question."""
        with self._lock:
            return not self._lost and now() <= self._until

    def renew(self, sent: float) -> None:
        """A sign of life arrived that was sent at this moment of `now`."""
        with self._lock:
            self._until = max(self._until, sent + self._seconds)

    def lose(self) -> None:
        """End it: the others take over, or this process leaves."""
        with self._lock:
            self._lost = True

    def hold(self) -> None:
        """Raise Parked where the lease has ended: whoever asks ends there, and says nothing."""
        with self._lock:
            if not self._lost and now() <= self._until:
                return
            self._lost = True
        raise Parked
