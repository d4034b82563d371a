"""Rounds: write and verify until the evidence convinces or the attempts are used up. Its lines are durable steps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from bot.decisions.astray import astray
from bot.decisions.proof.judge import judge
from bot.decisions.proof.judges import judging_files
from bot.decisions.stronger import candidates_of, score, step_name, stronger_writes, to_go_on_from
from bot.programs.refine import refine_until_convinced
from bot.sentences import findings
from bot.words.attempt import Attempt
from bot.words.evidence import Evidence
from bot.words.plan import Plan
from bot.words.progress import Phase
from bot.words.repository_settings import RepositorySettings
from bot.words.reproduction import Reproduction
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from bot.workflow.allowance import Allowance
from bot.workflow.attempts import checked, in_shape, standing_patch
from bot.workflow.board import Board
from bot.workflow.finishing import Finishing
from bot.workflow.workshop import Bill, Observed, Prepared, Workshop, Written

B = TypeVar("B", bound=Bill)


class Step(Protocol):
    """Does a piece of work once, durably, and adds up its bill. Raises what ends the story."""

    def __call__(self, name: str, work: Callable[[], B], kind: type[B]) -> B:
        """Do it, or give what it gave before."""


@dataclass(frozen=True)
class Ground:
    """What the rounds work on.

    Attributes:
        task: what was asked.
        plan: what to write.
        base: the repository without the change.
        current: the repository where the work goes on from; `base` when an issue is solved.
        settings: the repository's.
        prepared: the dependency environment and the suite's own state.
        replaced: tests that showed the fault for an earlier plan, and that another one has taken the place of.
    """

    task: Task
    plan: Plan
    base: Snapshot
    current: Snapshot
    settings: RepositorySettings
    prepared: Prepared
    replaced: tuple[Reproduction, ...] = ()

    @property
    def reproductions(self) -> tuple[Reproduction, ...]:
        """All tests that showed the fault, the newest one last; () where none did."""
        newest = self.task.reproduction
        return (*self.replaced, newest) if newest else ()

    def finishing(self, workshop: Workshop, *, again: bool) -> Finishing:
        """What puts a patch into the repository's shape, more carefully when an earlier one was not proven."""
        task, plan, place = self.task, self.plan, self.prepared.formatter
        return Finishing(task, plan, self.base, self.current, workshop.sandbox, place, workshop.limits, again)


