"""Control groups: the kernel's own limits of memory, processes and processors, where this process may set them.

Both versions are used as they are found: the second one, https://docs.kernel.org/admin-guide/cgroup-v2.html, and the
first one, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html, where each controller has a tree of its own.
"""

import itertools
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sandbox.bubblewrap.hierarchy import find_hierarchy
from sandbox.bubblewrap.process import Process
from sandbox.room import Limits, SandboxError

#: Marks folders of ours: "code-intern.OWNER.PID.START".
PREFIX = "code-intern"
PERIOD = 100_000  # microseconds, in which a room has its share of the processors
REMOVE_SECONDS = 2.0


class Cgroups:
    """The control groups of one process's rooms, below a folder that names the process. Close it.

    Args:
        owner: name of the rooms' owner, without dots.

    Raises:
        SandboxError: no control group can be made here.
    """

    def __init__(self, owner: str) -> None:
        hierarchy = find_hierarchy()
        if hierarchy is None:
            raise SandboxError("no control group may be made here")
        self._hierarchy = hierarchy
        self._name = f"{PREFIX}.{owner}.{Process.mine()}"
        self._numbers = itertools.count(1)
        try:
            hierarchy.make(self._name)
        except OSError as error:
            raise SandboxError(f"no control group may be made here: {error}") from error

    def open(self, limits: Limits) -> "Cgroup":
        """A group with these limits, nobody in it yet. Raises OSError."""
        folders = self._hierarchy.make(f"{self._name}/{next(self._numbers)}", last=True)
        group = Cgroup(folders, self._hierarchy.version)
        try:
            group.limit(limits)
        except OSError:
            group.remove()
            raise
        return group

    def close(self) -> None:
        """Remove the folder; its rooms are gone."""
        for folder in set(self._hierarchy.folders(self._name).values()):
            _remove(folder)


class Cgroup:
    """One room's group: for each controller the folder in which it has its limit."""

    def __init__(self, folders: Mapping[str, Path], version: int) -> None:
        self._folders = folders
        self._version = version
        memory = folders["memory"]
        #: The file that counts what the kernel killed for memory.
        self.counter = memory / ("memory.events" if version == 2 else "memory.oom_control")
        self._kills = 0

    @property
    def counts_processes(self) -> bool:
        """Whether the number of processes has its limit here."""
        return "pids" in self._folders

    @property
    def shares_processors(self) -> bool:
        """Whether the processors' time has its limit here."""
        return "cpu" in self._folders

    def limit(self, limits: Limits) -> None:
        """Set the limits. Raises OSError."""
        for controller, folder in self._folders.items():
            for name, value in _settings(controller, self._version, limits).items():
                # Without accounting of swap the file is missing, and so is what it would limit.
                if name not in ("memory.memsw.limit_in_bytes", "memory.swap.max") or (folder / name).exists():
                    (folder / name).write_text(value)

    def add(self, pid: int) -> None:
        """Take a process in; what it starts from now on belongs here too. Raises OSError."""
        for folder in set(self._folders.values()):
            (folder / "cgroup.procs").write_text(str(pid))

    def starved(self) -> bool:
        """Whether the kernel killed something in it for memory."""
        with suppress(OSError, ValueError):
            words = self.counter.read_text().split()
            self._kills = int(words[words.index("oom_kill") + 1])
        return self._kills > 0

    def remove(self) -> None:
        """Kill what is in it and remove it."""
        self.starved()  # the count goes with the folder
        for folder in set(self._folders.values()):
            _remove(folder)


def reap_cgroups() -> int:
    """Remove groups, and kill what is in them, whose process has ended; how many there were."""
    hierarchy = find_hierarchy()
    if hierarchy is None:
        return 0
    gone = [name for name in hierarchy.names(PREFIX) if not Process.parse(name.split(".", 2)[2]).runs()]
    for name in gone:
        for top in set(hierarchy.folders(name).values()):
            for folder in [*top.glob("*/"), top]:
                _remove(folder)
    return len(gone)


def _settings(controller: str, version: int, limits: Limits) -> dict[str, str]:
    memory, quota = str(limits.memory), str(int(limits.cpus * PERIOD))
    first = {
        "memory": {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory},
        "pids": {"pids.max": str(limits.processes)},
        "cpu": {"cpu.cfs_period_us": str(PERIOD), "cpu.cfs_quota_us": quota},
    }
    second = {
        "memory": {"memory.max": memory, "memory.swap.max": "0"},
        "pids": {"pids.max": str(limits.processes)},
        "cpu": {"cpu.max": f"{quota} {PERIOD}"},
    }
    return (first if version == 1 else second)[controller]


def _remove(folder: Path) -> None:
    """Kill what is in it, wait until that is gone, remove it; what stays is left to a later reaper."""
    deadline = time.monotonic() + REMOVE_SECONDS
    while folder.exists():
        with suppress(OSError):
            folder.rmdir()
            return
        with suppress(OSError, ValueError):
            for pid in (folder / "cgroup.procs").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
        if time.monotonic() > deadline:
            return
        time.sleep(0.002)
