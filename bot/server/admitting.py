"""Admitting: the workflow of a stored delivery, which becomes a job, an answer, a note or nothing."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from bot.engine.durable import DurableEngine, DurableSteps
from bot.errors import GitHubError, InternError, Later
from bot.sentences import replies
from bot.server.jobs import known_jobs
from bot.server.letters import EVENT
from bot.server.stopping import Stopping
from bot.server.strangers import Strangers
from bot.server.telling import tell
from bot.store.outcomes import Outcomes
from bot.store.wishes import Wish, Wishes
from bot.words.budget import Budget
from bot.words.events import PullClosed
from bot.words.job import Job, Repository
from bot.words.pressure import Crowd
from bot.workflow.admission import (
    About,
    AboutJobs,
    Accepted,
    Admission,
    Answered,
    Desire,
    Ignored,
    admit,
    issue_of,
    read_desire,
)
from bot.workflow.aftermath import outcome_of, own_pull_closed
from bot.workflow.again import again
from bot.workflow.counter import Counter
from bot.workflow.halting import Halting, read_halting

log = logging.getLogger(__name__)


def _marker(desire: Desire) -> str:
    """Names what is answered, and not the delivery: a replay under a new delivery id is answered no second time."""
    return f"comment-{desire.comment}" if desire.comment else f"label-on-{desire.number}"


def _wish(name: str, desire: Desire, issue: int) -> Wish:
    return Wish(id=name, person=desire.sender.id, repository=desire.repository.id, issue=issue)


class Admitting:
    """Decides about deliveries, one at a time for each issue.

    Args:
        engine: runs jobs; asked which are under way.
        outcomes: where it is recorded what became of pull requests.
        wishes: who asked for what today, and whether there is room for more.
        counter: opens the counter of a repository.
        budget: the operator's limits, for reading a repository's settings.
    """

    def __init__(
        self,
        engine: DurableEngine,
        outcomes: Outcomes,
        wishes: Wishes,
        counter: Callable[[Repository], Counter],
        budget: Budget,
    ) -> None:
        self._engine, self._outcomes, self._wishes = engine, outcomes, wishes
        self._counter, self._budget = counter, budget
        self._stopping, self._strangers = Stopping(engine, counter), Strangers()

    def run(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        """The workflow: an event as JSON goes in, what was decided comes out."""
        event = EVENT.validate_python(argument)
        if closed := own_pull_closed(event):
            return self._note(closed, steps) | self._stopped(closed, steps)
        if halting := read_halting(event):
            return self._stopped(halting, steps)
        desire = read_desire(event)
        if desire is None:
            return {"ignored": "not for me"}
        counter = self._counter(desire.repository)
        try:
            decision: Admission = steps.step("admit", lambda: self._admit(desire, counter), Admission)
            return self._follow(decision, desire, counter, steps)
        except InternError as error:
            log.warning("%s could not be admitted: %s", steps.workflow_id, error)
            self._tell_failure(error, desire, counter, steps)
            return {"failed": str(error)}
        finally:
            counter.close()

    def _tell_failure(self, error: InternError, desire: Desire, counter: Counter, steps: DurableSteps) -> None:
        """Tell the person who waits, where that is possible. Whoever may not ask is told nothing, as ever."""
        said = Answered(issue=desire.number, text=replies.not_taken_up(str(error)), comment=desire.comment)

        def tell() -> None:
            if desire.human and counter.permission(desire.sender):
                self._answer(said, desire, counter)

        try:
            steps.step("tell of the failure", tell, None)
        except InternError as further:
            log.warning("%s: nobody could be told: %s", steps.workflow_id, further)

    def _admit(self, desire: Desire, counter: Counter) -> Admission:
        if self._strangers.known(desire.repository.id, desire.sender.id):
            return Ignored(why=f"{desire.sender.login} was asked about a few times just now", stranger=True)
        try:
            decision = admit(desire, counter, self._budget)
            if isinstance(decision, Ignored) and decision.stranger:
                self._strangers.note(desire.repository.id, desire.sender.id)
            return decision
        except Later:  # nobody's right can be looked up now; whose wish it was had it when it was looked up before
            own = self._stopping.own(desire)
            if own is None:
                raise
            return own

    def _follow(self, decision: Admission, desire: Desire, counter: Counter, steps: DurableSteps) -> dict[str, Any]:
        match decision:
            case Ignored(why=why):
                log.info("%s ignored: %s", steps.workflow_id, why)
                return {"ignored": why}
            case Answered():
                self._acknowledge(desire, counter, steps)
                steps.step("answer", lambda: self._answer(decision, desire, counter), None)
                return {"answered": decision.issue}
            case AboutJobs():
                return self._about_jobs(decision, desire, counter, steps)
            case Accepted(job=job):
                self._acknowledge(desire, counter, steps)
                return self._begin(job, desire, counter, steps)

    def _acknowledge(self, desire: Desire, counter: Counter, steps: DurableSteps) -> None:
        try:
            steps.step("acknowledge", lambda: counter.acknowledge(desire), None)
        except GitHubError as error:  # put off until the patience was over: nothing is lost by a reaction
            log.warning("%s was given no reaction: %s", steps.workflow_id, error)

    def _about_jobs(self, about: AboutJobs, desire: Desire, counter: Counter, steps: DurableSteps) -> dict[str, Any]:
        if about.what is About.STOP:
            said, ids = self._stopping.by_command(about, desire, steps)
            if said is not None:
                return self._follow(said, desire, counter, steps) | {"stopped": ids}
            self._acknowledge(desire, counter, steps)
            return {"stopped": ids}

        def look() -> Admission:
            if about.what is About.STATUS:
                return tell(self._engine, about, desire)
            known = known_jobs(self._engine, desire.repository.id, about.issue)
            return again(about, desire, known, counter, self._budget)

        decided: Admission = steps.step("look at the jobs", look, Admission)
        return self._follow(decided, desire, counter, steps)

    def _stopped(self, halting: Halting, steps: DurableSteps) -> dict[str, Any]:
        try:
            return self._stopping.by_event(halting, steps)
        except InternError as error:
            log.warning("%s: it could not be found out what it ends: %s", steps.workflow_id, error)
            return {"failed": str(error)}

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
        def begin() -> str:
            self._stopping.outdated(job)
            if self._engine.outcome(f"job-{job.id}")[0] == "UNKNOWN":
                entered = self._wishes.enter(_wish(job.id, desire, job.issue), self._crowd(job))
                if entered.turned:
                    tomorrow = date.fromisoformat(entered.day) + timedelta(days=1)
                    told = replies.turned_away(entered.turned, self._wishes.pressure, tomorrow)
                    return f"turned away: {told if entered.told else ''}"
            partition = str(job.repository.id)
            argument = job.model_dump(mode="json")
            started = self._engine.enqueue_now("jobs", "fulfil", f"job-{job.id}", argument, partition=partition)
            return "started" if started else "known"

        state, _, told = steps.step("begin", begin, str).partition(": ")
        if told:
            said = Answered(issue=desire.number, text=told, comment=desire.comment)
            steps.step("answer", lambda: counter.answer(said, f"turned-away-{job.id}"), None)
        return {state: job.id}

    def _crowd(self, job: Job) -> Callable[[Sequence[str]], Crowd]:
        """Counts the jobs of a job's repository, with those that wishes entered lately will become."""
        own, place = f"job-{job.id}", f"job-{job.repository.id}-"

        def count(lately: Sequence[str]) -> Crowd:
            begun = {f"job-{name}" for name in lately}
            unfinished = {name for name in begun if self._engine.outcome(name)[0] == "UNKNOWN"}
            unfinished = {*unfinished, *self._engine.active(place)} - {own}
            here = [name for name in unfinished if name.startswith(f"{place}{job.issue}-")]
            same = any(self._engine.halts.read(name) is None for name in here)
            return Crowd(unfinished=len(unfinished), same=same)

        return count

    def _answer(self, answered: Answered, desire: Desire, counter: Counter) -> None:
        """Answer, unless this person had so many answers today that more would be a nuisance to the others."""
        marker = _marker(desire)
        if self._wishes.answers(_wish(f"{desire.repository.id}-{marker}", desire, desire.number)):
            counter.answer(answered, marker)
