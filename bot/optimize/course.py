"""Course: one subject's programs, scored without, taught, scored with, and kept only if that is better."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import Any

from bot.decisions.held_out import split
from bot.optimize.kept import KeptFile
from bot.optimize.lesson import Lesson
from bot.optimize.progress import OptimizeProgress
from bot.optimize.request import OPTIMIZERS, OptimizeRequest
from bot.optimize.subject import Subject
from bot.programs.compilable import signatures_of_programs
from bot.programs.compiled_file import write_compiled
from bot.programs.model import make_lm
from bot.programs.optimizers import bootstrap, evolve, learned
from bot.programs.practice import Practice, Workplace
from bot.programs.session import Ledger
from bot.sentences import optimization as sentences
from bot.trial.score import Examiner
from bot.words.compilation import Compilation
from bot.words.evaluation import Evaluation
from bot.workflow.workshop import Workshop


@dataclass
class Course:
    """One course; `calls` counts what scoring took.

    Attributes:
        subject: what is taught.
        lessons: those that fit it, by name.
        request: what was asked for.
        workshop: the operator's models and rooms.
        kept: what was found out before.
        progress: told where it stands.
        ledger: of the session.
    """

    subject: Subject
    lessons: Mapping[str, Lesson]
    request: OptimizeRequest
    workshop: Workshop
    kept: KeptFile
    progress: OptimizeProgress
    ledger: Ledger
    calls: int = 0

    def take(self) -> bool:
        """Whether its programs became better, and were saved. Raises BudgetSpent, Broken."""
        learn, held = split(self.lessons)
        self.progress.say(sentences.parts(learn, held))
        practice = Practice(Workplace(self._evaluate, self._digest, self.kept), self.subject.programs)
        before = self._score("uncompiled", practice, held)
        best = max(before, self._score_of_today(practice, held))
        compiled = self._compiled(practice, learn, 2 * self.calls + len(held))
        if not learned(compiled):
            self.progress.say(sentences.nothing_learned(OPTIMIZERS[self.request.optimizer]))
            return False
        after = self._score("compiled", compiled, held)
        if after <= best:
            self.progress.say(sentences.refused(best, after))
            return False
        made = self._save(compiled, before, after, len(learn), len(held))
        self.progress.say(sentences.accepted(made, str(self.request.folder)))
        return True

    def _evaluate(self, name: str) -> Evaluation:
        lesson = self.lessons[name]
        examiner = Examiner(self.workshop.sandbox, self.workshop.limits)
        found = self.subject.evaluate(lesson, examiner, self.kept)
        told = "\n\n".join(part for part in (found.feedback, lesson.remark) if part)
        return found.model_copy(update={"feedback": told})

    def _digest(self, name: str) -> str:
        return f"{self.subject.digest(self.lessons[name])} {self.lessons[name].remark}".rstrip()

    def _compiled(self, practice: Practice, learn: Sequence[str], reserve: int) -> Any:
        """The programs with what was learned. GEPA stops where no more calls are left than scoring will take."""
        if self.request.optimizer != "gepa":
            examples = [name for name in learn if self.lessons[name].example]
            return bootstrap(practice, examples, self.subject.enough)
        strong = self.workshop.stronger
        return evolve(
            practice,
            learn,
            self.kept,
            self._short(reserve),
            reflection=make_lm(strong, self.ledger) if strong else None,
            doing=self.subject.doing,
        )

    def _short(self, calls: int) -> Callable[[], bool]:
        return lambda: self.ledger.allowance.calls - self.ledger.usage.calls <= calls

    def _score(self, what: str, practice: Any, held: Sequence[str]) -> float:
        """Mean share on the held-out exercises."""
        shares = []
        for name, number in self.progress.through(what, [(n, t) for n in held for t in range(self.request.times)]):
            found = practice(exercise=name, time=number)
            self.progress.say(f"{what}, {sentences.evaluated(name, found.share, self.subject.measure)}")
            shares.append(found.share)
            self.calls += len(found.called)
        score = fmean(shares)
        self.progress.say(sentences.scored(what, score, self.subject.measure))
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
