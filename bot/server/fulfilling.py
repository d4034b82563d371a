"""Fulfilling: the workflow of a job, from its story's first line to its ending."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.engine.account import DayAccount
from bot.engine.disks import Disks
from bot.engine.durable import DurableSteps
from bot.errors import Cancelled
from bot.kept.keeping import keeping
from bot.store.daybook import Daybook
from bot.store.replies import Replies
from bot.words.budget import Budget
from bot.words.day import DayBudget
from bot.words.job import Job, Repository
from bot.workflow.counter import Counter
from bot.workflow.story import fulfil
from bot.workflow.workshop import Workshop

log = logging.getLogger(__name__)


class Fulfilling:
    """Tells the stories of jobs.

    Args:
        daybook: what each day has cost.
        replies: what models have said in steps that are not finished.
        counter: opens the counter of a repository.
        workshop: the model and the sandbox.
        budget: the operator's limits of one job, and of one repository's day.
        whole_day: likewise of all repositories' day together.
        trajectories: folder where each job leaves what `intern replay` needs; None keeps nothing.
        disks: where all of this is written.
    """

    def __init__(
        self,
        daybook: Daybook,
        replies: Replies,
        counter: Callable[[Repository], Counter],
        workshop: Workshop,
        budget: Budget,
        whole_day: DayBudget,
        trajectories: Path | None,
        disks: Disks,
    ) -> None:
        self._disks = disks
        self._daybook, self._replies, self._counter, self._workshop = daybook, replies, counter, workshop
        self._budget, self._whole_day, self._trajectories = budget, whole_day, trajectories

    def run(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        """The workflow: a job as JSON goes in, its ending comes out."""
        job = Job.model_validate(argument)
        with suppress(Cancelled):  # the story finds out, and says so
            steps.patiently(lambda: self._disks.check(time.time()))
        counter = self._counter(job.repository)
        day, whole = self._budget.day, self._whole_day
        account = DayAccount(self._daybook, job.id, job.repository.id, day, whole, self._replies, steps.ours)
        try:
            with keeping(self._trajectories, job, self._workshop, self._budget) as (workshop, keep):
                ending = fulfil(job, counter, workshop, steps, self._budget, account)
                keep(ending)
            self._replies.forget(job.id)
        finally:
            counter.close()
        log.info("job %s ended: %s", job.id, ending.end.value)
        return ending.model_dump(mode="json", exclude={"attempts", "evidence", "body"})
