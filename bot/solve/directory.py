"""Read a local directory as a Snapshot. Nothing in it is written, executed or handed to git."""

import hashlib
import os
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


def read_directory(root: Path) -> Snapshot:
    """The files of a directory, without what its .gitignore leaves out.

    Args:
        root: an existing directory.

    Returns:
        A snapshot whose commit is a digest of the files.

    Raises:
        ConfigurationError: it is no directory, or too large to be worked on.
    """
    if not root.is_dir():
        raise ConfigurationError(f"--repo {root} is not a directory.")
    files: dict[str, File] = {}
    links = large = total = 0
    for path in _walk(root, _ignored(root)):
        if path.is_symlink() or not path.is_file():
            links += 1
            continue
        size = path.stat().st_size
        if size > LARGEST_FILE:
            large += 1
            continue
        total += size
        if total > LARGEST_TREE or len(files) >= MOST_FILES:
            raise ConfigurationError(f"--repo {root} has over {MOST_FILES} files or {LARGEST_TREE // MIB} MiB.")
        files[path.relative_to(root).as_posix()] = File(path.read_bytes(), os.access(path, os.X_OK))
    notes = [f"{links} symlinks or special files"] * bool(links) + [f"{large} files over 5 MiB"] * bool(large)
    return Snapshot(commit=_digest(files), files=files, notes=tuple(notes))


def _walk(root: Path, ignored: IgnoreFilterManager | None) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        subfolders[:] = sorted(
            name for name in subfolders if name not in SKIPPED_FOLDERS and not _left_out(here / name, root, ignored)
        )
        for name in sorted(names):
            if not _left_out(here / name, root, ignored):
                yield here / name


def _left_out(path: Path, root: Path, ignored: IgnoreFilterManager | None) -> bool:
    relative = path.relative_to(root).as_posix() + ("/" if path.is_dir() else "")
    return bool(ignored and ignored.is_ignored(relative))


def _ignored(root: Path) -> IgnoreFilterManager | None:
    try:
        with Repo(str(root)) as repository:
            return IgnoreFilterManager.from_repo(repository)
    except NotGitRepository:
        return None


def _digest(files: dict[str, File]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for path in sorted(files):
        digest.update(f"{path}\0{files[path].executable}\0{len(files[path].data)}\0".encode())
        digest.update(files[path].data)
    return digest.hexdigest()
