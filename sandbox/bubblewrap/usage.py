"""Usage: how much memory a room has, as far as it can be seen from outside."""

import os
from contextlib import suppress
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
FOLDERS = ("workspace", "tmp", "dev/shm")


class Usage:
    """Looks at the processes below one process, and at the room's file systems in memory. Close it.

    It sees the memory of processes, what they share counted once, and files. It does not see what the kernel
    holds for them: sockets and pipes that nobody reads, tables, memory that is shared and mapped by nobody.

    Args:
        pid: the first process of a room that is laid out.

    Raises:
        OSError: the process has ended.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._folders: list[int] = []
        try:
            for folder in FOLDERS:
                self._folders.append(os.open(f"/proc/{pid}/root/{folder}", os.O_PATH | os.O_DIRECTORY))
        except OSError:
            self.close()
            raise

    def is_over(self, limit: int) -> bool:
        """Whether it has more bytes than that."""
        files, pids = self._files(), family(self._pid)
        # The first sum counts shared pages once for each process, the second one costs a hundred times as much.
        if files + sum(map(_resident, pids)) <= limit:
            return False
        return files + sum(map(_proportional, pids)) > limit

    def close(self) -> None:
        """Let go of the file systems."""
        while self._folders:
            os.close(self._folders.pop())

    def _files(self) -> int:
        found = map(os.fstatvfs, self._folders)
        return sum((system.f_blocks - system.f_bfree) * system.f_frsize for system in found)


def family(pid: int) -> list[int]:
    """A process and all below it: https://man7.org/linux/man-pages/man5/proc_tid_children.5.html."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for thread in os.listdir(f"/proc/{one}/task"):  # noqa: PTH208 - forty times a second, so the cheap one
                with open(f"/proc/{one}/task/{thread}/children", "rb") as listing:  # noqa: PTH123 - likewise
                    found += map(int, listing.read().split())
    return found


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as numbers:  # noqa: PTH123 - likewise
            return int(numbers.read().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    """Its own pages and its part of the shared ones; all resident ones where that can't be read."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    except (OSError, StopIteration, ValueError):
        return _resident(pid)


def left_on_machine() -> int:
    """Bytes that the whole machine has left: https://man7.org/linux/man-pages/man5/proc_meminfo.5.html."""
    with open("/proc/meminfo", "rb") as numbers:  # noqa: PTH123 - likewise
        for line in numbers:
            if line.startswith(b"MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0
