"""Collection: where exercises come from, with their files and a right answer kept apart from them."""

from collections.abc import Sequence
from typing import Protocol

from bot.words.exercise import Exercise
from bot.words.place import Place
from bot.words.snapshot import Snapshot


class Collection(Protocol):
    """Exercises of one place: a folder of tasks, or the history of a repository."""

    @property
    def exercises(self) -> Sequence[Exercise]:
        """All of them, in a fixed order."""

    def base(self, exercise: Exercise) -> Snapshot:
        """The files to start from. This, and the issue's text, is all that a job is given."""

    def place(self, exercise: Exercise) -> Place:
        """Where those files can be read again."""

    def answer(self, exercise: Exercise) -> Snapshot | None:
        """The files as a person left them, for checking the hidden tests; None where the right answer is to refuse."""

    def issue(self, exercise: Exercise) -> int:
        """Number of the issue that it was written for; 0 where that is not known."""
