"""The files of one commit of a git directory, read as data: links, submodules and what is too large left out."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG

from dulwich.errors import FileFormatException, NotGitRepository
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit, TreeEntry
from dulwich.repo import Repo

from bot.errors import ConfigurationError
from bot.github.tarball import possible
from bot.solve.directory import LARGEST_FILE, LARGEST_TREE, MOST_FILES
from bot.words.snapshot import Snapshot
from sandbox.files import File

#: What dulwich raises where a repository is shallow or damaged.
BROKEN = (KeyError, OSError, ValueError, TypeError, AssertionError, FileFormatException, zlib.error)


@contextmanager
def open_git(root: Path) -> Iterator[Repo]:
    """A directory's git repository. Raises ConfigurationError where it is none."""
    try:
        repo = Repo(str(root))
    except (NotGitRepository, OSError, ValueError) as error:
        raise ConfigurationError(f"--repo {root} is not a git repository: it has no fixes to try.") from error
    try:
        yield repo
    finally:
        repo.close()


def read_commit(repo: Repo, root: Path, sha: str) -> Snapshot:
    """The files of a commit.

    Args:
        repo: the open repository.
        root: its directory, for errors.
        sha: of the commit.

    Raises:
        ConfigurationError: it can't be read, or is too large to be worked on.
    """
    files: dict[str, File] = {}
    left_out = total = 0
    try:
        for entry in iter_tree_contents(repo.object_store, commit_of(repo, sha.encode()).tree):
            path = path_of(entry)
            file = file_of(repo, entry) if is_file(entry) and path.isprintable() and possible(path) else None
            if file is None or len(file.data) > LARGEST_FILE:
                left_out += 1
                continue
            total += len(file.data)
            if total > LARGEST_TREE or len(files) >= MOST_FILES:
                raise ConfigurationError(f"--repo {root} is too large to be worked on at {sha[:12]}.")
            files[path] = file
    except BROKEN as error:
        raise ConfigurationError(f"--repo {root}: commit {sha[:12]} can't be read. Is the clone whole?") from error
    notes = (f"{left_out} × link, submodule or file over 5 MiB",) if left_out else ()
    return Snapshot(commit=sha, files=files, notes=notes)


def commit_of(repo: Repo, sha: bytes) -> Commit:
    """A commit. Raises one of BROKEN."""
    found = repo[sha]
    if not isinstance(found, Commit):
        raise TypeError("no commit")
    return found


def file_of(repo: Repo, entry: TreeEntry) -> File:
    """A regular file. Raises one of BROKEN."""
    blob = repo[entry.sha]
    if not isinstance(blob, Blob):
        raise TypeError("no file")
    return File(blob.data, executable=bool(entry.mode & 0o100))


def path_of(entry: TreeEntry) -> str:
    """The path of an entry; bytes that are no UTF-8 come as surrogates."""
    return (entry.path or b"").decode("utf-8", "surrogateescape")


def is_file(entry: TreeEntry) -> bool:
    """Whether an entry is a regular file."""
    return S_ISREG(entry.mode or 0)
