"""Side by side: eight rooms at once beside the same eight one after the other, and how long an event loop waits."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from bench.sandbox.figure import Figure, Line, at_most, times, written
from bench.spread import Spread
from sandbox.docker.driver import DockerSandbox

ROUNDS, ROOMS, STATEMENTS = 4, 8, 100
#: At once is wished to take no more of the time than this: 1.2 times faster was the least that was measured first.
AIM = 1 / 1.2
AIM_LAG_MS = 50.0
TICK = 0.005


def measure_side_by_side(sandbox: DockerSandbox) -> Figure:
    """Both ways in turns, each in threads of a loop that looks at its clock meanwhile."""
    return asyncio.run(_measure(sandbox))


async def _measure(sandbox: DockerSandbox) -> Figure:
    walls: dict[int, list[float]] = {ROOMS: [], 1: []}
    lags: dict[int, list[float]] = {ROOMS: [], 1: []}
    for _ in range(ROUNDS):
        for threads in walls:
            late: list[float] = []
            clock = asyncio.create_task(_watch(late))
            walls[threads].append(await _eight(sandbox, threads))
            clock.cancel()
            lags[threads] += late
    at_once, alone = Spread.of(walls[ROOMS]), Spread.of(walls[1])
    late_at_once, late_alone = Spread.of(lags[ROOMS]), Spread.of(lags[1])
    ratio = times(at_once, alone)
    lag = 1000 * late_at_once.percentile(99)
    words = f"each {STATEMENTS} statements"
    return Figure(
        f"{ROOMS} rooms",
        (
            Line(f"at once, {words}, ms", at_once, ratio=written(ratio), aim=at_most(round(AIM, 2), ratio)),
            Line(f"one after the other, {words}, ms", alone),
            Line("lag of an event loop meanwhile, ms", late_at_once, aim=at_most(AIM_LAG_MS, lag, "ms at p99")),
            Line("its lag with one after the other, ms", late_alone),
        ),
    )


async def _eight(sandbox: DockerSandbox, threads: int) -> float:
    """Seconds of eight rooms in so many threads."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        await asyncio.gather(*(loop.run_in_executor(pool, _use, sandbox) for _ in range(ROOMS)))
        return time.perf_counter() - started


def _use(sandbox: DockerSandbox) -> None:
    with sandbox.open({}) as room:
        for _ in range(STATEMENTS):
            room.execute("pass")


async def _watch(late: list[float]) -> None:
    """Note by how much each tick is late."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append(time.perf_counter() - started - TICK)
