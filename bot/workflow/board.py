"""The board: keeps a job's progress and shows it through the desk."""

import logging
from collections.abc import Callable
from typing import TypeVar

from bot.engine.steps import Steps
from bot.errors import Cancelled, GitHubError, Later
from bot.words.budget import Budget, Usage
from bot.words.day import Today
from bot.words.job import Job
from bot.words.progress import Phase, Progress, State
from bot.workflow.desk import Desk

T = TypeVar("T")

log = logging.getLogger(__name__)


class Board:
    """One job's progress. Every change is one durable step, so a replay shows nothing twice.

    Args:
        job: whose progress.
        desk: where it is shown.
        steps: the job's steps.
        budget: the limits to show.
        model: the model's name to show.
    """

    def __init__(self, job: Job, desk: Desk, steps: Steps, budget: Budget, model: str) -> None:
        self._job, self._desk, self._steps = job, desk, steps
        self.progress = Progress(budget=budget, model=model)
        self._handle = 0
        self._alive = False

    def announce(self) -> None:
        """Take the job up, visibly."""

        def announce() -> int:
            self._alive = True
            halt = self._steps.halt()
            if halt is not None and halt.told:  # nothing was begun, and the person knows
                raise Cancelled(halt.why)
            return self._desk.announce(self._job, self.progress)

        self._note()
        self._handle = self._steps.step("announce", announce, int, always=True)

    def going_on(self, work: Callable[[], T]) -> T:
        """Do the long part of a step. Where another process began it and is gone, that is shown first: no step."""
        if not self._alive:
            self.progress = self.progress.model_copy(update={"interrupted": True})
            self._note()
            self._show(self.progress)
        return work()

    def begin(self, phase: Phase) -> None:
        """A phase begins."""
        self._turn(phase, State.RUNNING, None)

    def try_out(self, attempt: int, candidate: int, candidates: int, writer: str) -> None:
        """A patch is being written: one of so many for this attempt, by a stronger model where one is named."""
        now = {"attempt": attempt, "candidate": candidate, "candidates": candidates, "writer": writer}
        self.progress = self.progress.model_copy(update=now)
        self.begin(Phase.WRITE)

    def planned_by(self, model: str) -> None:
        """A stronger model makes the plan."""
        self.progress = self.progress.model_copy(update={"planner": model})

    def done(self, phase: Phase, found: str) -> None:
        """A phase ended well; `found` is shown beside it."""
        self._turn(phase, State.DONE, found, show=False)

    def failed(self, phase: Phase, found: str) -> None:
        """A phase ended badly: shown at once, before another attempt begins."""
        self._turn(phase, State.FAILED, found)

    def allow(self, budget: Budget) -> None:
        """The repository's settings gave this budget."""
        self.progress = self.progress.model_copy(update={"budget": budget})

    def day(self, today: Today | None) -> None:
        """Where the day stands; None where no days are counted."""
        self.progress = self.progress.model_copy(update={"today": today})

    def spend(self, usage: Usage, seconds: float) -> None:
        """Add what a step has spent; `seconds` of wall time."""
        self.progress = self.progress.model_copy(
            update={"usage": self.progress.usage + usage, "minutes": self.progress.minutes + seconds / 60}
        )

    def end(self, sentence: str, *, proven: bool) -> None:
        """The last word. Phases that never began are marked as skipped, a running one as failed."""
        waited = {"waited": self._steps.waited() / 60}
        progress = self.progress = self.progress.ended(sentence, proven=proven).model_copy(update=waited)
        self._note()
        try:
            self._steps.step("say the end", lambda: self._show(progress), None, always=True)
        except GitHubError as error:  # put off until the patience was over: the job has ended all the same
            log.warning("job %s: its end could not be said: %s", self._job.id, error)

    def _turn(self, phase: Phase, state: State, found: str | None, *, show: bool = True) -> None:
        self.progress = self.progress.mark(phase, state, found)
        self.progress = self.progress.model_copy(update={"waited": self._steps.waited() / 60})
        self._note()
        if show:
            progress = self.progress
            self._steps.step(f"say: {phase.value}", lambda: self._show(progress), None)

    def _note(self) -> None:
        self._steps.note(self.progress)

    def _show(self, progress: Progress) -> None:
        self._alive = True
        try:
            self._desk.show(self._job, self._handle, progress)
        except Later as error:
            if progress.ending:  # the last word waits until it can be said
                raise
            log.warning("job %s: the status comment lags: %s", self._job.id, error)
        except GitHubError as error:  # a status that lags, or was deleted, is no reason to lose the work
            log.warning("job %s: the status comment could not be edited: %s", self._job.id, error)
