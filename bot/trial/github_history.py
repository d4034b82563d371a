"""The merged pull requests of a repository on GitHub as exercises. Nothing is written there."""

from collections.abc import Iterator, Sequence

from bot.decisions.editing.changes import changes_between
from bot.decisions.editing.edits import EditError
from bot.decisions.proof.protection import is_test_path
from bot.errors import ConfigurationError
from bot.github.errors import NotFound
from bot.github.history import History
from bot.trial.fix import closed_issue, fix_exercise, is_fix
from bot.words.exercise import Exercise
from bot.words.merged_pull import MergedPull
from bot.words.place import Place
from bot.words.snapshot import Snapshot


class GitHubHistory:
    """The newest merged fixes of a repository.

    What is asked is the issue that a pull request closes ("fixes #12"), else the pull request's own words. A pull
    request of several commits that was rebased is one commit there: that of its end.

    Args:
        history: reads the repository.
        last: how many fixes to take.
        only: words of which a fix's SHA or title must have one; none for all.

    Raises:
        ConfigurationError: there is no such repository for this token, or no fix in it.
        GitHubError: GitHub refused, or could not be reached.
    """

    def __init__(self, history: History, last: int, only: Sequence[str] = ()) -> None:
        self._history = history
        self._name = history.repository.full_name
        self._fixes: dict[str, str] = {}
        self._issues: dict[str, int] = {}
        try:
            self.exercises = tuple(self._take(last, only))
        except NotFound as error:
            raise ConfigurationError(f"--repo {self._name}: no such repository for this GITHUB_TOKEN.") from error
        if not self.exercises:
            raise ConfigurationError(
                f"--repo {self._name} has no merged pull request that changed code (.py) as well as tests (test_*.py)."
            )

    def base(self, exercise: Exercise) -> Snapshot:
        """The files of the fix's parent. Raises GitHubError."""
        return self._history.snapshot(exercise.base)

    def place(self, exercise: Exercise) -> Place:
        """Only the commit: a replay is told the directory of a clone."""
        return Place(commit=exercise.base)

    def answer(self, exercise: Exercise) -> Snapshot:
        """The files of the fix. Raises GitHubError."""
        return self._history.snapshot(self._fixes[exercise.name])

    def issue(self, exercise: Exercise) -> int:
        """The issue that the pull request says it closes; 0 for none."""
        return self._issues.get(exercise.name, 0)

    def _take(self, last: int, only: Sequence[str]) -> Iterator[Exercise]:
        for pull in self._history.merged():
            try:
                found = self._exercise(pull)
            except NotFound:
                continue  # of this one something is gone: a commit that nothing leads to any more
            if found is None or (only and not any(word in f"{found.name} {found.title}" for word in only)):
                continue
            self._fixes[found.name] = pull.commit
            self._issues[found.name] = closed_issue(f"{pull.title}\n{pull.body}")
            yield found
            if len(self._fixes) >= last:
                return

    def _exercise(self, pull: MergedPull) -> Exercise | None:
        paths = self._history.changed_paths(pull.number)
        if not is_fix(paths) or not (base := self._history.parent(pull.commit)):
            return None
        before, after = (self._history.some_files(commit, paths) for commit in (base, pull.commit))
        try:
            changes = changes_between(before, after, is_test=is_test_path)
        except EditError:
            return None  # a test with a picture: hidden tests are text
        place, source = f"{self._name}@{base[:12]}", f"pull request {pull.number} of {self._name}"
        return fix_exercise(pull.commit, base, self._words(pull), changes, place=place, source=source)

    def _words(self, pull: MergedPull) -> tuple[str, str]:
        if number := closed_issue(f"{pull.title}\n{pull.body}"):
            try:
                issue = self._history.issue(number)
            except NotFound:
                return pull.title, pull.body
            if not issue.pull_request:
                return issue.title, issue.body
        return pull.title, pull.body
