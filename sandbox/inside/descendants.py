"""Descendants: everything that a program started, however it tried to get away. Runs inside the room."""

import ctypes
import os
import signal
import time
from pathlib import Path

PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36


def shield() -> None:
    """Close our memory and descriptors to other processes of the same user, and adopt all that ours start."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants() -> list[int]:
    """Every process below this one."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    found = [os.getpid()]
    for pid in found:
        found.extend(children.get(pid, []))
    return found[1:]


def end_all(seconds: float = 2.0) -> None:
    """Kill and reap everything below this process, whatever it ignores."""
    deadline = time.monotonic() + seconds
    while alive := descendants():
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        reap_all()
        if time.monotonic() > deadline:
            os.kill(-1, signal.SIGKILL)  # everything of this user but ourselves, at once
            reap_all()
            return
        time.sleep(0.002)


def reap_all() -> None:
    """Collect whoever is dead."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
