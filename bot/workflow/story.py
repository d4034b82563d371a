"""The story of one job, readable from top to bottom. Its lines are durable steps."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.decisions.admission import eligibility
from bot.decisions.admission.repository_settings import read_settings
from bot.decisions.editing.changes import apply_patch, changes_between
from bot.decisions.naming import pull_title
from bot.decisions.proof.judge import judge
from bot.decisions.proof.judges import documented_code
from bot.decisions.proof.protection import is_test_path, refused_paths
from bot.engine.account import NO_ACCOUNT, Account
from bot.engine.steps import Steps
from bot.errors import Broken, BudgetSpent, Cancelled, DaySpent, GitHubError, ModelError, Refusal
from bot.sentences import endings, findings
from bot.sentences.commit import commit_message
from bot.sentences.obstacles import not_published
from bot.sentences.pull_request import pull_request_body
from bot.words.attempt import Attempt
from bot.words.budget import Budget
from bot.words.evidence import Evidence
from bot.words.job import Job, Kind
from bot.words.patch import Patch
from bot.words.plan import Plan
from bot.words.progress import Phase
from bot.words.repository_settings import RepositorySettings
from bot.words.reproduction import Reproduction
from bot.words.snapshot import Snapshot
from bot.workflow.allowance import Allowance
from bot.workflow.board import Board
from bot.workflow.committing import commit
from bot.workflow.desk import Desk, Origin, Published
from bot.workflow.ending import End, Ending
from bot.workflow.planning import Planning
from bot.workflow.rounds import Ground, Rounds
from bot.workflow.steady import SteadySandbox
from bot.workflow.stoppable import stoppable
from bot.workflow.wording import task_of
from bot.workflow.workshop import Bill, Prepared, Workshop
from sandbox.room import SandboxError

log = logging.getLogger(__name__)

B = TypeVar("B", bound=Bill)

#: Where a repository keeps its own settings; read from the default branch only.
SETTINGS_PATH = ".github/intern.yml"


def fulfil(
    job: Job, desk: Desk, workshop: Workshop, steps: Steps, budget: Budget, account: Account = NO_ACCOUNT
) -> Ending:
    """Fulfil one accepted request, whatever it takes, to exactly one ending.

    Args:
        job: the request, already authorised.
        desk: where it came from and where its result goes.
        workshop: the model and the sandbox.
        steps: makes each line durable.
        budget: the operator's limits.
        account: the day's limits.
    """
    with stoppable(workshop.sandbox, steps.stopped) as rooms:
        story = _Story(job, desk, replace(workshop, sandbox=SteadySandbox(rooms)), steps, budget, account)
        return _told(story, job)


def _told(story: "_Story", job: Job) -> Ending:
    try:
        ending = story.tell()
    except Cancelled as error:
        why = story.halted() or str(error)
        ending = story.end(End.STOPPED, endings.stopped(why, story.attempts, story.reproduction))
    except DaySpent as error:
        ending = story.end(End.SPENT, endings.day_spent(str(error), story.attempts, story.reproduction))
    except BudgetSpent as error:
        ending = story.end(End.SPENT, endings.budget_spent(str(error), story.attempts, story.reproduction))
    except Refusal as error:
        ending = story.end(End.REFUSED, endings.refused(str(error), story.reproduction))
    except (ModelError, SandboxError, GitHubError, Broken) as error:
        log.warning("job %s failed: %s", job.id, error)
        ending = story.end(End.FAILED, endings.failed(str(error), story.attempts, story.reproduction))
    except Exception:  # the last line of defence: a person who waits is told, whatever happened
        log.exception("job %s failed by a fault of mine", job.id)
        ending = story.end(End.FAILED, endings.failed("A fault of mine; the log has the details.", story.attempts))
    return ending


class _Story:
    """The state of one telling: nothing in it outlives the job but what its steps recorded."""

    def __init__(
        self, job: Job, desk: Desk, workshop: Workshop, steps: Steps, budget: Budget, account: Account
    ) -> None:
        self._job, self._desk, self._workshop, self._steps = job, desk, workshop, steps
        self._budget, self._account = budget, account
        self._board = Board(job, desk, steps, budget, workshop.model.name)
        self._planning = Planning(self._board, workshop, self._step, self._allowance)
        self._rounds: Rounds | None = None
        self._notes: tuple[str, ...] = ()

    def tell(self) -> Ending:
        self._board.announce()
        origin, base, current, settings = self._read()
        prepared = self._prepare(base, settings)
        task = task_of(self._job, origin.remarks, base)
        plan = self._planning.make(task, current, settings, prepared)
        task = task.model_copy(update={"reproduction": self.reproduction})
        self._refine(Ground(task, plan, base, current, settings, prepared))
        last = self.attempts[-1] if self.attempts else None
        if last is None or last.patch is None or last.verdict is None or not last.verdict.proven:
            return self.end(End.UNPROVEN, endings.unproven(self.attempts, self.reproduction))
        return self._publish(origin, base, self._planning.plan or plan, last.patch, settings)

    def _read(self) -> tuple[Origin, Snapshot, Snapshot, RepositorySettings]:
        """Snapshots of the base and of where the work goes on from (the same when solving), and the settings."""
        self._board.begin(Phase.SNAPSHOT)
        origin = self._steps.step("locate", self._locate, Origin)
        self._workshop.record({"kind": "origin", **origin.model_dump(mode="json", exclude={"budget"})})
        if origin.budget is not None:  # the day's limits are those of today: they are asked inside of the steps
            self._budget = origin.budget.model_copy(update={"day": self._budget.day})
        base = self._snapshot(origin.base)
        current = base if origin.head == origin.base else self._snapshot(origin.head)
        eligibility.check_snapshot(base)
        file = base.files.get(SETTINGS_PATH)
        settings = read_settings(file.data if file else None, self._budget)
        self._board.allow(settings.budget)
        self._account.limit(settings.budget.day)
        self._budget = settings.budget
        self._notes = base.notes
        self._board.done(Phase.SNAPSHOT, findings.snapshot_found(base))
        return origin, base, current, settings

    def _locate(self) -> Origin:
        """Where to start; what is there is read in the same step, which a stop can end."""
        origin = self._desk.locate(self._job)
        for sha in dict.fromkeys((origin.base, origin.head)):
            self._desk.snapshot(sha)
        return origin.model_copy(update={"budget": self._budget})

    def _snapshot(self, commit: str) -> Snapshot:  # no step: too much to record, and the same whenever it is read
        return self._steps.patiently(lambda: self._desk.snapshot(commit), recalls=True)

    def _prepare(self, base: Snapshot, settings: RepositorySettings) -> Prepared:
        self._board.begin(Phase.PREPARE)

        def prepare() -> Prepared:
            self._account.begin()  # the first that costs anything: the day must have a job left
            return self._workshop.prepare(base, settings)

        prepared = self._step("prepare", prepare, Prepared)
        if isinstance(rooms := self._workshop.sandbox, SteadySandbox):
            rooms.remake = lambda gone: self._workshop.install_again(gone, base, settings, prepared)
        self._notes += (*eligibility.check_suite(prepared.suite, settings.tests), *prepared.notes)
        if documented_code(prepared.suite):
            self._notes += ("docstrings are run as tests here; a change may have changed what they say",)
        self._board.done(Phase.PREPARE, findings.suite_found(prepared.suite, prepared.needed))
        return prepared

    def _refine(self, ground: Ground) -> None:
        """Write and verify until the evidence convinces or the attempts are used up."""
        planning = self._planning
        self._rounds = Rounds(
            ground,
            self._board,
            self._workshop,
            self._step,
            self._allowance,
            planning.stronger,
            planning.candidates,
            plan_again=planning.make_again,
            again=planning.again,
            doubted=planning.doubted,
        )
        self._notes += self._rounds.run(self._budget.attempts)

    @property
    def reproduction(self) -> Reproduction | None:
        """A test that shows the fault, where the planner found one."""
        return self._planning.reproduction

    def halted(self) -> str:
        """Why it was stopped; "" where nobody says."""
        halt = self._steps.halt()
        return halt.why if halt else ""

    @property
    def attempts(self) -> list[Attempt]:
        """Every candidate so far, in order."""
        return self._rounds.attempts if self._rounds else []

    @property
    def _evidence(self) -> Evidence | None:
        return self._rounds.evidence if self._rounds else None

    def _publish(
        self, origin: Origin, base: Snapshot, plan: Plan, patch: Patch, settings: RepositorySettings
    ) -> Ending:
        self._board.begin(Phase.PUBLISH)
        job, desk = self._job, self._desk
        current = self._snapshot(origin.head) if origin.head != origin.base else base
        delta = Patch(
            base=origin.head,
            changes=changes_between(current.files, apply_patch(current.files, patch), is_test=is_test_path),
        )
        refused = refused_paths([change.path for change in delta.changes], settings)
        if refused:
            raise Refusal(f"The patch touches what it may not: {'; '.join(refused)}.")

        def write() -> str:
            self._check_wanted()
            return desk.commit(job, origin, delta, commit_message(job, plan))

        def propose() -> Published:
            self._check_wanted(origin.branch)
            return desk.open_pull(job, origin, pull_title(job.title), body)

        sha = commit(self._steps, write, lambda: desk.committed(job, origin, delta))
        body = self._body(plan, patch, origin)
        # What is committed is shown, whoever stops the job now.
        published = self._steps.step("open the pull request", propose, Published, always=True)
        published = published.model_copy(update={"commit": sha})
        self._board.done(Phase.PUBLISH, f"commit {sha[:7]}" if sha else published.url)
        return self.end(End.PROVEN, self._last_word(published), published=published, body=body)

    def _check_wanted(self, committed: str = "") -> None:
        """Refuse what may not be published any more; asked in the very step that publishes, also after a crash."""
        if objection := self._desk.objection(self._job):
            raise Refusal(not_published(objection, committed))

    def _body(self, plan: Plan, patch: Patch, origin: Origin) -> str:
        evidence, progress = self._evidence, self._board.progress
        assert evidence is not None  # noqa: S101  (a proven verdict came from it)
        return pull_request_body(
            self._job,
            plan,
            patch,
            evidence,
            judge(evidence),
            attempts=self.attempts,
            progress=progress,
            branch=origin.branch,
            notes=self._notes,
        )

    def _last_word(self, published: Published) -> str:
        evidence = self._evidence
        assert evidence is not None  # noqa: S101  (a proven verdict came from it)
        if self._job.kind is Kind.REFINE:
            return endings.refined(published.commit, judge(evidence), evidence)
        return endings.proven(published.number, published.url, judge(evidence))

    def end(self, end: End, sentence: str, *, published: Published | None = None, body: str = "") -> Ending:
        """Say the last word and give the ending."""
        self._board.end(sentence, proven=end is End.PROVEN)
        return Ending(
            end=end,
            sentence=sentence,
            plan=self._planning.plan,
            attempts=tuple(self.attempts),
            evidence=self._evidence,
            reproduction=self.reproduction,
            usage=self._board.progress.usage,
            minutes=self._board.progress.minutes,
            published=published or Published(),
            body=body,
            notes=self._notes,
        )

    def _step(self, name: str, work: Callable[[], B], kind: type[B], keep: Callable[[B], None] = lambda _: None) -> B:
        """A step with a bill: what it cost is added up, and an end that it met is raised here, in the story.

        `keep` gets the bill before that, for what an ending has to show. Time is asked for before a step: a proof that
        took the last minute is one. The day is asked inside of the step: a replay on another day tells the same.
        """
        budget, progress = self._budget, self._board.progress
        if progress.minutes >= budget.minutes:
            raise BudgetSpent(f"{progress.minutes:.0f} of {budget.minutes:g} minutes")
        try:
            bill: B = self._steps.step(name, lambda: self._board.going_on(lambda: self._account.at_work(work)), kind)
        finally:
            self._board.day(self._account.today())
        self._board.spend(bill.usage, bill.seconds)
        keep(bill)
        if bill.cancelled:
            raise Cancelled("Somebody stopped it.")
        if bill.spent:
            raise DaySpent(bill.spent) if bill.of_day else BudgetSpent(bill.spent)
        if bill.refused:
            raise Refusal(bill.refused)
        return bill

    def _allowance(self) -> Allowance:
        progress = self._board.progress
        return Allowance.left(self._budget, progress.usage, progress.minutes, self._steps.stopped, self._account)
