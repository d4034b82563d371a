"""Workshop: where the work of a job is done, with a model at one bench and fresh rooms at another."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.decisions.admission.needs import needs_of
from bot.decisions.admission.pages import Pages
from bot.decisions.proof.judges import judging_files
from bot.decisions.proof.protection import refused_paths
from bot.errors import BudgetSpent, Cancelled, DaySpent, ModelError, Refusal
from bot.evidence.gather import NOTHING, Witness
from bot.programs.author import ElsewhereError, write_patch
from bot.programs.compiled import CompiledPrograms
from bot.programs.model import Model
from bot.programs.planner import make_plan
from bot.programs.session import Ledger, session
from bot.programs.toolbox import Toolbox
from bot.words.attempt import Attempt
from bot.words.budget import Usage
from bot.words.patch import Patch
from bot.words.plan import Plan
from bot.words.repository_settings import RepositorySettings, Strategy
from bot.words.reproduction import Reproduction
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from bot.workflow.allowance import Allowance
from bot.workflow.bill import Bill, Observed, Planned, Prepared, Written
from bot.workflow.finishing import find_formatter
from bot.workflow.steady import steadily
from sandbox.environment.prepare import prepare
from sandbox.room import Limits, Sandbox
from sandbox.suite.report import SuiteReport

__all__ = ["Bill", "Observed", "Planned", "Prepared", "Workshop", "Written"]

T = TypeVar("T")

#: Rooms in which one job's evidence is gathered at the same time. With more, runs that are timed crowd each other.
ROOMS = min(2, os.cpu_count() or 1)


@dataclass(frozen=True)
class Workshop:
    """The tools of a job.

    Attributes:
        model: which model.
        stronger: asked only where that one failed; None for none.
        candidates: how many patches an attempt may try.
        sandbox: makes rooms.
        limits: limits of each room.
        record: gets every model call as a dict, for the trajectory.
        pages: what of the web the planner may read.
        programs: those that were compiled for a model.
    """

    model: Model
    sandbox: Sandbox
    limits: Limits = field(default_factory=Limits)
    record: Callable[[dict[str, Any]], None] = lambda _: None
    pages: Pages = field(default_factory=Pages)
    programs: CompiledPrograms = field(default_factory=CompiledPrograms)
    stronger: Model | None = None
    candidates: int = 1

    def prepare(self, base: Snapshot, settings: RepositorySettings) -> Prepared:
        """Install what the tests need, then run the repository's own suite. Raises SandboxError."""
        started = time.monotonic()
        needs = needs_of(base.files, settings.environment)

        def work() -> Prepared:
            made = prepare(self.sandbox, needs, base.files)
            shelf = find_formatter(self.sandbox, base.files, needs, made.name)
            return Prepared(
                environment=made.name,
                formatter=shelf.environment,
                needed=needs.sources,
                notes=(*needs.notes, *made.notes, *shelf.notes),
                suite=self._witness(settings, made.name).baseline(base),
                **_rooms(started),
            )

        return steadily(work)

    def install_again(self, gone: str, base: Snapshot, settings: RepositorySettings, prepared: Prepared) -> str:
        """The name of what takes the place of a prepared environment that is gone. Raises SandboxError."""
        needs = needs_of(base.files, settings.environment)
        made = prepare(self.sandbox, needs, base.files).name
        return (
            made if gone == prepared.environment else find_formatter(self.sandbox, base.files, needs, made).environment
        )

    def plan(
        self,
        task: Task,
        snapshot: Snapshot,
        settings: RepositorySettings,
        environment: str,
        allowance: Allowance,
        suite: SuiteReport = NOTHING,
        *,
        strong: bool = False,
        again: bool = False,
    ) -> Planned:
        """Let the planner look around and make a plan, with the stronger model where `strong`; or a second one.

        `suite` is the repository's own: what it runs or alone reads is not to be planned.
        """

        def refused(paths: list[str]) -> list[str]:
            texts = [path for path in paths if not path.endswith(".py")]
            judges = judging_files(snapshot.files, suite, texts)
            return [
                *refused_paths(paths, settings),
                *(f"{one}: its tests judge by it" for one in texts if one in judges),
            ]

        bench = _Bench(self, allowance, strong=strong)
        toolbox = Toolbox(
            snapshot,
            self.sandbox,
            settings=settings.tests,
            limits=self.limits,
            environment=environment or None,
            pages=self.pages.readable("\n".join([task.title, task.body, task.request, *task.remarks])),
            fetch=self.pages.fetch,
            task=task,
        )
        plan = bench.work(
            lambda: make_plan(task, toolbox, refused=refused),
            "plan again" if again else "plan",
        )
        if plan is not None and not settings.changed_tests:
            plan = plan.model_copy(update={"changed_tests": ()})
        return Planned(
            plan=plan,
            stronger=self.stronger.name if self.stronger else "",
            candidates=self.candidates,
            reproduction=toolbox.reproduction,
            doubted=toolbox.doubted,
            again=0 if again else 1,
            **bench.bill(),
        )

    def write(
        self,
        task: Task,
        plan: Plan,
        number: int,
        previous: Attempt | None,
        base: Snapshot,
        environment: str,
        allowance: Allowance,
        *,
        candidate: int = 1,
        strong: bool = False,
        strategy: Strategy = "",
        strict: bool = False,
    ) -> Written:
        """Write code and tests for one attempt; further candidates vary, and `strong` asks the stronger model.

        `strict`: give up where the model says that the fault is in no file of the plan.
        """
        bench = _Bench(self, allowance, strong=strong)
        made = bench.work(
            lambda: write_patch(
                task,
                plan,
                base,
                self.sandbox,
                number=number,
                candidate=candidate,
                previous=previous,
                limits=self.limits,
                environment=environment or None,
                strategy=strategy,
                strict=strict,
            ),
            f"attempt {number}" + (f", candidate {candidate}" if candidate > 1 else ""),
        )
        patch, claims = made if made is not None else (None, ())
        return Written(patch=patch, claims=claims, elsewhere=bench.elsewhere, **bench.bill())

    def observe(
        self,
        patch: Patch,
        base: Snapshot,
        current: Snapshot,
        settings: RepositorySettings,
        prepared: Prepared,
        plan: Plan,
        reproductions: Sequence[Reproduction] = (),
    ) -> Observed:
        """Gather evidence about a patch, in rooms that no model entered. Raises SandboxError.

        `reproductions` showed the fault on `current`; the newest one comes last.
        """
        started = time.monotonic()
        witness = self._witness(settings, prepared.environment)
        evidence = steadily(
            lambda: witness.observe(
                patch, base, current, prepared.suite, plan.changed_tests, reproductions, plan.modules
            )
        )
        return Observed(evidence=evidence, **_rooms(started))

    def _witness(self, settings: RepositorySettings, environment: str) -> Witness:
        return Witness(self.sandbox, settings.tests, self.limits, environment or None, rooms=ROOMS)


