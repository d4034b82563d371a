"""The pool: idle rooms, started ahead and handed out in a millisecond."""

import logging
import threading
import time
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from sandbox.environment.store import Store
from sandbox.files import Tree
from sandbox.headroom import headroom
from sandbox.lent import Lent, WarmRoom
from sandbox.room import MIB, Limits, Sandbox, SandboxError
from sandbox.stock.bounds import Bounds
from sandbox.stock.kind import Kind, kind_of
from sandbox.stock.place import Place, State
from sandbox.stock.stock import CLOSED, Stock
from sandbox.tar import check_fits

log = logging.getLogger(__name__)

#: Seconds between two looks at idle rooms; a dead one is replaced then, and handed out never.
LOOK = 5.0
#: Seconds that closing the pool waits for its last rooms.
DRAIN = 10.0


class Maker(Sandbox, Protocol):
    """A sandbox whose rooms can wait for their use."""

    @property
    def limits(self) -> Limits:
        """The limits of a room that asks for none."""

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> WarmRoom:
        """See `Sandbox.open`."""


class Pool:
    """Keeps rooms idle, of the kinds that were asked for lately. Implements `sandbox.room.Sandbox`.

    A room is used once: what was handed out never comes back. Opening costs a start only where no idle room of
    that kind is left. Safe with threads. It owns the sandbox that it wraps and closes it.

    Args:
        sandbox: makes the rooms.
        bounds: how much may be held ready; by default as much as this machine's memory allows.
        patience: seconds to wait for a room when the memory for rooms is given away.
    """

    def __init__(self, sandbox: Maker, bounds: Bounds | None = None, *, patience: float = 300.0) -> None:
        self.sandbox = sandbox
        self.bounds = bounds or Bounds(headroom(least=sandbox.limits.memory))
        self._patience = patience
        self._stock: Stock[WarmRoom] = Stock(self.bounds)
        self._changed = threading.Condition()
        self._workers: list[threading.Thread] = []

    @property
    def environments(self) -> Store | None:
        """The wrapped sandbox's store; rooms that fill it are made for that alone, never ahead."""
        store: Store | None = getattr(self.sandbox, "environments", None)
        return store

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> Lent:
        """A fresh room with these files in its workspace; see `Sandbox.open`.

        Raises:
            SandboxError: none can be had, or not before the patience ended; the message says what to do.
        """
        chosen = limits or self.sandbox.limits
        check_fits(files, chosen)
        place = self._take(kind_of(environment, chosen))
        room = place.room
        assert room is not None  # noqa: S101  (a place that is lent has one)
        try:
            room.begin(chosen)
            room.put(files)
        except BaseException:
            self._give_back(place)
            raise
        return Lent(room, partial(self._give_back, place))

    def warm(self, environment: str | None = None, limits: Limits | None = None, count: int | None = None) -> None:
        """Announce a kind of room: `count` of it (`Bounds.spare` when None) are kept idle until further notice.

        Returns at once. What is idle counts against the bounds; 0 ends the announcement.
        """
        kind = kind_of(environment, limits or self.sandbox.limits)
        with self._changed:
            self._check_open()
            self._stock.demand.announce(kind, self.bounds.spare if count is None else count, time.monotonic())
            self._hire()

    def describe(self, environment: str | None = None) -> str:
        """The wrapped sandbox's line."""
        return self.sandbox.describe(environment)

    def close(self) -> None:
        """Remove every room, idle and lent, then close the wrapped sandbox. Who waits for a room gets an error.

        Never raises, and takes seconds whatever the engine does: what it does not remove then is left to a reaper.
        """
        with self._changed:
            if self._stock.stopped:
                return
            self._stock.stop()
            self._changed.notify_all()
        end = time.monotonic() + DRAIN
        # The engine may hang: the last word to it is not waited for either.
        last = threading.Thread(target=self._close_sandbox, name="pool-end", daemon=True)
        for worker in self._workers:
            worker.join(max(0.0, end - time.monotonic()))
        last.start()
        last.join(max(1.0, end - time.monotonic()))

    def _close_sandbox(self) -> None:
        try:
            self.sandbox.close()
        except SandboxError as error:
            log.warning("rooms may be left, which end by themselves: %s", error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Those who need rooms

    def _take(self, kind: Kind) -> Place[WarmRoom]:
        end = time.monotonic() + self._patience
        with self._changed:
            self._check_open()
            ask = self._stock.ask(kind, time.monotonic())
            self._hire()
            try:
                while (place := self._stock.take(ask, time.monotonic(), _is_ready)) is None:
                    left = end - time.monotonic()
                    if left <= 0:
                        raise SandboxError(self._why_none())
                    self._changed.wait(left)
                return place
            finally:
                self._stock.demand.withdraw(ask)
                self._changed.notify_all()

    def _check_open(self) -> None:
        if self._stock.stopped:
            raise SandboxError(CLOSED)

    def _give_back(self, place: Place[WarmRoom]) -> None:
        with self._changed:
            self._stock.give_back(place, time.monotonic())
            self._changed.notify_all()

    def _why_none(self) -> str:
        lent, budget = self._stock.used(State.LENT) // MIB, self.bounds.budget // MIB
        return (
            f"no room within {self._patience:g} seconds: {lent} of {budget} MiB are given to rooms that are open; "
            "close some, ask for less memory, allow more, or look at the engine's load"
        )

    # Those who make and close them

    def _hire(self) -> None:
        """Start the workers, once they are needed: one more than may start rooms, so that rooms can always end."""
        if not self._workers:
            names = [f"pool-{number}" for number in range(self.bounds.starts + 1)]
            self._workers = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
            for worker in self._workers:
                worker.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while (place := self._next()) is not None:
            if place.state is State.STARTING:
                self._start(place)
            else:
                self._end(place)

    def _next(self) -> Place[WarmRoom] | None:
        """The next thing to do; None when the pool is closed and nothing is left to do."""
        with self._changed:
            while True:
                now = time.monotonic()
                self._stock.check(_is_ready)
                place = self._stock.next(now)
                if place is not None or self._stock.stopped:
                    return place
                self._changed.wait(self._stock.due(now, LOOK))

    def _start(self, place: Place[WarmRoom]) -> None:
        limits = place.kind.limits
        lasting = replace(limits, seconds=self.sandbox.limits.seconds, lifetime=limits.lifetime + self.bounds.keep)
        try:
            room = self.sandbox.open({}, limits=lasting, environment=place.kind.environment)
        except Exception as error:  # noqa: BLE001  (whoever waits for the room gets it, whatever it is)
            with self._changed:
                told = self._stock.failed(place, error, time.monotonic())
                self._changed.notify_all()
            if not told:
                log.warning("no room could be started ahead: %s", error)
            return
        with self._changed:
            self._stock.started(place, room)
            self._changed.notify_all()

    def _end(self, place: Place[WarmRoom]) -> None:
        try:
            if place.room is not None:
                place.room.close()
        finally:
            with self._changed:
                self._stock.closed(place)
                self._changed.notify_all()


def _is_ready(room: WarmRoom) -> bool:
    return room.is_ready()
