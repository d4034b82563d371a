"""Presence: how one process learns whether another one, that left things behind, still lives.

A living process keeps a file locked; the kernel lets go of the lock when the process dies, however it does.
Unlike a process id, that holds across restarts of the machine, pid namespaces and reused numbers.
"""

import fcntl
import os
import re
import stat
import tempfile
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self


class Life(Enum):
    """What is known of the process behind a name."""

    LIVING = "living"
    DEAD = "dead"
    UNKNOWN = "unknown"  # it runs elsewhere, as another user, or there never was one


class Presence:
    """The sign that this process lives, under a name; until it is closed.

    Where the folder for it can't be had, there is no sign: others then know nothing, and wait for deadlines.
    """

    def __init__(self, name: str) -> None:
        self._path = presence_path(name)
        self._handle: int | None = None
        if _is_ours(self._path.parent, make=True):
            with suppress(OSError):
                self._handle = _locked(self._path)

    def close(self, *, leaves_nothing: bool = True) -> None:
        """Take the sign away; or, where something could not be removed, count as dead from now on."""
        if self._handle is not None:
            if leaves_nothing:
                self._path.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def life_of(name: str) -> Life:
    """Whether the process that announced itself under this name lives."""
    path = presence_path(name)
    if not _is_ours(path.parent):
        return Life.UNKNOWN
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return Life.UNKNOWN
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Life.LIVING
    except OSError:  # a file system without locks
        return Life.UNKNOWN
    finally:
        os.close(handle)
    return Life.DEAD


def presence_folder() -> Path:
    """Where this user's processes show that they live."""
    return Path(tempfile.gettempdir()) / f"code-intern-presence-{os.getuid()}"


def presence_path(name: str) -> Path:
    """The file behind a name. One that could lead elsewhere stands for a file that nobody makes."""
    plain = name if re.fullmatch(r"[\w-]+(\.[\w-]+)*", name, re.ASCII) else "none"
    return presence_folder() / f"{plain}.lock"


def _locked(path: Path) -> int:
    """A locked file, which appears under its name only when it is locked already."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix="new-")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        Path(draft).rename(path)
    except BaseException:
        os.close(handle)
        Path(draft).unlink(missing_ok=True)
        raise
    return handle


def _is_ours(folder: Path, *, make: bool = False) -> bool:
    """Whether the folder is nobody else's: the folder for temporary files is everybody's."""
    try:
        if make:
            folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
