"""Memory: whether the kernel killed something of this room for it, and whom it takes first. Runs inside the room."""

import ctypes
import os

from sandbox.inside.strays import PR_SET_DUMPABLE

COUNTERS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")
SIZE = 4096


class KillCounter:
    """The kernel's count of what it killed for memory in this room (cgroup v2, then v1).

    It stays open, because it is read twice per statement and opening it costs ten times as much as reading.
    """

    def __init__(self) -> None:
        self.descriptor = -1
        for path in COUNTERS:
            try:
                descriptor = os.open(path, os.O_RDONLY)
            except OSError:
                continue
            if b"oom_kill" in os.pread(descriptor, SIZE, 0).split():
                self.descriptor = descriptor
                return
            os.close(descriptor)

    def read(self) -> int:
        """How often, so far; 0 where nobody counts."""
        if self.descriptor < 0:
            return 0
        words = os.pread(self.descriptor, SIZE, 0).split()
        return int(words[words.index(b"oom_kill") + 1])

    def close(self) -> None:
        """Let go of it."""
        if self.descriptor >= 0:
            os.close(self.descriptor)


def oom_kills() -> int:
    """How often the kernel killed a process of this room for memory, asked once."""
    counter = KillCounter()
    try:
        return counter.read()
    finally:
        counter.close()


def first_to_die(pid: int) -> None:
    """Have the kernel take this process and its children for lack of memory before it takes the agent.

    https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    """
    try:
        with open(f"/proc/{pid}/oom_score_adj", "w") as score:  # noqa: PTH123 - pathlib is slow to load
            score.write("1000")
    except OSError:
        return  # it has ended already


def die_first() -> None:
    """The same for this process, whose files in /proc are root's since it was shielded: it is not, for a moment."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    first_to_die(os.getpid())
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
