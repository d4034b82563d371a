"""The rounds as durable lines: killed at any of them, a job goes on there, and no model call is paid for twice."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest

from bot.engine.steps import attempt, result
from bot.words.budget import Budget
from bot.words.evidence import Evidence
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan
from bot.words.repository_settings import RepositorySettings
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from bot.workflow.board import Board
from bot.workflow.rounds import Ground, Rounds
from bot.workflow.workshop import Observed, Prepared, Written
from sandbox.files import File
from tests.decisions.observations import NEW, NOTICED, but, run
from tests.decisions.observations import result as outcome

OTHER = ModuleSpec(path="tally/other.py", purpose="p")
STRONGER = "openai/stronger"
BASE = Snapshot("b" * 40, {"tally/new.py": File(b"x = 1\n"), "tests/test_old.py": File(b"def test_a(): ...\n")})


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Disk:
    """What survives a kill: the steps' results, in order. Names are checked, as the engine does."""

    stored: list[tuple[str, Any]] = field(default_factory=list)
    lives: int = 10**9

    def begin(self) -> Callable[..., Any]:
        place = iter(range(10**9))

        def step(name: str, work: Callable[[], Any], kind: Any) -> Any:
            at = next(place)
            if at == len(self.stored):
                if not self.lives:
                    raise Killed
                self.lives -= 1
                self.stored.append((name, attempt(work, kind)))
            assert self.stored[at][0] == name
            return result(self.stored[at][1], kind)

        return step


@dataclass
class Bench:
    """Writes patch after patch, counting calls. `passing`: how many of four new tests pass, by what was written."""

    passing: list[int]
    calls: list[tuple[int, int, bool, str]] = field(default_factory=list)
    sandbox: Any = None
    limits: Any = None
    elsewhere: bool = False
    strict: list[bool] = field(default_factory=list)

    def write(
        self, task, plan, number, previous, base, environment, allowance, *, candidate, strong, strategy, strict
    ) -> Written:
        start = previous.patch.changes[0].after if previous else ""
        self.calls.append((number, candidate, strong, start))
        self.strict.append(strict)
        if self.elsewhere and plan.modules[0].path != "tally/other.py":
            return Written(trouble="The model says that the fault is not there.", elsewhere=True)
        after = f"x = {number}.{candidate}\n"
        change = FileChange(path="tally/new.py", before="x = 1\n", after=after)
        return Written(patch=Patch(base=base.commit, changes=(change,)))

    def observe(self, patch, base, current, settings, prepared, plan, reproductions) -> Observed:
        good = self.passing[len({call[:2] for call in self.calls}) - 1]
        new = run(*(outcome(f"{NEW}::{n}", "passed" if n < good else "failed") for n in range(4)))
        before = run(*(outcome(f"{NEW}::{n}", "failed") for n in range(4)))
        evidence: Evidence = but(digest=patch.digest, new_on_base=before, new_on_patch=new, mutation=NOTICED)
        return Observed(evidence=evidence)


class Desk:
    """Nobody looks."""

    def show(self, *_: object) -> None: ...


def tell(bench: Bench, disk: Disk, *, attempts: int, candidates: int = 1, stronger: str = "", again: int = 0) -> Rounds:
    """Tell the rounds until they end, starting over whenever the process is killed after some steps."""
    while True:
        step = disk.begin()
        seam = type(
            "Seam",
            (),
            {
                "step": staticmethod(step),
                "stopped": lambda _self: False,
                "waited": lambda _self: 0.0,
                "note": lambda _self, _: None,
            },
        )()
        plan = Plan(summary="s", modules=(ModuleSpec(path="tally/new.py", purpose="p"),), test_strategy="t")
        suite = but().suite_on_base
        ground = Ground(Task(number=7, title="t"), plan, BASE, BASE, RepositorySettings(), Prepared(suite=suite))
        board = Board(None, Desk(), seam, Budget(), "m")
        rounds = Rounds(ground, board, bench, step, lambda: None, stronger, candidates)
        rounds.again, rounds.plan_again = again, partial(other_plan, step)
        try:
            rounds.run(attempts)
        except Killed:
            disk.lives = 1
            continue
        return rounds


