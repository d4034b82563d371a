"""A directory's git history as exercises: objects read as data, by dulwich. No git runs, nothing is written."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import Self

from dulwich.diff_tree import tree_changes
from dulwich.errors import FileFormatException, NotGitRepository
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit, TreeEntry
from dulwich.repo import Repo

from bot.decisions.changes import changes_between
from bot.decisions.edits import EditError
from bot.decisions.protection import is_test_path
from bot.errors import ConfigurationError
from bot.github.tarball import possible
from bot.solve.directory import LARGEST_FILE, LARGEST_TREE, MOST_FILES
from bot.trial.fix import fix_exercise, is_fix, words_of
from bot.words.exercise import Exercise
from bot.words.snapshot import Snapshot
from sandbox.files import File

#: Commits that are looked at for fixes.
MOST_COMMITS = 5_000

#: What dulwich raises where a repository is shallow or damaged.
_BROKEN = (KeyError, OSError, ValueError, TypeError, AssertionError, FileFormatException, zlib.error)


class GitHistory:
    """The newest fixes of the branch that a directory has checked out. Use as a context manager.

    Args:
        root: a directory with a `.git`, or a bare repository.
        last: how many fixes to take.
        only: words of which a fix's SHA or title must have one; none for all.

    Raises:
        ConfigurationError: it has no history that can be read, or no fix in it.
    """

    def __init__(self, root: Path, last: int, only: Sequence[str] = ()) -> None:
        self._root = root
        try:
            self._repo = Repo(str(root))
        except (NotGitRepository, OSError, ValueError) as error:
            raise ConfigurationError(f"--repo {root} is not a git repository: it has no fixes to try.") from error
        self._fixes: dict[str, str] = {}
        try:
            self.exercises = tuple(self._take(last, only))
        except BaseException:
            self._repo.close()
            raise
        if not self.exercises:
            self._repo.close()
            raise ConfigurationError(
                f"--repo {root} has no fix among its newest {MOST_COMMITS:,} commits: none changed code (.py) as well "
                "as tests (test_*.py)."
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._repo.close()

    def base(self, exercise: Exercise) -> Snapshot:
        """The files of the fix's parent. Raises ConfigurationError."""
        return self._snapshot(exercise.base)

    def answer(self, exercise: Exercise) -> Snapshot:
        """The files of the fix. Raises ConfigurationError."""
        return self._snapshot(self._fixes[exercise.name])

    def _take(self, last: int, only: Sequence[str]) -> Iterator[Exercise]:
        for commit, parent in self._line():
            found = self._exercise(commit, parent)
            if found is None or (only and not any(word in f"{found.name} {found.title}" for word in only)):
                continue
            self._fixes[found.name] = commit.id.decode()
            yield found
            if len(self._fixes) >= last:
                return

    def _line(self) -> Iterator[tuple[Commit, Commit]]:
        """Commits with their first parents, the newest first; a merge stands for all that it brought."""
        try:
            commit = self._commit(self._repo.head())
            for _ in range(MOST_COMMITS):
                if not commit.parents:
                    return
                parent = self._commit(commit.parents[0])
                yield commit, parent
                commit = parent
        except _BROKEN:
            return  # an empty or shallow repository ends here

    def _exercise(self, commit: Commit, parent: Commit) -> Exercise | None:
        store = self._repo.object_store
        changed = list(tree_changes(store, parent.tree, commit.tree))
        paths = [_path(side) for one in changed if (side := one.new or one.old)]
        if not is_fix(paths):
            return None
        before = {_path(one.old): self._file(one.old) for one in changed if one.old and _regular(one.old)}
        after = {_path(one.new): self._file(one.new) for one in changed if one.new and _regular(one.new)}
        try:
            changes = changes_between(before, after, is_test=is_test_path)
        except EditError:
            return None  # a test with a picture: hidden tests are text
        sha, base = commit.id.decode(), parent.id.decode()
        words = words_of(commit.message.decode("utf-8", "replace"))
        return fix_exercise(sha, base, words, changes, place=f"{self._root}@{base[:12]}", source=f"commit {sha}")

    def _snapshot(self, sha: str) -> Snapshot:
        files: dict[str, File] = {}
        left_out = total = 0
        with _readable(self._root, sha):
            for entry in iter_tree_contents(self._repo.object_store, self._commit(sha.encode()).tree):
                path = _path(entry)
                file = self._file(entry) if _regular(entry) and path.isprintable() and possible(path) else None
                if file is None or len(file.data) > LARGEST_FILE:
                    left_out += 1
                    continue
                total += len(file.data)
                if total > LARGEST_TREE or len(files) >= MOST_FILES:
                    raise ConfigurationError(f"--repo {self._root} is too large to be worked on at {sha[:12]}.")
                files[path] = file
        notes = (f"{left_out} × link, submodule or file over 5 MiB",) if left_out else ()
        return Snapshot(commit=sha, files=files, notes=notes)

    def _commit(self, sha: bytes) -> Commit:
        found = self._repo[sha]
        if not isinstance(found, Commit):
            raise TypeError("no commit")
        return found

    def _file(self, entry: TreeEntry) -> File:
        blob = self._repo[entry.sha]
        if not isinstance(blob, Blob):
            raise TypeError("no file")
        return File(blob.data, executable=bool(entry.mode & 0o100))


@contextmanager
def _readable(root: Path, sha: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise ConfigurationError(f"--repo {root}: commit {sha[:12]} can't be read. Is the clone whole?") from error


def _path(entry: TreeEntry) -> str:
    return (entry.path or b"").decode("utf-8", "surrogateescape")


def _regular(entry: TreeEntry) -> bool:
    return S_ISREG(entry.mode or 0)