class _Bench:
    """Runs one piece of work with a model, and keeps the bill whatever happens."""

    def __init__(self, workshop: Workshop, allowance: Allowance, *, strong: bool = False) -> None:
        self._workshop, self._allowance = workshop, allowance
        self._model = (workshop.stronger if strong else None) or workshop.model
        self._who = ", stronger" if strong else ""  # a purpose belongs to one step alone, as a step's name does
        self._started = time.monotonic()
        self._ledger: Ledger | None = None
        self._ended: dict[str, Any] = {}
        self.elsewhere = False

    def work(self, do: Callable[[], T], purpose: str) -> T | None:
        """What `do` gives, or None when the model, the budget or a person ended it; `bill` says which."""
        budget = self._allowance.budget
        deadline = self._started + budget.minutes * 60
        with session(
            self._model,
            budget,
            deadline,
            self._allowance.stopped,
            lambda call: self._workshop.record({"purpose": purpose + self._who, **call}),
            self._workshop.programs.of(self._model.name),
            self._allowance.account,
            purpose + self._who,
        ) as self._ledger:
            try:
                return do()
            except BudgetSpent as error:
                self._ended = {"spent": str(error), "of_day": isinstance(error, DaySpent)}
            except Cancelled:
                self._ended = {"cancelled": True}
            except ModelError as error:
                self._ended = {"trouble": str(error)}
                self.elsewhere = isinstance(error, ElsewhereError)
            except Refusal as error:
                self._ended = {"refused": str(error)}
        return None

    def bill(self) -> dict[str, Any]:
        """The fields of a Bill."""
        usage = self._ledger.usage if self._ledger is not None else Usage()
        recalled = self._ledger.recalled_seconds if self._ledger is not None else 0.0
        return {"usage": usage, "seconds": time.monotonic() - self._started + recalled, **self._ended}


def _rooms(started: float) -> dict[str, Any]:
    seconds = time.monotonic() - started
    return {"usage": Usage(room_seconds=seconds), "seconds": seconds}
