"""Admitting: the workflow of a stored delivery, which becomes a job, an answer, a note or nothing."""

import logging
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter

from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.outcomes import Outcomes
from bot.errors import InternError
from bot.sentences import replies
from bot.words.budget import Budget
from bot.words.events import Event, PullClosed
from bot.words.job import Job, Repository
from bot.workflow.admission import Accepted, Admission, Answered, Desire, Ignored, admit, issue_of, read_desire
from bot.workflow.aftermath import outcome_of, own_pull_closed
from bot.workflow.counter import Counter

log = logging.getLogger(__name__)

EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def place_of(event: Event) -> str:
    """Names the issue or pull request that an event is about: at each, one delivery after the other."""
    desire, closed = read_desire(event), own_pull_closed(event)
    if closed is not None:
        return f"{closed.repository.id}-{closed.pull}"
    return f"{desire.repository.id}-{desire.number}" if desire else "none"


def _marker(desire: Desire) -> str:
    """Names what is answered, and not the delivery: a replay under a new delivery id is answered no second time."""
    return f"comment-{desire.comment}" if desire.comment else f"label-on-{desire.number}"


class Admitting:
    """Decides about deliveries, one at a time for each issue.

    Args:
        engine: runs jobs; asked which are under way.
        outcomes: where it is recorded what became of pull requests.
        counter: opens the counter of a repository.
        budget: the operator's limits, for reading a repository's settings.
    """

    def __init__(
        self, engine: DurableEngine, outcomes: Outcomes, counter: Callable[[Repository], Counter], budget: Budget
    ) -> None:
        self._engine, self._outcomes, self._counter, self._budget = engine, outcomes, counter, budget

    def run(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        """The workflow: an event as JSON goes in, what was decided comes out."""
        event = EVENT.validate_python(argument)
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
