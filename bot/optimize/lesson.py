"""Lesson: an exercise with all that is needed to let a program do it and to measure how it did."""

import hashlib
from dataclasses import dataclass

from bot.errors import Broken, InternError
from bot.programs.attempted import attempted
from bot.trial.result import digest_of
from bot.trial.score import Examiner
from bot.words.evaluation import Evaluation
from bot.words.exercise import Exercise
from bot.words.plan import Plan
from bot.words.repository_settings import Strategy
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from sandbox.room import SandboxError


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    Attributes:
        exercise: with the hidden tests that count.
        base: the files to start from.
        task: the issue, as the programs see it.
        plan: what to write; the same for each program that is measured.
        environment: what the tests need, by its name in the sandbox.
        strategy: how the repository wants code to be written; "" for what fits each file.
    """

    exercise: Exercise
    base: Snapshot
    task: Task
    plan: Plan
    environment: str | None
    strategy: Strategy = ""

    @property
    def digest(self) -> str:
        """Of everything that decides how it is done and measured."""
        parts = (digest_of(self.exercise), self.plan.model_dump_json(), self.environment or "", self.strategy)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    def evaluate(self, examiner: Examiner) -> Evaluation:
        """Let the programs of this session write the code, then run the hidden tests in a fresh room.

        Raises:
            Broken: the model's server or the sandbox failed.
            BudgetSpent, Cancelled: from the session.
        """
        sandbox, limits = examiner.sandbox, examiner.limits
        patch = attempted(self.task, self.plan, self.base, sandbox, limits, self.environment, self.strategy)
        if isinstance(patch, str):
            return Evaluation(share=0.0, feedback=patch)
        try:
            score = examiner.score(self.exercise, self.base, patch)
        except (SandboxError, InternError) as error:
            raise Broken(f"The hidden tests of {self.exercise.name} could not run: {error}") from error
        return Evaluation(share=score.share, feedback=score.feedback)
