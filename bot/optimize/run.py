"""The story of one optimization: the lessons, then a course for each kind of program."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.decisions.held_out import FEWEST
from bot.errors import Broken, BudgetSpent, ConfigurationError, ModelError
from bot.optimize.course import Course
from bot.optimize.kept import KeptFile
from bot.optimize.lesson import Lesson
from bot.optimize.lessons import School
from bot.optimize.planning import Planning
from bot.optimize.progress import OptimizeProgress
from bot.optimize.request import OptimizeRequest
from bot.optimize.reviewed import Review, Reviewed
from bot.optimize.subject import Subject
from bot.optimize.writing_code import WritingCode
from bot.optimize.writing_tests import WritingTests
from bot.programs.session import session
from bot.sentences import optimization as sentences
from bot.trial.collection import Collection
from bot.words.budget import Usage
from bot.words.exercise import Exercise
from bot.workflow.allowance import Allowance
from bot.workflow.workshop import Workshop


def optimize(request: OptimizeRequest, collection: Collection, workshop: Workshop, progress: OptimizeProgress) -> int:
    """Compile the programs that are meant, and keep those that do better where they did not learn.

    Returns:
        0 when any were accepted, 1 when none, or when the budget ended before all was known.

    Raises:
        ConfigurationError: the folder can't be written, or there are too few exercises.
        ModelError: the model's server or the sandbox failed.
    """
    kept = KeptFile(request.folder)
    try:
        return _Optimization(request, collection, workshop, progress, kept).run()
    except BudgetSpent as spent:
        progress.say(sentences.go_on(f"The budget is spent: {spent}.", str(kept.path)))
        return 1
    except Broken as broken:
        raise ModelError(sentences.go_on(str(broken), str(kept.path))) from None
    except KeyboardInterrupt:
        progress.say(sentences.go_on("Stopped.", str(kept.path)))
        raise


@dataclass
class _Optimization:
    """One run."""

    request: OptimizeRequest
    collection: Collection
    workshop: Workshop
    progress: OptimizeProgress
    kept: KeptFile

    def run(self) -> int:
        started = time.monotonic()
        subjects = self._subjects()
        for line in self._reviewed.told if self._reviewed else ():
            self.progress.say(line)
        lessons, usage = self._lessons(started, planned=any(one.needs_plan for one in subjects.values()))
        taught = self._taught(subjects, lessons)
        left = self._left(usage, started).budget
        deadline = time.monotonic() + left.minutes * 60
        accepted = False
        with session(self.workshop.model, left, deadline, record=self.workshop.record) as ledger:
            for name, fitting in taught.items():
                if len(taught) > 1:
                    self.progress.say(sentences.next_course(name))
                course = Course(subjects[name], fitting, self.request, self.workshop, self.kept, self.progress, ledger)
                accepted |= course.take()
        return 0 if accepted else 1

    @property
    def _reviewed(self) -> Reviewed | None:
        return self.collection if isinstance(self.collection, Reviewed) else None

    def _review(self, exercise: Exercise) -> Review:
        """What people made of earlier answers to it, where that is known."""
        return self._reviewed.reviews[exercise.name] if self._reviewed else Review()

    def _subjects(self) -> Mapping[str, Subject]:
        known: dict[str, Subject] = {
            "code": WritingCode(),
            "tests": WritingTests(),
            "plan": Planning(self.workshop.model.name),
        }
        return {name: known[name] for name in self.request.programs or known}

    def _taught(
        self, subjects: Mapping[str, Subject], lessons: Mapping[str, Lesson]
    ) -> Mapping[str, Mapping[str, Lesson]]:
        """Of each subject for which there are enough lessons those that fit. Raises ConfigurationError for none."""
        taught = {}
        most = 0
        for name, subject in subjects.items():
            fitting = {one: lesson for one, lesson in lessons.items() if subject.fits(lesson)}
            if len(fitting) >= FEWEST:
                taught[name] = fitting
                continue
            most = max(most, len(fitting))
            if len(subjects) > 1 and len(lessons) >= FEWEST:
                self.progress.say(f"{name}: {sentences.too_few(len(fitting), FEWEST)}")
        if not taught:
            raise ConfigurationError(sentences.too_few(most, FEWEST))
        return taught

    def _lessons(self, started: float, *, planned: bool) -> tuple[Mapping[str, Lesson], Usage]:
        """The lessons by name, and what their plans cost."""
        school = School(
            self.collection,
            self.workshop,
            self.kept,
            self.request.plans,
            lambda usage: self._left(usage, started),
            self.progress.say,
            planned,
            self._review,
        )
        exercises = self.collection.exercises
        made = [school.lesson(exercise) for exercise in self.progress.through("plans", exercises)]
        return {lesson.exercise.name: lesson for lesson in made if lesson is not None}, school.usage

    def _left(self, usage: Usage, started: float) -> Allowance:
        """The run's own budget, less what was spent. What jobs may spend in a day does not count here."""
        budget = self.request.budget
        left = {
            "calls": max(0, budget.calls - usage.calls),
            "tokens": max(0, budget.tokens - usage.tokens),
            "money": max(0.0, budget.money - usage.money),
            "minutes": max(0.0, budget.minutes - (time.monotonic() - started) / 60),
        }
        return Allowance(budget.model_copy(update=left), lambda: False)
