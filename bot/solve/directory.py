"""Read a local directory as a Snapshot. Nothing in it is written, executed or handed to git."""

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dulwich.errors import NotGitRepository
from dulwich.ignore import IgnoreFilterManager
from dulwich.repo import Repo

from bot.errors import ConfigurationError
from bot.words.snapshot import Snapshot
from sandbox.files import File
from sandbox.room import MIB

#: Never part of a repository's content, whether ignored or not.
SKIPPED_FOLDERS = frozenset({".git", ".hg", ".svn", "__pycache__", ".venv", "venv", "node_modules", ".tox", ".nox"})
LARGEST_FILE = 5 * MIB
LARGEST_TREE = 512 * MIB
MOST_FILES = 50_000


def read_directory(root: Path, named: str = "--repo ") -> Snapshot:
    """The files of a directory, without what its .gitignore leaves out.

    Args:
        root: an existing directory.
        named: what stands before the path in an error.

    Returns:
        A snapshot whose commit is a digest of the files.

    Raises:
        ConfigurationError: it is no directory, or too large to be worked on.
    """
    if not root.is_dir():
        raise ConfigurationError(f"{named}{root} is not a directory.")
    files: dict[str, File] = {}
    omitted: Counter[str] = Counter()
    total = 0
    for path in _walk(root, _ignored(root)):
        try:
            file = _read(path, path.relative_to(root).as_posix())
        except _Omitted as reason:
            omitted[str(reason)] += 1
            continue
        total += len(file.data)
        if total > LARGEST_TREE or len(files) >= MOST_FILES:
            raise ConfigurationError(f"{named}{root} has over {MOST_FILES} files or {LARGEST_TREE // MIB} MiB.")
        files[path.relative_to(root).as_posix()] = file
    notes = tuple(f"{number} × {reason}" for reason, number in sorted(omitted.items()))
    return Snapshot(commit=_digest(files), files=files, notes=notes)


class _Omitted(Exception):
    """This entry is no part of the snapshot; the message says why, in a few words."""


def _read(path: Path, name: str) -> File:
    """One file. Raises _Omitted for what is none, or can't be read."""
    if not name.isprintable():  # bytes that are no UTF-8 come as surrogates, which aren't either
        raise _Omitted("file with an unprintable name")
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode):
            raise _Omitted("symlink" if stat.S_ISLNK(about.st_mode) else "special file")
        if about.st_size > LARGEST_FILE:
            raise _Omitted("file over 5 MiB")
        return File(path.read_bytes(), executable=bool(about.st_mode & stat.S_IXUSR))
    except OSError:
        raise _Omitted("file that can't be read") from None


def _walk(root: Path, ignored: IgnoreFilterManager) -> Iterator[Path]:
    """Every file, and every link whatever it leads to."""
    for folder, subfolders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        kept = [name for name in sorted(subfolders) if not _left_out(here / name, root, ignored, folder=True)]
        links = [name for name in kept if (here / name).is_symlink()]
        subfolders[:] = [name for name in kept if name not in SKIPPED_FOLDERS and name not in links]
        for name in sorted([*names, *links]):
            if name != ".git" and not _left_out(here / name, root, ignored):  # a file in worktrees and submodules
                yield here / name


def _left_out(path: Path, root: Path, ignored: IgnoreFilterManager, *, folder: bool = False) -> bool:
    relative = path.relative_to(root).as_posix() + ("/" if folder else "")
    try:
        return bool(ignored.is_ignored(relative))
    except (OSError, ValueError, re.error):  # a .gitignore that can't be read leaves nothing out
        return False


def _ignored(root: Path) -> IgnoreFilterManager:
    """The rules of the .gitignore files; without a git repository at its root only those."""
    try:
        with Repo(str(root)) as repository:
            return IgnoreFilterManager.from_repo(repository)
    except (NotGitRepository, OSError, ValueError):
        return IgnoreFilterManager(str(root), [], ignorecase=False)


def _digest(files: dict[str, File]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for path in sorted(files):
        digest.update(f"{path}\0{files[path].executable}\0{len(files[path].data)}\0".encode())
        digest.update(files[path].data)
    return digest.hexdigest()
