"""Strays: processes that something started and left, however it tried to get away. Runs inside the room."""

from __future__ import annotations

import ctypes
import os
import signal
import time

PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
NEVER_SECONDS = 2.0
LISTED = 4096

TYPE_CHECKING = False  # as in `host`
if TYPE_CHECKING:
    from collections.abc import Collection


def shield() -> None:
    """Close our memory and descriptors to other processes of the same user, and adopt all that ours start.

    https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html
    """
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(pid: int) -> list[int]:
    """Direct children, by the kernel's own list where it keeps one (CONFIG_PROC_CHILDREN)."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - after every statement, so the cheap one
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as listing:  # noqa: PTH123 - likewise
                found += map(int, listing.read().split())
    except FileNotFoundError:
        return scanned(pid) if os.path.exists(f"/proc/{pid}") else []  # noqa: PTH110 - pathlib is slow to load
    except OSError:
        return found
    return found


class Offspring:
    """The direct children of one process, asked for after every statement: the kernel's lists stay open."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.threads = self.listing = -1
        try:
            self.threads = os.open(f"/proc/{pid}/task", os.O_RDONLY | os.O_DIRECTORY)
            self.listing = os.open(f"/proc/{pid}/task/{pid}/children", os.O_RDONLY)
        except OSError:
            return  # no such lists here

    def pids(self) -> list[int]:
        """The same as `children`."""
        try:
            # Each thread has a list of its own; one thread is the common case, and its list is the open one.
            if self.listing >= 0 and len(os.listdir(self.threads)) == 1:  # noqa: PTH208 - of a descriptor
                return [int(pid) for pid in os.pread(self.listing, LISTED, 0).split()]
        except OSError:
            pass  # it has ended
        return children(self.pid)


def scanned(parent: int) -> list[int]:
    """Direct children, by a look at every process."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - likewise
    return [pid for pid in pids if status(pid)[1] == parent]


def status(pid: int) -> tuple[str, int]:
    """State letter and parent of a process; ("", 0) when there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:  # noqa: PTH123 - likewise
            words = stat.read().rpartition(b")")[2].split()
    except OSError:
        return "", 0
    return words[0].decode(), int(words[1])


def below(parents: Collection[int]) -> list[int]:
    """Everything below these processes, the dead that nobody has reaped among them."""
    found = [child for pid in parents for child in children(pid)]
    for pid in found:
        found.extend(children(pid))
    return found


def end_strays(kept: Collection[int] = ()) -> None:
    """Kill and reap everything below this process but the kept ones, whatever it ignores.

    A process may be gone before its turn comes, with a child that nobody has seen yet. But whatever lives has a
    forebear among our own children, where the dead stay until we reap them: an orphan becomes our child in the
    very moment in which its parent dies. So nothing lives when, after a look below the kept ones, we have no child.
    """
    deadline = time.monotonic() + NEVER_SECONDS
    while True:
        alive = [pid for pid in below(kept) if status(pid)[0] not in ("Z", "")]
        own = [pid for pid in children(os.getpid()) if pid not in kept]
        if not alive and not own:
            return
        if time.monotonic() > deadline:
            os.kill(-1, signal.SIGKILL)  # everything of this user but ourselves, at once
        for pid in [*own, *alive, *below(own)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        reap_all(kept)
        if time.monotonic() > deadline + NEVER_SECONDS:
            return
        time.sleep(0.0005)


def reap_all(kept: Collection[int] = ()) -> None:
    """Collect whoever is dead and nobody else waits for."""
    for pid in children(os.getpid()):
        if pid not in kept:
            try:
                os.waitpid(pid, os.WNOHANG)
            except OSError:
                continue


class Stopped:
    """Used as a context manager: a child stands still with all its threads, and what it started is ended.

    Args:
        pid: the child, which nobody else reaps: so no signal ever goes to another process. 0 for none.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def __enter__(self) -> None:
        if not self.pid:
            return
        os.kill(self.pid, signal.SIGSTOP)
        end_strays((self.pid,))  # a thread that waits for a child of its own (vfork) stops only then
        deadline = time.monotonic() + NEVER_SECONDS
        while os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.0002)

    def __exit__(self, *_: object) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGCONT)
