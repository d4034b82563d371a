"""Writing code, as a subject: the hidden tests of the exercise decide."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import Broken, InternError
from bot.optimize.lesson import Lesson
from bot.optimize.subject import Learning
from bot.programs.attempted import attempted
from bot.programs.compilable import CODE
from bot.programs.reflection import CODING
from bot.trial.score import Examiner
from bot.words.evaluation import Evaluation
from sandbox.room import SandboxError


class WritingCode:
    """The strategies that write the code of a file."""

    programs: Mapping[str, Callable[[], Any]] = CODE
    needs_plan = True
    enough = 1.0
    doing = CODING
    measure = "of the hidden tests pass"

    def fits(self, lesson: Lesson) -> bool:
        """Where there is a plan."""
        return lesson.plan is not None

    def digest(self, lesson: Lesson) -> str:
        """The lesson's own."""
        return lesson.digest

    def evaluate(self, lesson: Lesson, examiner: Examiner, kept: Learning) -> Evaluation:  # noqa: ARG002 (one shape)
        """Let the programs write the code, then run the hidden tests in a fresh room."""
        if lesson.plan is None:
            raise InternError(f"There is no plan for {lesson.exercise.name}.")
        sandbox, limits, strategy = examiner.sandbox, examiner.limits, lesson.settings.strategy
        patch = attempted(lesson.task, lesson.plan, lesson.base, sandbox, limits, lesson.environment, strategy)
        if isinstance(patch, str):
            return Evaluation(share=0.0, feedback=patch)
        try:
            score = examiner.score(lesson.exercise, lesson.base, patch)
        except (SandboxError, InternError) as error:
            raise Broken(f"The hidden tests of {lesson.exercise.name} could not run: {error}") from error
        return Evaluation(share=score.share, feedback=score.feedback)
