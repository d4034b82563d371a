"""The service behind the webhook: deliveries are admitted, jobs are fulfilled, both durably."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.engine.account import DayAccount
from bot.engine.daybook import Daybook
from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.outcomes import Outcomes
from bot.errors import InternError
from bot.kept.keeping import keeping
from bot.sentences import replies
from bot.words.budget import Budget
from bot.words.day import WHOLE_DAY, DayBudget
from bot.words.events import Event, PullClosed
from bot.words.job import Job, Repository
from bot.workflow.admission import Accepted, Admission, Answered, Desire, Ignored, admit, issue_of, read_desire
from bot.workflow.aftermath import outcome_of, own_pull_closed
from bot.workflow.counter import Counter
from bot.workflow.story import fulfil
from bot.workflow.workshop import Workshop

log = logging.getLogger(__name__)

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def _marker(desire: Desire) -> str:
    """Names what is answered, and not the delivery: a replay under a new delivery id is answered no second time."""
    return f"comment-{desire.comment}" if desire.comment else f"label-on-{desire.number}"


class Service:
    """Admits deliveries and fulfils jobs on a durable engine.

    Args:
        database_url: where both are stored.
        counter: opens the counter of a repository.
        workshop: the model and the sandbox.
        budget: the operator's limits of one job, and of one repository's day.
        whole_day: likewise of all repositories' day together.
        running: jobs at once in this process.
        sweep: begins to remove what killed processes left; called once the store is this process's own.
        trajectories: folder where each job leaves what `intern replay` needs; None keeps nothing.
    """

    def __init__(
        self,
        database_url: str,
        counter: Callable[[Repository], Counter],
        workshop: Workshop,
        budget: Budget,
        whole_day: DayBudget = WHOLE_DAY,
        running: int = 2,
        sweep: Callable[[], None] = lambda: None,
        trajectories: Path | None = None,
    ) -> None:
        self._trajectories = trajectories
        self._counter, self._workshop, self._budget, self._sweep = counter, workshop, budget, sweep
        self._whole_day, self._daybook = whole_day, Daybook(database_url)
        self._outcomes = Outcomes(database_url)
        self._engine = DurableEngine(
            database_url,
            {"admit": self._admit, "fulfil": self._fulfil},
            {"deliveries": 4, "jobs": running},
        )

    def launch(self) -> None:
        """Open the store and take up what an earlier process left. Raises ConfigurationError."""
        self._engine.launch(self._daybook.open)
        self._sweep()

    def close(self) -> None:
        """Let running steps end; what is unfinished goes on at the next launch."""
        self._engine.close()
        self._daybook.close()
        self._outcomes.close()

    async def store(self, delivery: str, event: Event) -> None:
        """Store what a delivery says, durably, under the delivery's id. Raises Duplicate or TimeoutError.

        Only what was read of it is kept: the rest of a payload is neither needed nor checked.
        """
        desire, closed = read_desire(event), own_pull_closed(event)
        place = f"{desire.repository.id}-{desire.number}" if desire else "none"  # at each issue one after the other
        if closed is not None:
            place = f"{closed.repository.id}-{closed.pull}"
        argument = _EVENT.dump_python(event, mode="json")
        await self._engine.enqueue("deliveries", "admit", f"delivery-{delivery}", argument, partition=place)

    async def healthy(self) -> bool:
        """Whether the store answers within two seconds."""
        try:
            async with asyncio.timeout(2):
                await asyncio.to_thread(self._engine.outcome, "none")
        except Exception:  # noqa: BLE001  (any failure is the same answer)
            return False
        return True

    def busy(self) -> bool:
        """Whether any delivery or job is waiting or running."""
        return bool(self._engine.active("delivery-") or self._engine.active("job-"))

    def outcome(self, job_id: str) -> tuple[str, Any]:
        """The engine's word on a job, for tests and operators."""
        return self._engine.outcome(f"job-{job_id}")

    def _admit(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        event = _EVENT.validate_python(argument)
        if closed := own_pull_closed(event):
            return self._note(closed, steps)
        desire = read_desire(event)
        if desire is None:
            return {"ignored": "not for me"}
        counter = self._counter(desire.repository)
        try:
            decision: Admission = steps.step("admit", lambda: admit(desire, counter, self._budget), Admission)
            return self._follow(decision, desire, counter, steps)
        except InternError as error:
            log.warning("%s could not be admitted: %s", steps.workflow_id, error)
            return {"failed": str(error)}
        finally:
            counter.close()

    def _follow(self, decision: Admission, desire: Desire, counter: Counter, steps: DurableSteps) -> dict[str, Any]:
        match decision:
            case Ignored(why=why):
                log.info("%s ignored: %s", steps.workflow_id, why)
                return {"ignored": why}
            case Answered():
                steps.step("acknowledge", lambda: counter.acknowledge(desire), None)
                steps.step("answer", lambda: counter.answer(decision, _marker(desire)), None)
                return {"answered": decision.issue}
            case Accepted(job=job):
                steps.step("acknowledge", lambda: counter.acknowledge(desire), None)
                return self._begin(job, desire, counter, steps)

    def _note(self, closed: PullClosed, steps: DurableSteps) -> dict[str, Any]:
        """Record what became of a pull request of ours. Nobody is told, and nothing else follows from it."""

        def note() -> str:
            prefix = f"job-{closed.repository.id}-{issue_of(closed.branch)}-"
            endings = self._engine.outputs(prefix)
            outcome = outcome_of(closed, {job.removeprefix("job-"): ending for job, ending in endings.items()})
            if outcome is not None:
                self._outcomes.enter(outcome)
            return outcome.job if outcome else ""

        job = steps.step("note the outcome", note, str)
        return {"noted": job} if job else {"ignored": "not my pull request"}

    def _begin(self, job: Job, desire: Desire, counter: Counter, steps: DurableSteps) -> dict[str, Any]:
        place = f"job-{job.repository.id}-{job.issue}-"

        def begin() -> str:
            busy = [other for other in self._engine.active(place) if other != f"job-{job.id}"]
            if busy:
                return "busy"
            partition = str(job.repository.id)
            argument = job.model_dump(mode="json")
            started = self._engine.enqueue_now("jobs", "fulfil", f"job-{job.id}", argument, partition=partition)
            return "started" if started else "known"

        state = steps.step("begin", begin, str)
        if state == "busy":
            busy = Answered(issue=desire.number, text=replies.already_working(), comment=desire.comment)
            steps.step("answer", lambda: counter.answer(busy, _marker(desire)), None)
        return {state: job.id}

    def _fulfil(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        job = Job.model_validate(argument)
        counter = self._counter(job.repository)
        account = DayAccount(self._daybook, job.id, job.repository.id, self._budget.day, self._whole_day)
        try:
            with keeping(self._trajectories, job, self._workshop, self._budget) as (workshop, keep):
                ending = fulfil(job, counter, workshop, steps, self._budget, account)
                keep(ending)
        finally:
            counter.close()
        log.info("job %s ended: %s", job.id, ending.end.value)
        return ending.model_dump(mode="json", exclude={"attempts", "evidence", "body"})
