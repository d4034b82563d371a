"""Chaos: what goes wrong while jobs run, one thing after the other, at random."""

import random
import signal
import threading
import time
from collections import Counter
from typing import Self

from bench.soak.world import Machine, World
from bot.standins.github import Fault

#: What GitHub does wrong, as often as it stands here.
FAULTS = (Fault.ERROR_500, Fault.ERROR_502, Fault.ERROR_503, Fault.CLOSED, Fault.LOST, Fault.LOST, Fault.TRUNCATED)
LIMITS = (Fault.SECONDARY_403, Fault.SECONDARY_429)
#: Where.
PATHS = (
    "/comments",
    "/pulls",
    "/git/refs",
    "/git/trees",
    "/git/commits",
    "/reactions",
    "/issues/",
    "/access_tokens",
    "",
)
METHODS = ("*", "POST", "PATCH", "GET")


class Chaos:
    """Kills, freezes and restarts machines, and lets GitHub fail, until it is closed. Use as a context manager.

    Args:
        world: whose machines; each one that dies is started again.
        every: seconds between two troubles, on average.
        seed: of the dice.
    """

    def __init__(self, world: World, every: float, seed: int) -> None:
        self._world, self._every = world, every
        self._dice = random.Random(seed)  # noqa: S311 - dice
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chaos", daemon=True)
        self._frozen: list[tuple[float, Machine]] = []
        self.done: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join(60)
        self._thaw(now=True)
        self._revive()

    def _run(self) -> None:
        due = time.monotonic() + self._every
        while not self._closed.wait(0.5):
            self._thaw()
            self._revive()
            if time.monotonic() > due:
                due = time.monotonic() + self._dice.uniform(0.3, 1.7) * self._every
                self._dice.choice((self._kill, self._freeze, self._stop, self._fail, self._fail, self._limit))()

    def _victim(self) -> Machine | None:
        """One of them, if another one is left to go on."""
        frozen = [machine for _, machine in self._frozen]
        well = [one for one in self._world.machines if one.lives() and one not in frozen]
        return self._dice.choice(well) if len(well) > 1 or (well and not frozen) else None

    def _kill(self) -> None:
        if victim := self._victim():
            self.done["killed"] += 1
            victim.kill()

    def _stop(self) -> None:
        if victim := self._victim():
            self.done["stopped"] += 1
            victim.send(signal.SIGTERM)

    def _freeze(self) -> None:
        if len(self._world.machines) > 1 and not self._frozen and (victim := self._victim()):
            self.done["frozen"] += 1
            victim.send(signal.SIGSTOP)
            terms = victim.setup.terms
            self._frozen.append((time.monotonic() + terms.dead * self._dice.uniform(0.5, 2.0), victim))

    def _fail(self) -> None:
        self.done["GitHub's faults"] += 1
        how, path = self._dice.choice(FAULTS), self._dice.choice(PATHS)
        self._world.github.fail(self._dice.choice(METHODS), path, how, times=self._dice.randint(1, 3))

    def _limit(self) -> None:
        self.done["GitHub's limits"] += 1
        self._world.github.fail("*", "", self._dice.choice(LIMITS), times=self._dice.randint(1, 3), retry_after=1)

    def _thaw(self, *, now: bool = False) -> None:
        for moment, machine in list(self._frozen):
            if now or time.monotonic() > moment:
                machine.send(signal.SIGCONT)
                self._frozen.remove((moment, machine))

    def _revive(self) -> None:
        for machine in self._world.machines:
            if not machine.lives():
                machine.kill()
                machine.start()
