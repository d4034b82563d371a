"""A directory's git history as exercises: objects read as data, by dulwich. No git runs, nothing is written."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from dulwich.diff_tree import tree_changes
from dulwich.objects import Commit

from bot.decisions.editing.changes import changes_between
from bot.decisions.editing.edits import EditError
from bot.decisions.proof.protection import is_test_path
from bot.errors import ConfigurationError
from bot.trial.fix import closed_issue, fix_exercise, is_fix, words_of
from bot.trial.git_snapshot import BROKEN, commit_of, file_of, is_file, open_git, path_of, read_commit
from bot.words.exercise import Exercise
from bot.words.place import Place
from bot.words.snapshot import Snapshot
from sandbox.files import File

#: Commits that are looked at for fixes.
MOST_COMMITS = 5_000


class GitHistory:
    """The newest fixes of the branch that a directory has checked out. Use as a context manager.

    Args:
        root: a directory with a `.git`, or a bare repository.
        last: how many fixes to take.
        only: words of which a fix's SHA or title must have one; none for all.

    Raises:
        ConfigurationError: it has no history that can be read, or no fix in it that is meant.
    """

    def __init__(self, root: Path, last: int, only: Sequence[str] = ()) -> None:
        self._root = root
        self._fixes: dict[str, str] = {}
        self._commits = self._found = 0
        self._ends_early = False
        with ExitStack() as opened:
            self._repo = opened.enter_context(open_git(root))
            self.exercises = tuple(self._take(last, only))
            if not self.exercises:
                raise ConfigurationError(self._nothing(only))
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def base(self, exercise: Exercise) -> Snapshot:
        """The files of the fix's parent. Raises ConfigurationError."""
        return read_commit(self._repo, self._root, exercise.base)

    def place(self, exercise: Exercise) -> Place:
        """The fix's parent in the history."""
        return Place(root=os.path.realpath(self._root), commit=exercise.base)

    def answer(self, exercise: Exercise) -> Snapshot:
        """The files of the fix. Raises ConfigurationError."""
        return read_commit(self._repo, self._root, self._fixes[exercise.name])

    def issue(self, exercise: Exercise) -> int:
        """The issue that the fix's message says it closes; 0 for none."""
        return closed_issue(f"{exercise.title}\n{exercise.body}")

    def _take(self, last: int, only: Sequence[str]) -> Iterator[Exercise]:
        for commit, parent in self._line():
            found = self._exercise(commit, parent)
            self._found += found is not None
            if found is None or (only and not any(word in f"{found.name} {found.title}" for word in only)):
                continue
            self._fixes[found.name] = commit.id.decode()
            yield found
            if len(self._fixes) >= last:
                return

    def _line(self) -> Iterator[tuple[Commit, Commit]]:
        """Commits with their first parents, the newest first; a merge stands for all that it brought."""
        commit = self._commit(self._head())
        while commit is not None and self._commits < MOST_COMMITS:
            self._commits += 1
            parent = self._commit(commit.parents[0] if commit.parents else None)
            if parent is not None:
                yield commit, parent
            commit = parent

    def _head(self) -> bytes | None:
        try:
            return self._repo.head()
        except BROKEN:
            return None  # nothing was committed yet

    def _commit(self, sha: bytes | None) -> Commit | None:
        """A commit; None where the history ends, of itself or because the clone is a shallow one."""
        try:
            return commit_of(self._repo, sha) if sha else None
        except BROKEN:
            self._ends_early = True
            return None

    def _nothing(self, only: Sequence[str]) -> str:
        """Why there is no exercise, and what to do."""
        if self._found:
            said = f"--only {' '.join(only)} fits no fix of --repo {self._root}; it has {self._found:,}."
        else:
            newest = "newest " if self._commits == MOST_COMMITS else ""
            said = (
                f"--repo {self._root} has no fix: none of its {newest}commits ({self._commits:,}) changed code (.py) "
                "as well as tests (test_*.py)."
            )
        return f"{said} The clone ends there: `git fetch --unshallow` gets the rest." if self._ends_early else said

    def _exercise(self, commit: Commit, parent: Commit) -> Exercise | None:
        try:
            sides = self._sides(commit, parent)
        except BROKEN as error:
            sha = commit.id.decode()[:12]
            raise ConfigurationError(
                f"--repo {self._root}: commit {sha} can't be read. Is the clone whole? One with `--filter` is not."
            ) from error
        if sides is None:
            return None
        try:
            changes = changes_between(*sides, is_test=is_test_path)
        except EditError:
            return None  # a test with a picture: hidden tests are text
        sha, base = commit.id.decode(), parent.id.decode()
        words = words_of(commit.message.decode("utf-8", "replace"))
        place, source = f"{self._root}@{base[:12]}", f"commit {sha}"
        return fix_exercise(sha, base, words, changes, place=place, source=source)

    def _sides(self, commit: Commit, parent: Commit) -> tuple[dict[str, File], dict[str, File]] | None:
        """The files that a commit changed, before and after; None where it is no fix. Raises one of BROKEN."""
        changed = list(tree_changes(self._repo.object_store, parent.tree, commit.tree))
        if not is_fix([path_of(side) for one in changed if (side := one.new or one.old)]):
            return None
        old = [one.old for one in changed if one.old and is_file(one.old)]
        new = [one.new for one in changed if one.new and is_file(one.new)]
        before, after = ({path_of(entry): file_of(self._repo, entry) for entry in side} for side in (old, new))
        return before, after
