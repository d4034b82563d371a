"""Merged: of a repository's fixes those that came from the bot's own pull requests and were merged.

What people merged is the right answer, with whatever they changed before; what they closed has none to learn from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.trial.collection import Collection
from bot.words.exercise import Exercise
from bot.words.place import Place
from bot.words.pull_outcome import PullOutcome
from bot.words.snapshot import Snapshot


@dataclass(frozen=True)
class Merged:
    """A collection of some of another's exercises.

    Attributes:
        history: all of them.
        sources: what an exercise names as its source, for each merge: its commit, or its pull request.
    """

    history: Collection
    sources: frozenset[str]

    @property
    def exercises(self) -> Sequence[Exercise]:
        """Those that a merge brought."""
        return [one for one in self.history.exercises if one.source in self.sources]

    def base(self, exercise: Exercise) -> Snapshot:
        """The files to start from."""
        return self.history.base(exercise)

    def place(self, exercise: Exercise) -> Place:
        """Where they are."""
        return self.history.place(exercise)

    def answer(self, exercise: Exercise) -> Snapshot | None:
        """The files as people merged them."""
        return self.history.answer(exercise)


def merged(history: Collection, outcomes: Iterable[PullOutcome]) -> Merged:
    """The fixes of a history that outcomes tell to be merged."""
    known = [one for one in outcomes if one.merged and one.commit]
    commits = {f"commit {one.commit}" for one in known}
    return Merged(history, frozenset(commits | {f"pull request {one.pull} of {one.name}" for one in known}))
