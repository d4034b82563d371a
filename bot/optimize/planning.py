"""Planning, as a subject: the plan has to name the places that a person's answer changed.

Another plan may be as good, so this says how often a plan goes where people went, and no more. The planner looks around
once for each exercise; what it saw is kept.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from bot.decisions.named_places import changed_places, share_named, told_places
from bot.decisions.proof.protection import refused_paths
from bot.errors import InternError
from bot.optimize.lesson import Lesson
from bot.optimize.subject import Learning
from bot.programs.attempted import tried
from bot.programs.plan_practice import looked_around, plan_after
from bot.programs.planner import planning_program
from bot.programs.toolbox import Toolbox
from bot.trial.result import digest_of
from bot.trial.score import Examiner
from bot.words.evaluation import Evaluation


class Planning:
    """The program that makes the plan, once the planner has looked around.

    Args:
        model: name of the model that looks around; another one sees something else.
    """

    programs: Mapping[str, Callable[[], Any]] = {"plan": planning_program}
    needs_plan = False
    enough = 0.9
    doing = "plans a change of Python code"
    measure = "of the places that the right change touches are named, and no others"

    def __init__(self, model: str) -> None:
        self._model = model

    def fits(self, lesson: Lesson) -> bool:
        """Where a person's answer is known, and changes Python code."""
        return lesson.solution is not None and bool(changed_places(lesson.solution))

    def digest(self, lesson: Lesson) -> str:
        """Of what is asked and what was changed."""
        answer = lesson.solution.digest if lesson.solution else ""
        return hashlib.sha256(f"{digest_of(lesson.exercise)} {answer} plan 1".encode()).hexdigest()

    def evaluate(self, lesson: Lesson, examiner: Examiner, kept: Learning) -> Evaluation:
        """Let the program plan, and compare with what was changed."""
        if lesson.solution is None:
            raise InternError(f"Nobody's answer to {lesson.exercise.name} is known.")
        seen, reason = self._seen(lesson, examiner, kept)
        if seen is None:
            return Evaluation(share=0.0, feedback=reason)
        toolbox = _toolbox(lesson, examiner)
        plan, reason = tried(
            "plan the change",
            lambda: plan_after(lesson.task, toolbox, seen, lambda paths: refused_paths(paths, lesson.settings)),
        )
        if plan is None:
            return Evaluation(share=0.0, feedback=reason)
        places = changed_places(lesson.solution)
        return Evaluation(share=share_named(plan, places), feedback=told_places(plan, places))

    def _seen(self, lesson: Lesson, examiner: Examiner, kept: Learning) -> tuple[dict[str, Any] | None, str]:
        key = f"{digest_of(lesson.exercise)} {self._model}"
        known = kept.trajectory(key)
        if known is not None:
            return known, ""
        toolbox = _toolbox(lesson, examiner)
        seen, reason = tried("look around", lambda: looked_around(lesson.task, toolbox))
        if seen is not None:
            kept.keep_trajectory(key, seen)
        return seen, reason


def _toolbox(lesson: Lesson, examiner: Examiner) -> Toolbox:
    """The planner's tools, without the web: what is learned must not hang on it."""
    return Toolbox(
        lesson.base,
        examiner.sandbox,
        settings=lesson.settings.tests,
        limits=examiner.limits,
        environment=lesson.environment,
        task=lesson.task,
    )
