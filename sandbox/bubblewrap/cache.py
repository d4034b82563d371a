"""The cache: folders of this user's that are made once, under a name that tells what is in them, and never changed."""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sandbox.bubblewrap.process import Process
from sandbox.room import SandboxError

NAME = "code-intern"
#: A folder that is not ready: ".making.PID.START.RANDOM".
MAKING = ".making"
UNUSED_SECONDS = 14 * 24 * 3600


def cache_folder() -> Path:
    """Where this user's folders are, made when it is missing. Root's lies where the users of rooms may read.

    Raises:
        SandboxError: it is somebody else's, or others may write into it.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path("/var/cache", NAME) if os.geteuid() == 0 else home / NAME
    try:
        _make(folder)
        found = folder.lstat()
    except OSError as error:
        why = (
            f"the cache folder {folder} can't be made: {error.strerror}; set XDG_CACHE_HOME to one that can be written"
        )
        raise SandboxError(why) from error
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise SandboxError(f"others may write into {folder}: remove it, or make it yours alone")
    return folder


def _make(folder: Path) -> None:
    """Make a folder that everybody may enter, whatever this process's umask is."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)


# Making


@contextmanager
def making(place: Path) -> Iterator[Path]:
    """A folder that appears as `place` when the block is left without an exception, and else not at all."""
    folder = draft(place.parent)
    try:
        yield folder
        show(folder, place)
    finally:
        remove_tree(folder)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one process at a time is in such a block; the others wait."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def draft(parent: Path) -> Path:
    """A new folder that nobody looks at; it is removed when this process has ended."""
    _make(parent)
    folder = parent / f"{MAKING}.{Process.mine()}.{secrets.token_hex(4)}"
    _make(folder)
    return folder


def show(folder: Path, place: Path) -> None:
    """Let a draft appear, readable for everybody. The first of two makers wins; the other one's draft stays one."""
    for above, folders, names in os.walk(folder):
        for name in (".", *folders, *names):
            path = Path(above, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o111 else 0o644)
    try:
        folder.rename(place)
    except OSError:
        if not place.exists():
            raise


# Keeping


def hold(place: Path) -> int:
    """A descriptor that keeps a folder from being removed until it is closed, however its holder ends.

    Raises:
        FileNotFoundError: it was removed already.
    """
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        is_there = os.path.samestat(os.fstat(handle), place.stat())
    except BaseException:
        os.close(handle)
        raise
    if not is_there:
        os.close(handle)
        raise FileNotFoundError(place)
    return handle


def discard(place: Path) -> bool:
    """Remove a folder that nobody holds; whether it is gone."""
    try:
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return True
    going = place.parent / f"{MAKING}.{Process.mine()}.{secrets.token_hex(4)}"
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        place.rename(going)
    except OSError:
        return not place.exists()
    finally:
        os.close(handle)
    remove_tree(going)
    return True


def reap_cache(cache: Path) -> int:
    """Remove what makers that died left, and roots and Pythons that nobody used for long; how many folders."""
    left = [folder for folder in cache.glob(f"*/{MAKING}.*") if not _maker(folder.name).runs()]
    for folder in left:
        remove_tree(folder)
    kept = [folder for kind in ("roots", "pythons") for folder in cache.glob(f"{kind}/*")]
    old = [folder for folder in kept if time.time() - folder.lstat().st_mtime > UNUSED_SECONDS]
    return len(left) + sum(map(discard, old))


def remove_tree(folder: Path) -> None:
    """Remove a folder, also where the right to was taken away inside of it."""
    for above, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(above, name)
            with suppress(OSError):
                if not path.is_symlink():
                    path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _maker(name: str) -> Process:
    return Process.parse(name.removeprefix(f"{MAKING}.").rpartition(".")[0])