@dataclass
class Rounds:
    """The attempts of one job. An attempt has one candidate or several, of which the first that is proven wins.

    Each candidate gets the whole evidence: a cheaper look would only guess, and the costly parts of the evidence are
    gathered only of what is red and green. All candidates are kept; the next attempt refines the best of them.

    Attributes:
        ground: what is worked on.
        board: where it is shown.
        workshop: the models and the sandbox.
        step: makes a line durable.
        allowance: what is left of the budget.
        stronger: name of the stronger model as it was when the job was planned; "" for none.
        candidates: how many candidates an attempt may have, as it was then.
        attempts: every candidate, in order; the last one is proven, or none is.
        evidence: of the last one that was verified.
        plan_again: another plan for the same, made with what was learned; None where there is none, and the attempts
            go on with the one that there is.
        again: how often that may be asked.
        doubted: whether the planner could not show the fault that it planned for.
    """

    ground: Ground
    board: Board
    workshop: Workshop
    step: Step
    allowance: Callable[[], Allowance]
    stronger: str = ""
    candidates: int = 1
    attempts: list[Attempt] = field(default_factory=list)
    evidence: Evidence | None = None
    plan_again: Callable[[Ground, str], Ground | None] = lambda _ground, _learned: None
    again: int = 0
    doubted: bool = False
    _since: int = 0

    def run(self, most: int) -> tuple[str, ...]:
        """At most so many attempts; what a reader should know of the last one. Raises what ends the story."""
        standing = standing_patch(self.ground.base, self.ground.current)

        def write(number: int, _: Attempt | None) -> Attempt:
            return self._write(number, 1, self._start(standing), most)

        def verify(attempt: Attempt) -> Attempt:
            best = self._verify(attempt)
            start = self._start(standing, before=attempt.number)
            for candidate in range(2, candidates_of(self.candidates, stronger=bool(attempt.model)) + 1):
                if best.verdict and best.verdict.proven:
                    break
                further = self._verify(self._write(attempt.number, candidate, start, most))
                best = max(best, further, key=score)
            if attempt.number < most and not (best.verdict and best.verdict.proven):
                self._doubt(attempt.number)
            return best

        return refine_until_convinced(write, verify, most)[-1].notes

    def _doubt(self, number: int) -> None:
        """Plan again, once, where the attempts so far speak against the plan; then everything is written anew."""
        ground = self.ground
        tried = [attempt for attempt in self.attempts if attempt.number > self._since]
        shown = ground.task.reproduction is not None
        learned = astray(tried, ground.plan, ground.base.files, reproduced=shown, doubted=self.doubted)
        if not learned or self.again <= 0:
            return
        self.again -= 1
        if other := self.plan_again(ground, learned):
            self.ground, self._since = other, number

    def _start(self, standing: Attempt | None, before: int | None = None) -> Attempt | None:
        """What is gone on from; an attempt without a patch leaves nothing to go on from."""
        earlier = [attempt for attempt in self.attempts if before is None or attempt.number < before]
        earlier = [attempt for attempt in earlier if attempt.number > self._since]
        return to_go_on_from(earlier) or standing

    def _write(self, number: int, candidate: int, start: Attempt | None, most: int) -> Attempt:
        ground = self.ground
        earlier = [attempt for attempt in self.attempts if attempt.number < number]
        strong = stronger_writes(number, most, earlier, self.stronger)
        writer = self.stronger if strong else ""
        self.board.try_out(number, candidate, candidates_of(self.candidates, stronger=strong), writer)
        written = self.step(
            step_name("write", number, candidate),
            lambda: in_shape(
                self.workshop.write(
                    ground.task,
                    ground.plan,
                    number,
                    start,
                    ground.base,
                    ground.prepared.environment,
                    self.allowance(),
                    candidate=candidate,
                    strong=strong,
                    strategy=ground.settings.strategy,
                    strict=self.again > 0 and number < most,
                ),
                ground.finishing(self.workshop, again=number > 1 + self._since),
            ),
            Written,
        )
        touched = [change.path for change in written.patch.changes] if written.patch else []
        judges = judging_files(ground.base.files, ground.prepared.suite, touched)
        attempt = checked(
            number, written, ground.settings, ground.current, judges, ground.plan.changed_tests
        ).model_copy(update={"candidate": candidate, "model": writer})
        if attempt.trouble:
            self.board.failed(Phase.WRITE, attempt.trouble)
        else:
            self.board.done(Phase.WRITE, findings.patch_found(attempt.patch))
        return attempt

    def _verify(self, attempt: Attempt) -> Attempt:
        if attempt.patch is not None:
            patch, ground = attempt.patch, self.ground
            self.board.begin(Phase.VERIFY)
            observed = self.step(
                step_name("verify", attempt.number, attempt.candidate),
                lambda: self.workshop.observe(
                    patch,
                    ground.base,
                    ground.current,
                    ground.settings,
                    ground.prepared,
                    ground.plan,
                    ground.reproductions,
                ),
                Observed,
            )
            self.evidence = observed.evidence
            attempt = attempt.model_copy(update={"verdict": judge(observed.evidence)})
            self._tell(attempt)
        self.attempts.append(attempt)
        return attempt

    def _tell(self, attempt: Attempt) -> None:
        verdict = attempt.verdict
        if verdict is not None and verdict.proven:
            self.board.done(Phase.VERIFY, findings.verdict_found(verdict))
        elif verdict is not None:
            self.board.failed(Phase.VERIFY, findings.verdict_found(verdict))
