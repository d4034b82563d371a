"""Stopping: ends jobs that wait or are at work, because somebody said so or what they work on has gone."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from bot.engine.durable import DurableEngine, DurableSteps
from bot.sentences import stopping
from bot.server.jobs import known_jobs
from bot.words.command import Stop
from bot.words.job import Job, Repository
from bot.words.value import Value
from bot.workflow.admission import About, AboutJobs, Answered, Desire
from bot.workflow.counter import Counter
from bot.workflow.halting import Halting, holds, means, outdated_by, repository_of, why

log = logging.getLogger(__name__)


class Stopped(Value):
    """A job that is stopped.

    Attributes:
        id: its id.
        number: of the issue or pull request where it was asked for.
        requester: login of who did.
        waiting: whether it was not begun: then it says nothing itself.
    """

    id: str
    number: int
    requester: str
    waiting: bool = False


class Stopping:
    """Puts the mark on jobs that ends them within seconds, and tells of those that will never say a word.

    Args:
        engine: runs jobs.
        counter: opens the counter of a repository.
    """

    def __init__(self, engine: DurableEngine, counter: Callable[[Repository], Counter]) -> None:
        self._engine, self._counter = engine, counter

    def by_event(self, event: Halting, steps: DurableSteps) -> dict[str, Any]:
        """What an event ends. Where it ends nothing, nobody is asked and nobody is told."""
        where = repository_of(event)

        def meant() -> tuple[Stopped, ...]:
            found = [one.job for one in known_jobs(self._engine, where.id if where else 0, active=True)]
            return tuple(_of(job) for job in found if means(event, job) and self._holds(event, job))

        stopped = self._stop(meant, why(event), steps)
        if where is not None:
            self._tell(stopped, why(event), where, steps)
        return {"stopped": [one.id for one in stopped]}

    def by_command(self, about: AboutJobs, desire: Desire, steps: DurableSteps) -> tuple[Answered | None, list[str]]:
        """What the command ends, and the answer where the jobs will say nothing themselves."""
        reason = stopping.commanded(desire.sender.login)

        def meant() -> tuple[Stopped, ...]:
            found = known_jobs(self._engine, desire.repository.id, about.issue, active=True)
            return tuple(_of(one.job) for one in found)

        stopped = self._stop(meant, reason, steps)
        waiting = tuple(one.requester for one in stopped if one.waiting)
        ids = [one.id for one in stopped]
        if stopped and not waiting:
            return None, ids
        text = stopping.never_begins(reason, waiting) if waiting else stopping.nothing_to_stop()
        return Answered(issue=desire.number, text=text, comment=desire.comment), ids

    def own(self, desire: Desire) -> AboutJobs | None:
        """The command to stop, where all that is at work or waits here is what the same person asked for."""
        if not desire.human or not isinstance(desire.command, Stop):
            return None
        found = [one.job for one in known_jobs(self._engine, desire.repository.id, active=True)]
        here = [job for job in found if desire.number in (job.issue, job.pull)]
        if not here or any(job.requester.id != desire.sender.id for job in found if job.issue == here[0].issue):
            return None
        return AboutJobs(what=About.STOP, issue=here[0].issue, pull=desire.number if desire.on_pull else 0)

    def ahead(self, desire: Desire, waits: Callable[[], bool]) -> int:
        """Stop what the sender of a command that waits in line asked for, if that is all that there is; how many jobs.

        What is told to whom is left to the jobs. What is begun after the command was, is none of them.

        Args:
            desire: what is wanted.
            waits: whether the command waits still.
        """
        about = self.own(desire)
        if about is None:
            return 0
        known = known_jobs(self._engine, desire.repository.id, about.issue, active=True)
        found = [one.job for one in known if not one.halted and one.job.requester.id == desire.sender.id]
        if not found or not waits():
            return 0
        for job in found:
            self._engine.halts.enter(f"job-{job.id}", stopping.commanded(desire.sender.login))
            log.info("job %s is stopped by a word that waits to be admitted", job.id)
        return len(found)

    def outdated(self, newer: Job) -> None:
        """End what a label began that was taken off before it was put on again; part of a step."""
        found = known_jobs(self._engine, newer.repository.id, newer.issue, active=True)
        self._mark([_of(one.job) for one in found if outdated_by(one.job, newer)], stopping.label_again())

    def _holds(self, event: Halting, job: Job) -> bool:
        counter = self._counter(job.repository)
        try:
            return holds(event, job, counter)
        finally:
            counter.close()

    def _stop(self, meant: Callable[[], tuple[Stopped, ...]], reason: str, steps: DurableSteps) -> tuple[Stopped, ...]:
        """Stop them. Who they are is recorded before: a marked job may be over when a crash lets us look once more."""
        if not steps.patched("who is stopped is known before the mark"):
            return steps.step("stop", lambda: self._mark(meant(), reason), tuple[Stopped, ...])
        found = steps.step("look whom it stops", meant, tuple[Stopped, ...])
        return steps.step("stop", lambda: self._mark(found, reason), tuple[Stopped, ...]) if found else ()

    def _mark(self, found: Sequence[Stopped], reason: str) -> tuple[Stopped, ...]:
        return tuple(one.model_copy(update={"waiting": self._silenced(one, reason)}) for one in found)

    def _silenced(self, one: Stopped, reason: str) -> bool:
        """Mark a job; whether it will say nothing itself, or has said nothing because of this very mark."""
        name = f"job-{one.id}"
        self._engine.halts.enter(name, reason)
        log.info("job %s is stopped: %s", one.id, reason)
        # Asked after the mark was put: what begins now sees it.
        if self._engine.outcome(name)[0] in ("ENQUEUED", "DELAYED"):
            self._engine.halts.tell(name)
            return True
        halt = self._engine.halts.read(name)
        return halt is not None and halt.told and halt.why == reason

    def _tell(self, stopped: tuple[Stopped, ...], reason: str, where: Repository, steps: DurableSteps) -> None:
        for one in stopped:
            if one.waiting:
                said = Answered(issue=one.number, text=stopping.never_begins(reason, (one.requester,)))
                steps.step("say that it never begins", lambda said=said, one=one: self._say(said, one, where), None)  # type: ignore[misc]

    def _say(self, said: Answered, one: Stopped, where: Repository) -> None:
        counter = self._counter(where)
        try:
            counter.answer(said, f"{one.id}:stopped")
        finally:
            counter.close()


def _of(job: Job) -> Stopped:
    return Stopped(id=job.id, number=job.pull or job.issue, requester=job.requester.login)
