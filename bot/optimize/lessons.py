"""Lessons: the exercises of a collection made ready, each with its plan. What takes a model or a room is kept."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from bot.decisions.canonical import canonical
from bot.errors import BudgetSpent, Cancelled, InternError, ModelError
from bot.optimize.kept import KeptFile
from bot.optimize.lesson import Lesson, solution_between
from bot.optimize.reviewed import Review
from bot.trial.check import checked
from bot.trial.collection import Collection
from bot.trial.result import digest_of
from bot.trial.score import Examiner
from bot.words.budget import Usage
from bot.words.exercise import Exercise
from bot.words.plan import Plan
from bot.words.repository_settings import RepositorySettings
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from bot.workflow.allowance import Allowance
from bot.workflow.wording import ISSUE_LIMIT
from bot.workflow.workshop import Workshop
from sandbox.room import SandboxError

#: Bytes of a trial's evidence that are read for its plan.
LARGEST_EVIDENCE = 50_000_000


@dataclass
class School:
    """Makes lessons.

    Attributes:
        collection: the exercises.
        workshop: the operator's model and rooms.
        kept: what was found out before.
        trial: results of `intern trial`, whose plans are taken; None for none.
        allowance: what may still be spent when a plan is made, given what the plans before it cost.
        say: told a line where an exercise is left out.
        planned: whether lessons need a plan.
        review: what people made of earlier answers to an exercise.
        usage: what the plans cost.
    """

    collection: Collection
    workshop: Workshop
    kept: KeptFile
    trial: Path | None
    allowance: Callable[[Usage], Allowance]
    say: Callable[[str], None]
    planned: bool = True
    review: Callable[[Exercise], Review] = lambda _: Review()
    usage: Usage = field(default_factory=Usage)

    def lesson(self, exercise: Exercise) -> Lesson | None:
        """The lesson of an exercise; None, and a line about it, where there is nothing to learn from it.

        Raises:
            BudgetSpent: there is no time for it, or its plan took what was left.
            Cancelled: while its plan was made.
        """
        if self.allowance(self.usage).budget.minutes <= 0:  # checking an exercise asks no model, and takes time
            raise BudgetSpent("no time is left")
        try:
            return self._lesson(exercise)
        except (SandboxError, InternError) as error:
            self.say(f"{exercise.name} is left out: {error}")
            return None

    def _lesson(self, exercise: Exercise) -> Lesson:
        if exercise.must_refuse:
            raise InternError("the right answer is to write nothing.")
        base = self.collection.base(exercise)
        examiner = Examiner(self.workshop.sandbox, self.workshop.limits)
        ready = self._checked(exercise, base, examiner)
        settings, environment = examiner.ready(base)
        task = Task(number=0, title=canonical(ready.title, 300).text, body=canonical(ready.body, ISSUE_LIMIT).text)
        plan = None
        if self.planned:
            plan = self._recorded(ready) or self._planned(ready, task, base, settings, environment)
        solution = solution_between(base, self.collection.answer(exercise), exercise)
        review = self.review(exercise)
        return Lesson(ready, base, task, plan, environment, settings, solution, review.example, review.remark)

    def _checked(self, exercise: Exercise, base: Snapshot, examiner: Examiner) -> Exercise:
        """The exercise with the hidden tests that tell right from wrong. Raises InternError."""
        key = digest_of(exercise)
        tests = self.kept.tests(key)
        if tests is None:
            ready = checked(exercise, base, self.collection.answer(exercise), examiner)
            if isinstance(ready, str):
                raise InternError(ready)
            tests = ready.must_pass
            self.kept.keep_tests(key, tests)
        return exercise.model_copy(update={"must_pass": tests})

    def _recorded(self, exercise: Exercise) -> Plan | None:
        """The plan of the trial's job for it."""
        if self.trial is None:
            return None
        path = self.trial / "jobs" / exercise.name / "evidence.json"
        try:
            if path.stat().st_size > LARGEST_EVIDENCE:
                return None
            return Plan.model_validate_json(json.dumps(json.loads(path.read_bytes()).get("plan")))
        except (OSError, ValueError, AttributeError, RecursionError, ValidationError):
            return None

    def _planned(
        self, exercise: Exercise, task: Task, base: Snapshot, settings: RepositorySettings, environment: str | None
    ) -> Plan:
        """The plan that the operator's model makes of it, once and for all. Raises ModelError and StopWork."""
        key = f"{digest_of(exercise)} {self.workshop.model.name}"
        plan = self.kept.plan(key)
        if plan is not None:
            return plan
        made = self.workshop.plan(task, base, settings, environment or "", self.allowance(self.usage))
        self.usage += made.usage
        if made.spent:
            raise BudgetSpent(made.spent)
        if made.cancelled:
            raise Cancelled("Somebody stopped it.")
        if made.plan is None:
            raise ModelError(made.trouble or "no plan was made for it.")
        self.kept.keep_plan(key, made.plan)
        return made.plan
