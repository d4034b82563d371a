"""Subject: which programs are compiled, and how what they do at a lesson is measured."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.optimize.lesson import Lesson
from bot.trial.score import Examiner
from bot.words.evaluation import Evaluation


class Learning(Protocol):
    """What is kept of a lesson besides evaluations."""

    def trajectory(self, key: str) -> dict[str, Any] | None:
        """What the planner saw."""

    def keep_trajectory(self, key: str, trajectory: dict[str, Any]) -> None:
        """Keep what the planner saw, durably."""


class Subject(Protocol):
    """One kind of program."""

    @property
    def programs(self) -> Mapping[str, Callable[[], Any]]:
        """What makes each program, by name."""

    @property
    def needs_plan(self) -> bool:
        """Whether a lesson must come with a plan."""

    @property
    def enough(self) -> float:
        """The share from which on a lesson counts as done well, so that an example may be taken from it."""

    @property
    def doing(self) -> str:
        """What the programs do, as in "writes Python code"."""

    @property
    def measure(self) -> str:
        """What a share is a share of, as in "of the hidden tests pass"."""

    def fits(self, lesson: Lesson) -> bool:
        """Whether it can be measured with this lesson."""

    def digest(self, lesson: Lesson) -> str:
        """Of everything that decides how the lesson is done and measured."""

    def evaluate(self, lesson: Lesson, examiner: Examiner, kept: Learning) -> Evaluation:
        """Let the programs of this session do it, and measure.

        Raises:
            Broken: the model's server or the sandbox failed.
            BudgetSpent, Cancelled: from the session.
        """
