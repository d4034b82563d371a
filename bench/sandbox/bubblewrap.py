"""The bubblewrap driver: its start and its statements, beside the same interpreter without walls."""

import time

from bench.sandbox.figure import Figure, Line, times, written
from bench.sandbox.plain_worker import PlainWorker
from bench.sandbox.turns import repeated, take_turns
from bench.spread import Spread
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.self_test import self_test

STARTS, ROUNDS, EACH = 20, 6, 100
TITLE = "Without an engine: bubblewrap"


def measure_bubblewrap() -> Figure:
    """In turns. Raises SandboxError: it does not work here."""
    with BubblewrapSandbox() as sandbox:
        self_test(sandbox)
        ours, plain = [], []
        for _ in range(STARTS):
            started = time.perf_counter()
            with sandbox.open({}) as room:
                room.execute("pass")
                ours.append(time.perf_counter() - started)
            started = time.perf_counter()
            with PlainWorker() as worker:
                worker.execute("pass")
                plain.append(time.perf_counter() - started)
        with sandbox.open({}) as room, PlainWorker() as worker:
            bursts = {"room": (repeated(lambda: room.execute("pass")), EACH), "worker": (worker.burst, EACH)}
            each = take_turns(ROUNDS, bursts)
    start, bare = Spread.of(ours), Spread.of(plain)
    return Figure(
        TITLE,
        (
            Line("room, to the end of its first statement, ms", start, ratio=written(times(start, bare))),
            Line("the same interpreter without walls, ms", bare),
            Line("one statement, ms", each["room"], ratio=written(times(each["room"], each["worker"]))),
            Line("the same interpreter behind two pipes, ms", each["worker"]),
        ),
    )
