"""Demand: who waits for a room, and which kinds of room are worth keeping."""

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import takewhile

from sandbox.room import SandboxError
from sandbox.stock.kind import Kind

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


@dataclass(eq=False, slots=True)
class Ask:
    """Somebody who waits for a room; `error` is why there will be none."""

    kind: Kind
    error: Exception | None = None


@dataclass(slots=True)
class Interest:
    """What is known of one kind.

    Attributes:
        wanted: rooms to keep idle.
        used: when it was last asked for, or a room of it given back.
        announced: whether somebody said so, which is not forgotten by itself.
        proven: whether such a room could ever be started; before, none is started ahead unless it was announced.
        failures: starts that failed in a row.
        retry: no room is started ahead before this moment.
    """

    wanted: int
    used: float
    announced: bool = False
    proven: bool = False
    failures: int = 0
    retry: float = -math.inf


@dataclass(eq=False)
class Demand:
    """The demand.

    Attributes:
        asks: who waits, the longest first.
        interests: by kind; the one that was asked for last stands last.
    """

    asks: list[Ask] = field(default_factory=list)
    interests: dict[Kind, Interest] = field(default_factory=dict)

    def ask(self, kind: Kind, spare: int, now: float) -> Ask:
        """Somebody waits from now on, and `spare` rooms of that kind are worth keeping."""
        interest = self.interests.pop(kind, None) or Interest(spare, now)
        interest.used = now
        self.interests[kind] = interest
        asked = Ask(kind)
        self.asks.append(asked)
        return asked

    def withdraw(self, ask: Ask) -> None:
        """Nobody waits there any more; no error when nobody did."""
        if ask in self.asks:
            self.asks.remove(ask)

    def ahead(self, ask: Ask) -> int:
        """How many wait for the same kind for longer."""
        return sum(other.kind == ask.kind for other in takewhile(lambda other: other is not ask, self.asks))

    def waiting(self) -> Counter[Kind]:
        """How many wait, by kind."""
        return Counter(ask.kind for ask in self.asks)

    def announce(self, kind: Kind, count: int, now: float) -> None:
        """`count` rooms are worth keeping until further notice."""
        self.interests.pop(kind, None)
        if count > 0:
            self.interests[kind] = Interest(count, now, announced=True)

    def lapse(self, moment: float, busy: Collection[Kind]) -> None:
        """Forget the kinds that nobody used since this moment nor uses now, but for the announced ones."""
        for kind, interest in list(self.interests.items()):
            if not interest.announced and interest.used <= moment and kind not in busy:
                del self.interests[kind]

    def used(self, kind: Kind, now: float) -> None:
        """A room of this kind was given back."""
        if kind in self.interests:
            self.interests[kind].used = now

    def fulfilled(self, kind: Kind) -> None:
        """A room of this kind could be started."""
        if kind in self.interests:
            interest = self.interests[kind]
            interest.proven, interest.failures, interest.retry = True, 0, -math.inf

    def disappointed(self, kind: Kind, error: Exception, now: float) -> bool:
        """A room of this kind could not be started: who waits longest learns why. Whether anybody waited.

        Starts ahead pause, longer each time; starts for somebody who waits do not.
        """
        interest = self.interests.get(kind)
        if interest is not None:
            interest.retry = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(interest.failures, 10))
            interest.failures += 1
        ask = next((ask for ask in self.asks if ask.kind == kind), None)
        if ask is None:
            return False
        ask.error = error
        self.asks.remove(ask)
        return True

    def stop(self, why: str) -> None:
        """Nobody gets anything any more."""
        self.interests.clear()
        for ask in self.asks:
            ask.error = SandboxError(why)
        self.asks.clear()
