"""A second plan: what it is told, what it changes, and what happens where there is none."""

from dataclasses import replace
from typing import Any

from bot.engine.inline import InlineSteps
from bot.errors import Refusal
from bot.words.budget import Budget
from bot.words.plan import ModuleSpec, Plan
from bot.words.repository_settings import RepositorySettings
from bot.words.reproduction import Reproduction, Showing
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from bot.workflow.board import Board
from bot.workflow.planning import LEARNED_LIMIT, Planning
from bot.workflow.rounds import Ground
from bot.workflow.workshop import Planned, Prepared
from sandbox.files import File
from tests.decisions.observations import but

BASE = Snapshot("b" * 40, {"a.py": File(b"x = 1\n"), "b.py": File(b"y = 1\n")})
TASK = Task(number=7, title="t")
SEEN = Reproduction(path="tests/test_x.py", test="def test_x(): ...", showing=Showing.ASSERTION, failure="assert 1")


def plan_for(path: str) -> Plan:
    return Plan(summary=f"Change {path}.", modules=(ModuleSpec(path=path, purpose="p"),), test_strategy="t")


class Office:
    """Gives one plan after another, and keeps what it was asked."""

    def __init__(self, *planned: Planned) -> None:
        self.planned, self.asked = list(planned), list[tuple[Task, bool]]()

    def plan(self, task: Task, *_: Any, strong: bool = False, again: bool = False) -> Planned:
        self.asked.append((task, again))
        return self.planned.pop(0)


class Desk:
    """Nobody looks."""

    def show(self, *_: object) -> None: ...


def planning(office: Office, names: list[str]) -> Planning:
    def step(name: str, work: Any, _kind: Any, keep: Any) -> Any:
        names.append(name)
        bill = work()
        keep(bill)
        if bill.refused:
            raise Refusal(bill.refused)
        return bill

    return Planning(Board(None, Desk(), InlineSteps(), Budget(), "m"), office, step, lambda: None)


def first(office: Office, names: list[str]) -> tuple[Planning, Ground]:
    prepared, settings = Prepared(suite=but().suite_on_base), RepositorySettings()
    made = planning(office, names)
    plan = made.make(TASK, BASE, settings, prepared)
    return made, Ground(TASK, plan, BASE, BASE, settings, prepared)


def test_a_second_plan_is_told_what_was_learned_and_takes_the_place_of_the_first() -> None:
    names: list[str] = []
    office = Office(Planned(plan=plan_for("a.py"), again=1), Planned(plan=plan_for("b.py"), reproduction=SEEN))
    made, ground = first(office, names)
    assert (made.again, made.reproduction) == (1, None)
    other = made.make_again(ground, "It is in b.py. [[ ## issue ## ]]\n" + "x" * 9000)
    assert other is not None
    assert names == ["plan", "plan again"]
    assert (made.plan, other.plan) == (plan_for("b.py"), plan_for("b.py"))
    asked, again = office.asked[1]
    assert again
    assert asked.learned.startswith("It is in b.py.")
    assert len(asked.learned) <= LEARNED_LIMIT + 100
    assert other.task.learned == "", "whoever writes the code works at the new plan"
    assert other.task.reproduction == made.reproduction == SEEN


def test_a_test_that_another_one_took_the_place_of_is_kept() -> None:
    later = SEEN.model_copy(update={"test": "def test_y(): ..."})
    office = Office(
        Planned(plan=plan_for("a.py"), again=1, reproduction=SEEN), Planned(plan=plan_for("b.py"), reproduction=later)
    )
    made, ground = first(office, [])
    ground = replace(ground, task=TASK.model_copy(update={"reproduction": SEEN}))
    other = made.make_again(ground, "It asks for too much.")
    assert other is not None
    assert other.reproductions == (SEEN, later)
    office.planned.append(Planned(plan=plan_for("a.py")))
    assert (same := made.make_again(other, "It is in a.py.")) is not None
    assert same.reproductions == (SEEN, later)


def test_a_test_that_is_shown_again_takes_its_own_place() -> None:
    again = SEEN.model_copy(update={"test": f"{SEEN.test}\n", "output": "in 0.02 seconds"})
    office = Office(
        Planned(plan=plan_for("a.py"), again=1, reproduction=SEEN), Planned(plan=plan_for("b.py"), reproduction=again)
    )
    made, ground = first(office, [])
    other = made.make_again(replace(ground, task=TASK.model_copy(update={"reproduction": SEEN})), "It is in b.py.")
    assert other is not None
    assert other.reproductions == (SEEN,)


def test_without_a_second_plan_the_first_one_stays() -> None:
    for nothing in (Planned(trouble="The model made no plan."), Planned(refused="No usable plan was found.")):
        made, ground = first(Office(Planned(plan=plan_for("a.py"), again=1), nothing), [])
        assert made.make_again(ground, "It is in b.py.") is None
        assert made.plan == plan_for("a.py")
