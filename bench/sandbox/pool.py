"""The pool: how long a room takes that waits already, beside one that does not."""

import threading
from functools import partial

from bench.sandbox.figure import Figure, Line, at_most, times, written
from bench.sandbox.turns import clocked, settle
from bench.spread import Spread
from sandbox.docker.driver import DockerSandbox
from sandbox.files import Tree
from sandbox.headroom import GIB
from sandbox.lent import WarmRoom
from sandbox.pool import Pool
from sandbox.room import Limits, Room
from sandbox.stock.bounds import Bounds

COUNT = 20
AIM_MS = 2.0


class Counted:
    """A maker of rooms that knows how many it has made, so that a measurement can wait until one waits for it."""

    def __init__(self, sandbox: DockerSandbox) -> None:
        self.sandbox, self.limits, self.made = sandbox, sandbox.limits, 0
        self._lock = threading.Lock()

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> WarmRoom:
        """See `Sandbox.open`."""
        room = self.sandbox.open(files, limits=limits, environment=environment)
        with self._lock:
            self.made += 1
        return room

    def describe(self, environment: str | None = None) -> str:
        """See `Sandbox.describe`."""
        return self.sandbox.describe(environment)

    def close(self) -> None:
        """Nothing: the sandbox has its own owner."""


class Warm:
    """A pool with one room that waits, whenever `ready` returns."""

    def __init__(self, sandbox: DockerSandbox) -> None:
        self._maker = Counted(sandbox)
        self._taken = 0
        self.pool = Pool(self._maker, Bounds(8 * GIB, spare=1, starts=1))
        self.pool.warm(count=1)

    def ready(self) -> None:
        """Wait for the room, and until the pool rests."""
        settle(lambda: self._maker.made > self._taken)

    def open(self, files: Tree) -> Room:
        """The room that waits."""
        self._taken += 1
        return self.pool.open(files)


def measure_pool(sandbox: DockerSandbox, count: int = COUNT) -> Figure:
    """Rooms from a pool and rooms that are started, in turns; removing them is in no line."""
    handed, first, cold = [], [], []
    warm = Warm(sandbox)
    with warm.pool:
        for _ in range(count):
            warm.ready()
            ours, seconds = clocked(lambda: warm.open({}))
            handed.append(seconds)
            first.append(clocked(partial(ours.execute, "pass"))[1])
            warm.ready()  # until the next one waits, so that nothing starts beside what is measured
            started, seconds = clocked(lambda: sandbox.open({}))
            cold.append(seconds)
            ours.close()
            started.close()
    waited, made = Spread.of(handed), Spread.of(cold)
    aim = at_most(AIM_MS, 1000 * waited.median, "ms")
    return Figure(
        "Room from the pool",
        (
            Line("handed out, ms", waited, ratio=written(times(waited, made)), aim=aim),
            Line("started, ms", made),
            Line("first statement in the one handed out, ms", Spread.of(first)),
        ),
    )
