"""Starts: from nothing to the end of the first statement, beside making and starting a bare container."""

import time
from concurrent.futures import ThreadPoolExecutor

from bench.sandbox.bare import bare_container, run_nothing
from bench.sandbox.figure import Figure, Line, at_most, times, written
from bench.sandbox.turns import clocked
from bench.spread import Spread
from sandbox.docker.driver import DockerSandbox

COUNT = 20
AIM = 1.15


def measure_starts(sandbox: DockerSandbox, count: int = COUNT) -> Figure:
    """Rooms, bare containers, and two rooms at once, in turns; removing them is in no line."""
    bare, exec_, alone, first, pairs = [], [], [], [], []
    for _ in range(count):
        started = time.perf_counter()
        with bare_container(sandbox) as container:
            bare.append(time.perf_counter() - started)
            exec_.append(run_nothing(container))
        started = time.perf_counter()
        with sandbox.open({}) as room:
            alone.append(time.perf_counter() - started)
            room.execute("pass")
            first.append(time.perf_counter() - started)
        pairs += _two(sandbox)
    room_, container_, program = Spread.of(first), Spread.of(bare), Spread.of(exec_)
    opened, one_of_two = Spread.of(alone), Spread.of(pairs)
    ratio = times(room_, container_)
    return Figure(
        "Cold start",
        (
            Line("room, to the end of its first statement, ms", room_, ratio=written(ratio), aim=at_most(AIM, ratio)),
            Line("bare container of that image, ms", container_),
            Line("the engine runs /bin/true in it, ms", program),
            Line("opening one of two rooms at once, ms", one_of_two, ratio=written(times(one_of_two, opened))),
            Line("opening a room alone, ms", opened),
        ),
    )


def _two(sandbox: DockerSandbox) -> list[float]:
    """Seconds of each of two that are opened at once."""
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(lambda _: _opened(sandbox), range(2)))


def _opened(sandbox: DockerSandbox) -> float:
    room, seconds = clocked(lambda: sandbox.open({}))
    room.close()
    return seconds
