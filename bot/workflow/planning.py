"""Planning: the plan of a job, by the stronger model where the first one makes none, and again where it led nowhere."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from bot.decisions.canonical import canonical
from bot.errors import ModelError, Refusal
from bot.sentences import findings
from bot.words.plan import Plan
from bot.words.progress import Phase
from bot.words.repository_settings import RepositorySettings
from bot.words.reproduction import Reproduction
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from bot.workflow.allowance import Allowance
from bot.workflow.board import Board
from bot.workflow.rounds import Ground
from bot.workflow.workshop import Bill, Planned, Prepared, Workshop

B = TypeVar("B", bound=Bill)

#: Characters of what was learned from a first plan, as a prompt shows it.
LEARNED_LIMIT = 2_000


class KeepingStep(Protocol):
    """Does a piece of work once, durably; `keep` gets its bill before anything is raised that ends the story."""

    def __call__(self, name: str, work: Callable[[], B], kind: type[B], keep: Callable[[B], None]) -> B:
        """Do it, or give what it gave before."""


@dataclass
class Planning:
    """The plan of one job.

    Attributes:
        board: where it is shown.
        workshop: the models and their tools.
        step: makes a line durable.
        allowance: what is left of the budget.
        plan: the newest one; None so far.
        stronger: name of the stronger model as it was when the job was planned; "" for none.
        candidates: how many candidates an attempt may have, as it was then.
        again: how often the job may plan again, as it was then.
        doubted: whether the planner could not show the fault that it planned for.
        reproduction: a test that shows the fault, also where there is no plan.
    """

    board: Board
    workshop: Workshop
    step: KeepingStep
    allowance: Callable[[], Allowance]
    plan: Plan | None = None
    stronger: str = ""
    candidates: int = 1
    again: int = 0
    doubted: bool = False
    reproduction: Reproduction | None = None

    def make(self, task: Task, current: Snapshot, settings: RepositorySettings, prepared: Prepared) -> Plan:
        """The plan. Raises what ends the story: Refusal, ModelError, BudgetSpent, Cancelled."""

        def ask(name: str, *, strong: bool) -> Planned:
            self.board.begin(Phase.PLAN)
            work, where, suite = self.workshop, prepared.environment, prepared.suite
            return self.step(
                name,
                lambda: work.plan(task, current, settings, where, self.allowance(), suite, strong=strong),
                Planned,
                self._keep,
            )

        try:
            planned = ask("plan", strong=False)
        except Refusal:  # of every plan that the model made; a stronger one may make a better one
            if not self.stronger:
                raise
            planned = Planned()
        if planned.plan is None and self.stronger:
            self.board.planned_by(self.stronger)
            planned = ask("plan, stronger", strong=True)
        if planned.plan is None:
            raise ModelError(planned.trouble or "The model made no plan.")
        return self._made(planned.plan)

    def make_again(self, ground: Ground, learned: str) -> Ground | None:
        """The ground with another plan; None where none was made, which is no reason to stop.

        Args:
            ground: with the plan that led nowhere.
            learned: what its attempts showed; it holds text from outside.
        """
        told = canonical(learned, LEARNED_LIMIT).text
        before = self.reproduction
        task = ground.task.model_copy(update={"learned": told, "reproduction": before})
        self.board.begin(Phase.PLAN)
        work, where, suite = self.workshop, ground.prepared.environment, ground.prepared.suite
        try:
            planned = self.step(
                "plan again",
                lambda: work.plan(task, ground.current, ground.settings, where, self.allowance(), suite, again=True),
                Planned,
                self._keep_again,
            )
        except Refusal:
            planned = Planned()
        if planned.plan is None:
            self.board.failed(Phase.PLAN, "no other plan was found; the first one stays")
            return None
        task = ground.task.model_copy(update={"reproduction": self.reproduction})
        replaced = (*ground.replaced, before) if before and before is not self.reproduction else ground.replaced
        return replace(ground, task=task, plan=self._made(planned.plan), replaced=replaced)

    def _made(self, plan: Plan) -> Plan:
        self.plan = plan
        self.board.done(Phase.PLAN, findings.plan_found(plan, self.reproduction))
        return plan

    def _keep(self, planned: Planned) -> None:
        self.stronger, self.candidates = planned.stronger, planned.candidates
        self.again, self.doubted = planned.again, planned.doubted
        self._keep_again(planned)

    def _keep_again(self, planned: Planned) -> None:
        found, known = planned.reproduction, self.reproduction
        if found and not (known and found.test.strip() == known.test.strip()):  # shown again, nothing is replaced
            self.reproduction = found