def other_plan(step: Callable[..., Any], ground: Ground, learned: str) -> Ground:
    """A plan for another file, as one step."""
    step("plan again", lambda: learned, str)
    return replace(ground, plan=ground.plan.model_copy(update={"modules": (OTHER,)}))


def told(rounds: Rounds) -> list[tuple[int, int, str, bool]]:
    return [(a.number, a.candidate, a.model, bool(a.verdict and a.verdict.proven)) for a in rounds.attempts]


PLAN = {"attempts": 3, "candidates": 3, "stronger": STRONGER}


def test_candidates_begin_from_the_same_and_the_next_attempt_from_the_best() -> None:
    bench = Bench([1, 3, 2, 0, 4])
    rounds = tell(bench, Disk(), **PLAN)
    assert told(rounds) == [
        (1, 1, "", False),
        (1, 2, "", False),
        (1, 3, "", False),
        (2, 1, "", False),
        (2, 2, "", True),
    ]
    assert [(call[:2], call[3]) for call in bench.calls] == [
        ((1, 1), ""),
        ((1, 2), ""),
        ((1, 3), ""),
        ((2, 1), "x = 1.2\n"),
        ((2, 2), "x = 1.2\n"),
    ]
    assert rounds.evidence.digest == rounds.attempts[-1].patch.digest


def test_the_stronger_model_has_one_candidate_in_the_last_attempt() -> None:
    bench = Bench([3, 2, 1, 3, 2, 1, 0])
    assert [a[:3] for a in told(tell(bench, Disk(), **PLAN))][-2:] == [(2, 3, ""), (3, 1, STRONGER)]
    assert [call[2] for call in bench.calls] == [False] * 6 + [True]


@pytest.mark.parametrize("lives", range(1, 26))
def test_killed_at_any_step_it_ends_the_same_and_pays_no_call_twice(lives: int) -> None:
    straight, broken = Bench([1, 3, 2, 0, 4]), Bench([1, 3, 2, 0, 4])
    one, two = Disk(), Disk(lives=lives)
    assert tell(straight, one, **PLAN).attempts == tell(broken, two, **PLAN).attempts
    assert broken.calls == straight.calls
    assert [name for name, _ in one.stored] == [name for name, _ in two.stored]


def test_the_lines_have_stable_names() -> None:
    disk = Disk()
    tell(Bench([1, 3, 2, 0, 4]), disk, **PLAN)
    lines = [name for name, _ in disk.stored if not name.startswith("say")]
    assert lines == [
        *("write 1", "verify 1", "write 1.2", "verify 1.2", "write 1.3", "verify 1.3"),
        *("write 2", "verify 2", "write 2.2", "verify 2.2"),
    ]


def lines_of(disk: Disk) -> list[str]:
    return [name for name, _ in disk.stored if not name.startswith("say")]


@pytest.mark.parametrize("lives", [0, *range(1, 12)])
def test_a_plan_that_looks_in_the_wrong_place_is_made_anew_once(lives: int) -> None:
    bench, disk = Bench([0, 3, 4], elsewhere=True), Disk(lives=lives or 10**9)
    rounds = tell(bench, disk, attempts=3, again=1)
    assert lines_of(disk) == ["write 1", "plan again", "write 2", "verify 2", "write 3", "verify 3"]
    assert rounds.ground.plan.modules == (OTHER,)
    assert [attempt.elsewhere for attempt in rounds.attempts] == [True, False, False]
    learned = next(stored["value"] for name, stored in disk.stored if name == "plan again")
    assert "to change tally/new.py: s" in learned
    assert "The model says that the fault is not there." in learned
    if not lives:
        assert bench.strict == [True, False, False], "there is no third plan to hope for"


def test_a_job_of_an_earlier_version_goes_on_with_the_plan_that_it_has() -> None:
    disk = Disk()
    rounds = tell(Bench([], elsewhere=True), disk, attempts=3)
    assert lines_of(disk) == ["write 1", "write 2", "write 3"]
    assert rounds.ground.plan.modules[0].path == "tally/new.py"


def test_nothing_is_planned_again_behind_the_last_attempt() -> None:
    disk = Disk()
    tell(Bench([], elsewhere=True), disk, attempts=1, again=1)
    assert lines_of(disk) == ["write 1"]
