"""Memory: what a room that only waits takes from the machine."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from bench.sandbox.figure import Figure, Line, at_most
from bench.sandbox.turns import settle
from bench.spread import Spread
from sandbox.docker.driver import STARTS_AT_ONCE, DockerSandbox
from sandbox.room import MIB

ROOMS, ROUNDS = 40, 3
AIM_MIB = 12.0
ENGINE = ("dockerd", "containerd")
FORM = ".2f"


def measure_memory(sandbox: DockerSandbox, rooms: int = ROOMS, rounds: int = ROUNDS) -> Figure:
    """Open many, let them rest, and divide; the same again, as others use memory, too."""
    fell, engines, kernel, shims = [], [], [], []
    for _ in range(rounds):
        before, engine = _available(), _engine()
        with ExitStack() as opened, ThreadPoolExecutor(STARTS_AT_ONCE) as threads:
            for room in threads.map(lambda _: sandbox.open({}), range(rooms)):
                opened.callback(room.close)
            settle(lambda: False, 1.0)
            fell.append((before - _available()) / rooms / MIB)
            engines.append((_engine() - engine) / rooms / MIB)
            pids = list(_mains(sandbox))
            kernel += [found / MIB for pid in pids if (found := _charged(pid))]
            shims += [found / MIB for pid in pids if (found := _proportional(_parent(pid)))]
    total = Spread.of(fell)
    lines = [
        Line(f"memory that {rooms} rooms take, each, MiB", total, FORM, aim=at_most(AIM_MIB, total.median, "MiB")),
        _line("charged to its control group, MiB", kernel),
        _line("its shim (PSS), MiB", shims),
        _line("more in the engine (PSS), MiB", engines if engine else []),
    ]
    return Figure("Room that only waits", tuple(lines))


def _line(words: str, found: list[float]) -> Line:
    if not found:
        return Line(words, note="needs root, on the engine's own machine")
    return Line(words, Spread.of(found), FORM)


def _mains(sandbox: DockerSandbox) -> Iterator[int]:
    """Process ids of the main programs of this sandbox's rooms, as this machine sees them if it is the engine's."""
    for container in sandbox.client.containers.list(filters={"label": f"code-intern.owner={sandbox.owner}"}):
        yield int(sandbox.client.api.inspect_container(container.id)["State"]["Pid"])


def _available() -> int:
    """https://docs.kernel.org/filesystems/proc.html#meminfo."""
    return _kibibytes(Path("/proc/meminfo"), "MemAvailable")


def _proportional(pid: int) -> int:
    """The proportional set size of a process in bytes: what it shares is divided among those who share it."""
    return _kibibytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss")


def _kibibytes(path: Path, name: str) -> int:
    """A number of such a file in bytes; 0 when it can't be read."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", _read(path), re.MULTILINE)
    return 1024 * int(found[1]) if found else 0


def _parent(pid: int) -> int:
    """A container's main process is started by its shim."""
    return int((_read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split() or ["0", "0"])[1])


def _charged(pid: int) -> int:
    """Bytes charged to the process's control group, version 2 or 1; 0 when it can't be read."""
    for line in _read(Path(f"/proc/{pid}/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            return int(_read(Path(f"/sys/fs/cgroup/memory{path}/memory.usage_in_bytes")) or 0)
        if not controllers and (found := _read(Path(f"/sys/fs/cgroup{path}/memory.current"))):
            return int(found)
    return 0


def _engine() -> int:
    """Bytes (PSS) of the engine's own processes on this machine."""
    names = {path: _read(path / "comm").strip() for path in Path("/proc").iterdir() if path.name.isdecimal()}
    return sum(_proportional(int(path.name)) for path, name in names.items() if name in ENGINE)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
