"""Stock: which rooms are idle, lent, on their way; and what is to be done next.

Moments are seconds of a clock that never goes backwards; it is the caller's, as are the threads.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic

from sandbox.room import MIB, SandboxError
from sandbox.stock.bounds import Bounds
from sandbox.stock.demand import Ask, Demand
from sandbox.stock.kind import Kind
from sandbox.stock.place import Place, R, State

CLOSED = "the pool of rooms is closed: open another one"


@dataclass(eq=False)
class Stock(Generic[R]):
    """The places of all rooms. For one thread at a time."""

    bounds: Bounds
    demand: Demand = field(default_factory=Demand)
    places: list[Place[R]] = field(default_factory=list)
    stopped: bool = False
    #: No room is started ahead before this moment.
    quiet: float = -math.inf

    # Those who need rooms

    def ask(self, kind: Kind, now: float) -> Ask:
        """Wait for a room of this kind, behind those who wait already. Raises SandboxError: it can never fit."""
        if kind.limits.memory > self.bounds.budget:
            raise SandboxError(
                f"a room of {kind.limits.memory // MIB} MiB does not fit into the {self.bounds.budget // MIB} MiB "
                "that all rooms may use together: ask for less memory, or allow more"
            )
        return self.demand.ask(kind, self.bounds.spare, now)

    def take(self, ask: Ask, now: float, is_ready: Callable[[R], bool]) -> Place[R] | None:
        """The room for this asker, when there is one; it is lent then. Raises the error of its start.

        A room that is too old or dead is never handed out, it goes.
        """
        if ask.error is not None:
            raise ask.error
        self._tidy(now)
        self.check(is_ready)
        # The first ones are for those who came before.
        place = next(islice(self._in(State.IDLE, ask.kind), self.demand.ahead(ask), None), None)
        if place is not None:
            place.state, place.end = State.LENT, now + ask.kind.limits.lifetime + self.bounds.grace
            self.demand.withdraw(ask)
            self.quiet = now + self.bounds.rest
        return place

    def give_back(self, place: Place[R], now: float) -> None:
        """A lent room is not needed any more. It is used up: it goes, whatever was done in it."""
        if place.state is State.LENT:
            place.state = State.LEAVING
            self.demand.used(place.kind, now)
            self.quiet = now

    def check(self, is_ready: Callable[[R], bool]) -> None:
        """Send away idle rooms that died."""
        for place in self._in(State.IDLE):
            if place.room is None or not is_ready(place.room):
                place.state = State.LEAVING

    def stop(self) -> None:
        """From now on rooms only go; who waits gets an error."""
        self.stopped = True
        self.demand.stop(CLOSED)
        for place in self.places:
            if place.state in (State.IDLE, State.LENT):
                place.state = State.LEAVING

    # Those who make and close them

    def next(self, now: float) -> Place[R] | None:
        """What to do now, claimed for the caller: a place that is STARTING, or one that is CLOSING; None: nothing.

        Who waits comes first, then what must go, then what is made ahead.
        """
        self._tidy(now)
        first = self._first_unserved()
        if first is not None:
            self._make_space(first.kind)
            if self._may_start(first.kind):
                return self._begin(first.kind, now)
        leaving = next(self._in(State.LEAVING), None)
        if leaving is not None:
            leaving.state = State.CLOSING
            return leaving
        # Side by side starts are slower: nothing is made ahead while somebody waits.
        missing = next(self._missing(now), None) if not self.demand.asks and now >= self.quiet else None
        return self._begin(missing, now) if missing is not None else None

    def started(self, place: Place[R], room: R) -> None:
        """The room of this place has started."""
        place.room, place.state = room, State.LEAVING if self.stopped else State.IDLE
        self.demand.fulfilled(place.kind)

    def failed(self, place: Place[R], error: Exception, now: float) -> bool:
        """The room of this place could not be started. Whether somebody waited for it and is told."""
        self.places.remove(place)
        return self.demand.disappointed(place.kind, error, now)

    def closed(self, place: Place[R]) -> None:
        """The room of this place is gone."""
        self.places.remove(place)

    def due(self, now: float, look: float) -> float | None:
        """Seconds until something is to be done although nothing happens; None when nothing is.

        Idle rooms are to be looked at every `look` seconds.
        """
        rooms = [place.end for place in self._in(State.LENT)]
        rooms += [min(now + look, place.born + self.bounds.keep) for place in self._in(State.IDLE)]
        interests = self.demand.interests.values()
        kinds = [one.used + self.bounds.keep for one in interests if not one.announced]
        kinds += [self.quiet, *(one.retry for one in interests)]
        first = min([*rooms, *(moment for moment in kinds if moment > now)], default=math.inf)
        return max(0.0, first - now) if first < math.inf else None

    def used(self, *states: State) -> int:
        """Bytes that rooms in these states may use; of all of them when none is named."""
        return sum(place.kind.limits.memory for place in self.places if not states or place.state in states)

    # How it decides

    def _in(self, state: State, kind: Kind | None = None) -> Iterator[Place[R]]:
        return (place for place in self.places if place.state is state and kind in (None, place.kind))

    def _coming(self) -> Counter[Kind]:
        """Rooms that are idle or on their way, less those who wait for one, by kind."""
        coming = Counter(place.kind for place in self.places if place.state in (State.IDLE, State.STARTING))
        coming.subtract(self.demand.waiting())
        return coming

    def _tidy(self, now: float) -> None:
        """Send away what is too old or too much, and forget the kinds that nobody used for long."""
        for place in self.places:
            old = place.state is State.IDLE and now - place.born >= self.bounds.keep
            if old or (place.state is State.LENT and now >= place.end):
                place.state = State.LEAVING
        busy = {place.kind for place in self._in(State.LENT)} | self.demand.waiting().keys()
        self.demand.lapse(now - self.bounds.keep, busy)
        surplus = Counter(place.kind for place in self._in(State.IDLE))
        surplus.subtract(self.demand.waiting())
        surplus.subtract(self._targets())
        for place in self._in(State.IDLE):
            if surplus[place.kind] > 0:
                surplus[place.kind] -= 1
                place.state = State.LEAVING

    def _targets(self) -> Counter[Kind]:
        """How many idle rooms each kind shall have beside those for who waits: the kind asked for last comes first."""
        slots, memory = self.bounds.idle, self.bounds.budget - self.used(State.LENT)
        targets: Counter[Kind] = Counter()
        for kind, interest in reversed(self.demand.interests.items()):
            targets[kind] = min(interest.wanted, slots, memory // max(1, kind.limits.memory))
            slots, memory = slots - targets[kind], memory - targets[kind] * kind.limits.memory
        return targets

    def _first_unserved(self) -> Ask | None:
        """Who waits longest of those for whom no room is there or on its way."""
        coming = Counter(place.kind for place in self.places if place.state in (State.IDLE, State.STARTING))
        for ask in self.demand.asks:
            coming[ask.kind] -= 1
            if coming[ask.kind] < 0:
                return ask
        return None

    def _make_space(self, kind: Kind) -> None:
        """Send idle rooms away for somebody who waits, if that is enough: those of the kind used longest ago first."""
        staying = self.used() - self.used(State.LEAVING, State.CLOSING)
        needed = staying + kind.limits.memory - self.bounds.budget
        rank = {kind: number for number, kind in enumerate(self.demand.interests)}
        spare, promised = [], self.demand.waiting()
        for place in sorted(self._in(State.IDLE), key=lambda place: rank.get(place.kind, -1)):
            promised[place.kind] -= 1
            if promised[place.kind] < 0:
                spare.append(place)
        if needed <= sum(place.kind.limits.memory for place in spare):
            for place in spare:
                if needed > 0:
                    needed -= place.kind.limits.memory
                    place.state = State.LEAVING

    def _missing(self, now: float) -> Iterator[Kind]:
        """Kinds that have too few idle rooms and may be started now, the one asked for last first."""
        coming, targets = self._coming(), self._targets()
        for kind, interest in reversed(self.demand.interests.items()):
            is_worth_it = interest.announced or interest.proven
            if coming[kind] < targets[kind] and is_worth_it and interest.retry <= now and self._may_start(kind):
                yield kind

    def _may_start(self, kind: Kind) -> bool:
        starting = sum(1 for _ in self._in(State.STARTING))
        return starting < self.bounds.starts and self.used() + kind.limits.memory <= self.bounds.budget

    def _begin(self, kind: Kind, now: float) -> Place[R]:
        place: Place[R] = Place(kind, now)
        self.places.append(place)
        return place
