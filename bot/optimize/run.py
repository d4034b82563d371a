"""The story of one optimization: lessons, a score without, what was learned, a score with, and a decision."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import Any

from bot.decisions.held_out import FEWEST, split
from bot.errors import Broken, BudgetSpent, ConfigurationError, ModelError
from bot.optimize.kept import KeptFile
from bot.optimize.lesson import Lesson
from bot.optimize.lessons import School
from bot.optimize.progress import OptimizeProgress
from bot.optimize.request import OPTIMIZERS, OptimizeRequest
from bot.programs.compilable import signatures_of_programs
from bot.programs.compiled_file import write_compiled
from bot.programs.optimizers import bootstrap, evolve, learned
from bot.programs.practice import Practice, Workplace
from bot.programs.session import Ledger, session
from bot.sentences import optimization as sentences
from bot.trial.collection import Collection
from bot.trial.score import Examiner
from bot.words.budget import Usage
from bot.words.compilation import Compilation
from bot.workflow.allowance import Allowance
from bot.workflow.workshop import Workshop


def optimize(request: OptimizeRequest, collection: Collection, workshop: Workshop, progress: OptimizeProgress) -> int:
    """Compile the programs that write code, and keep them if they do better where they did not learn.

    Returns:
        0 when they were accepted, 1 when not, or when the budget ended before that was known.

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
    """One run; `calls` counts what scoring took."""

    request: OptimizeRequest
    collection: Collection
    workshop: Workshop
    progress: OptimizeProgress
    kept: KeptFile
    calls: int = 0

    def run(self) -> int:
        started = time.monotonic()
        lessons, usage = self._lessons(started)
        learn, held = split(lessons)
        if len(lessons) < FEWEST:
            raise ConfigurationError(sentences.too_few(len(lessons), FEWEST))
        self.progress.say(sentences.parts(learn, held))
        left = self._left(usage, started).budget
        examiner = Examiner(self.workshop.sandbox, self.workshop.limits)
        place = Workplace(lambda name: lessons[name].evaluate(examiner), lambda name: lessons[name].digest, self.kept)
        deadline = time.monotonic() + left.minutes * 60
        with session(self.workshop.model, left, deadline, record=self.workshop.record) as ledger:
            return self._compile(Practice(place), learn, held, ledger)

    def _lessons(self, started: float) -> tuple[Mapping[str, Lesson], Usage]:
        """The lessons by name, and what their plans cost."""
        school = School(
            self.collection,
            self.workshop,
            self.kept,
            self.request.plans,
            lambda usage: self._left(usage, started),
            self.progress.say,
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

    def _compile(self, practice: Practice, learn: Sequence[str], held: Sequence[str], ledger: Ledger) -> int:
        optimizer = OPTIMIZERS[self.request.optimizer]
        before = self._score("uncompiled", practice, held)
        best = max(before, self._score_of_today(practice, held))
        reserve = 2 * self.calls + len(held)
        if self.request.optimizer == "gepa":
            compiled = evolve(practice, learn, self.kept, lambda: _short(ledger, reserve))
        else:
            compiled = bootstrap(practice, learn)
        if not learned(compiled):
            self.progress.say(sentences.nothing_learned(optimizer))
            return 1
        after = self._score("compiled", compiled, held)
        if after <= best:
            self.progress.say(sentences.refused(best, after))
            return 1
        made = self._save(compiled, before, after, len(learn), len(held))
        self.progress.say(sentences.accepted(made, str(self.request.folder)))
        return 0

    def _score(self, what: str, practice: Any, held: Sequence[str]) -> float:
        """Mean share of the hidden tests that pass on the held-out exercises."""
        shares = []
        for name, number in self.progress.through(what, [(n, t) for n in held for t in range(self.request.times)]):
            found = practice(exercise=name, time=number)
            self.progress.say(f"{what}, {sentences.evaluated(name, found)}")
            shares.append(found.share)
            self.calls += len(found.called)
        score = fmean(shares)
        self.progress.say(sentences.scored(what, score))
        return score

    def _score_of_today(self, practice: Practice, held: Sequence[str]) -> float:
        """The score of what was compiled before, if anything is in use: it gives way to what is better only."""
        teacher = self.workshop.programs.of(self.workshop.model.name)
        today = practice.deepcopy()
        for name, program in today.programs.items():
            teacher.teach(program, name)
        return self._score("compiled before", today, held) if learned(today) else 0.0

    def _save(self, compiled: Any, before: float, after: float, examples: int, held: int) -> list[Compilation]:
        made = []
        for name, program in learned(compiled).items():
            about = Compilation(
                program=name,
                signatures=signatures_of_programs()[name],
                model=self.workshop.model.name,
                optimizer=OPTIMIZERS[self.request.optimizer],
                date=datetime.now(UTC).date().isoformat(),
                before=before,
                after=after,
                examples=examples,
                held_out=held,
            )
            write_compiled(self.request.folder, program, about)
            made.append(about)
        return made


def _short(ledger: Ledger, calls: int) -> bool:
    """Whether no more calls are left than scoring will take."""
    return ledger.allowance.calls - ledger.usage.calls <= calls
