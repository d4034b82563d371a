"""Run a trial: each exercise as a job of its own, then its patch before the hidden tests."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import InternError
from bot.solve.request import LocalRequest, local_job
from bot.solve.run import work
from bot.trial.check import checked
from bot.trial.collection import Collection
from bot.trial.records import Records
from bot.trial.result import Result, digest_of
from bot.trial.score import Examiner
from bot.words.budget import Budget
from bot.words.exercise import Exercise, Score
from bot.words.patch import Patch
from bot.words.place import Place
from bot.words.progress import Progress
from bot.words.snapshot import Snapshot
from bot.workflow.ending import End, Ending
from bot.workflow.workshop import Workshop
from sandbox.room import SandboxError


@dataclass(frozen=True)
class Trial:
    """What a trial needs.

    Attributes:
        workshop: the operator's model and rooms, the same as for `intern solve`.
        budget: of each job.
        records: where results are kept.
        show: told of an exercise's name and where its job stands.
        say: told a line when an exercise is left out.
    """

    workshop: Workshop
    budget: Budget
    records: Records
    show: Callable[[str, Progress], None]
    say: Callable[[str], None]

    def result(self, exercise: Exercise, collection: Collection) -> Result | None:
        """What becomes of an exercise; what was found earlier, if it is done. None for one that measures nothing."""
        found = self.records.done(exercise)
        if found is not None:
            return found
        examiner = Examiner(self.workshop.sandbox, self.workshop.limits)
        try:
            base = collection.base(exercise)
            ready = checked(exercise, base, collection.answer(exercise), examiner)
        except (SandboxError, InternError) as error:
            self._leave_out(exercise, str(error))
            return None
        if isinstance(ready, str):
            self._leave_out(exercise, ready)
            return None
        return self._done(exercise, ready, base, collection.place(exercise), examiner)

    def _leave_out(self, exercise: Exercise, why: str) -> None:
        self.say(f"{exercise.name} is left out: {why}")

    def _done(self, asked: Exercise, exercise: Exercise, base: Snapshot, place: Place, examiner: Examiner) -> Result:
        """Do it, score it, keep it."""
        started = time.monotonic()
        job = local_job(exercise.title, exercise.body, exercise.name, base)
        request = LocalRequest(job, base, self.records.job(exercise.name), place)
        ending = work(request, self.workshop, self.budget, lambda progress: self.show(exercise.name, progress))
        minutes = (time.monotonic() - started) / 60
        try:
            result = self._result(asked, ending, minutes, examiner.score(exercise, base, _patch(exercise, ending)))
        except SandboxError as error:
            failed = Ending(end=End.FAILED, sentence=f"The hidden tests could not run: {error}", usage=ending.usage)
            result = self._result(asked, failed, minutes, Score(passed=0, total=len(exercise.must_pass)))
        self.records.add(result)
        return result

    def _result(self, exercise: Exercise, ending: Ending, minutes: float, score: Score) -> Result:
        return Result(
            name=exercise.name,
            title=exercise.title,
            kind=exercise.kind,
            digest=digest_of(exercise),
            must_refuse=exercise.must_refuse,
            model=self.records.model,
            end=ending.end,
            sentence=ending.sentence,
            attempts=len(ending.attempts),
            score=score,
            usage=ending.usage,
            minutes=round(minutes, 2),
            date=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def _patch(exercise: Exercise, ending: Ending) -> Patch | None:
    """The last patch that was written; where nothing should be published, only one that would have been."""
    if exercise.must_refuse and ending.end is not End.PROVEN:
        return None
    return next((attempt.patch for attempt in reversed(ending.attempts) if attempt.patch is not None), None)
