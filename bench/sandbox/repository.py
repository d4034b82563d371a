"""A repository's way: files in, one statement, one test, files out and compared; beside the same on the host."""

import random
import time
from collections.abc import Callable
from itertools import pairwise

from bench.sandbox.figure import Figure, Line, at_most, times, written
from bench.sandbox.host_folder import gathered, laid_out, run_python, run_tests
from bench.sandbox.pool import Warm
from bench.spread import Spread
from sandbox.changes import Changes, compare
from sandbox.docker.driver import DockerSandbox
from sandbox.files import File, Tree
from sandbox.room import MIB, Room
from sandbox.suite.run import run_pytest

COUNT = 20
FILES, SIZE = 1000, 10 * MIB
AIM_COLD, AIM_WARM = 0.8, 0.5
TEST = "test_one.py"
WRITES = "open('written.txt', 'w').write('by the statement')"
PARTS = ("room", "files in", "one statement", "a suite of one test", "files out, compared")


class Unlike(Exception):
    """What came out is not what should have: its time means nothing."""


def measure_repository(sandbox: DockerSandbox, count: int = COUNT) -> Figure:
    """A started room, one from the pool, and a folder of the host, in turns."""
    files = make_repository()
    cold, warm, host = [], [], []
    ready = Warm(sandbox)
    with ready.pool:
        for _ in range(count + 1):
            ready.ready()
            cold.append(_through(lambda: sandbox.open({}), files))
            ready.ready()
            warm.append(_through(lambda: ready.open({}), files))
            ready.ready()
            host.append(_on_host(files))
    # The first ones also hash the files and make the archive's headers, as once per snapshot.
    return _figure(cold[1:], warm[1:], Spread.of(host[1:]))


def make_repository() -> dict[str, File]:
    """1,000 files of 10 MiB in 20 folders, always the same: half text, half bytes that nothing can shrink."""
    chance = random.Random(9)  # noqa: S311  (no secret)
    size = SIZE // FILES
    files = {TEST: File(b"def test_one():\n    assert 1 + 1 == 2\n")}
    for number in range(FILES - 1):
        data = chance.randbytes(size) if number % 2 else (f"number = {number}\n" * size).encode()[:size]
        files[f"data/part{number % 20:02}/file{number:04}.bin"] = File(data)
    return files


def _through(opener: Callable[[], Room], files: Tree) -> list[float]:
    """Seconds of each part; the room's end is in none."""
    moments = [time.perf_counter()]
    with opener() as room:
        steps: tuple[Callable[[], object], ...] = (
            lambda: None,
            lambda: room.put(files),
            lambda: room.execute(WRITES),
            lambda: run_pytest(room, paths=[TEST], seconds=60),
        )
        for step in steps:
            step()
            moments.append(time.perf_counter())
        changes = compare(files, room.collect())
        moments.append(time.perf_counter())
    _check(changes)
    return [after - before for before, after in pairwise(moments)]


def _on_host(files: Tree) -> float:
    """Seconds of the same in a folder of the host, with the project's own pytest."""
    started = time.perf_counter()
    with laid_out(files) as folder:
        run_python(folder, "-c", WRITES)
        run_tests(folder, TEST)
        changes = compare(files, gathered(folder))
        seconds = time.perf_counter() - started
    _check(changes)
    return seconds


def _check(changes: Changes) -> None:
    if changes != Changes(added=("written.txt",)):
        raise Unlike(f"a repository came out otherwise than it should: {changes}"[:300])


def _figure(cold: list[list[float]], warm: list[list[float]], host: Spread) -> Figure:
    """Sums first, then the parts of each."""
    lines = []
    for words, laps, aim in (("a started room", cold, AIM_COLD), ("one from the pool", warm, AIM_WARM)):
        total = Spread.of(map(sum, laps))
        ratio = written(times(total, host))
        lines.append(Line(f"through {words}, ms", total, ratio=ratio, aim=at_most(aim, total.median, "s")))
    lines.insert(1, Line("through a folder of the host, ms", host))
    for number, part in enumerate(PARTS):
        lines += [
            Line(f"{part}: {words}, ms", Spread.of(lap[number] for lap in laps))
            for words, laps in (("started", cold), ("pool", warm))
        ]
    return Figure("Repository of 10 MiB in 1,000 files", tuple(lines))
