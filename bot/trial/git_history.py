"""A directory's git history as exercises: objects read as data, by dulwich. No git runs, nothing is written."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from dulwich.diff_tree import tree_changes
from dulwich.objects import Commit

from bot.decisions.changes import changes_between
from bot.decisions.edits import EditError
from bot.decisions.protection import is_test_path
from bot.errors import ConfigurationError
from bot.trial.fix import fix_exercise, is_fix, words_of
from bot.trial.git_snapshot import BROKEN, commit_of, file_of, is_file, open_git, path_of, read_commit
from bot.words.exercise import Exercise
from bot.words.place import Place
from bot.words.snapshot import Snapshot

#: Commits that are looked at for fixes.
MOST_COMMITS = 5_000


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
        self._fixes: dict[str, str] = {}
        with ExitStack() as opened:
            self._repo = opened.enter_context(open_git(root))
            self.exercises = tuple(self._take(last, only))
            if not self.exercises:
                raise ConfigurationError(
                    f"--repo {root} has no fix among its newest {MOST_COMMITS:,} commits: none changed code (.py) as "
                    "well as tests (test_*.py)."
                )
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
            commit = commit_of(self._repo, self._repo.head())
            for _ in range(MOST_COMMITS):
                if not commit.parents:
                    return
                parent = commit_of(self._repo, commit.parents[0])
                yield commit, parent
                commit = parent
        except BROKEN:
            return  # an empty or shallow repository ends here

    def _exercise(self, commit: Commit, parent: Commit) -> Exercise | None:
        changed = list(tree_changes(self._repo.object_store, parent.tree, commit.tree))
        if not is_fix([path_of(side) for one in changed if (side := one.new or one.old)]):
            return None
        old = [one.old for one in changed if one.old and is_file(one.old)]
        new = [one.new for one in changed if one.new and is_file(one.new)]
        before = {path_of(entry): file_of(self._repo, entry) for entry in old}
        after = {path_of(entry): file_of(self._repo, entry) for entry in new}
        try:
            changes = changes_between(before, after, is_test=is_test_path)
        except EditError:
            return None  # a test with a picture: hidden tests are text
        sha, base = commit.id.decode(), parent.id.decode()
        words = words_of(commit.message.decode("utf-8", "replace"))
        place, source = f"{self._root}@{base[:12]}", f"commit {sha}"
        return fix_exercise(sha, base, words, changes, place=place, source=source)
