"""Reproduce first: the planner sees a test fail in a real room, and what it saw goes along with the plan."""

import pytest

from bot.errors import Refusal
from bot.programs.author import write_patch
from bot.programs.planner import make_plan
from bot.programs.toolbox import Toolbox
from bot.words.attempt import Attempt
from bot.words.evidence import Verdict
from bot.words.plan import ModuleSpec, Plan
from bot.words.reproduction import Reproduction, Showing
from bot.words.task import Task
from tests.programs.fake_ollama import said
from tests.programs.test_planner import SQUARE, planned, step
from tests.programs.world import FILES, DownSandbox, snapshot, snapshot_of
from tests.rooms import AnySandbox

BUG = Task(number=7, title="area of a negative side", body="`area(-2)` should raise ValueError, but returns 4.")
TEST = """\
import pytest

from shapes.square import area


def test_a_negative_side_is_refused():
    with pytest.raises(ValueError):
        area(-2)
"""
CRASH = """\
from tests.rooms import AnySandbox


def test_a_circle_has_an_area():
    assert Circle(2).area() > 12
"""
PLAN = Plan(summary="s", modules=(ModuleSpec(path="shapes/square.py", purpose="refuse it"),), test_strategy="t")
SEEN = Reproduction(path="tests/test_issue_7.py", test=TEST, showing=Showing.ASSERTION, failure="DID NOT RAISE")


@pytest.fixture
def toolbox(sandbox: AnySandbox) -> Toolbox:
    return Toolbox(snapshot(), sandbox, task=BUG)


@pytest.mark.rooms
def test_a_test_that_fails_by_an_assertion_is_kept(toolbox: Toolbox) -> None:
    answer = toolbox.use("reproduce", {"test": f"```python\n{TEST}```"})
    assert answer.startswith("It fails.")
    assert "DID NOT RAISE" in answer
    kept = toolbox.reproduction
    assert kept is not None
    assert (kept.test, kept.path, kept.showing) == (TEST, "tests/test_issue_7.py", Showing.ASSERTION)
    assert "DID NOT RAISE" in kept.failure
    assert dict(toolbox.files) == dict(snapshot().files), "the snapshot itself stays as it is"


@pytest.mark.rooms
@pytest.mark.parametrize(
    ("test", "answer"),
    [
        ("from shapes.square import area\n\n\ndef test_it():\n    assert area(2) == 4\n", "It passes today"),
        ("import numpy\n\n\ndef test_it():\n    assert numpy\n    assert numpy.x()\n", "The test itself is at fault"),
        (CRASH, "What is asked for is not there yet"),
        ("from shapes.square import cube\n\n\ndef test_it():\n    assert cube(2) == 8\n", "not there yet"),
        ("def test_it():\n    assert area(2) == 4\n", "The test itself is at fault"),
        ("def test_it(:\n", "no valid Python"),
        ("", "Give the text of a pytest test"),
        ("x = 1\n" * 5000, "at most 8000 characters"),
        ("import socket\n\n\ndef test_it():\n    assert socket.socket()\n", "may not use the network"),
    ],
)
def test_what_shows_no_fault_is_said_and_not_kept(toolbox: Toolbox, test: str, answer: str) -> None:
    assert answer in toolbox.use("reproduce", {"test": test})
    assert toolbox.reproduction is None


@pytest.mark.rooms
@pytest.mark.parametrize(
    ("opens", "told"),
    [
        ('open("README.md").read()', "Nothing but people read README.md: no test shows a fault in it."),
        ('(Path(__file__).parent.parent / "README.md").read_text()', "Nothing but people read README.md"),
        ('open("shapes/LICENCE").read()', "The test itself is at fault"),
        ('(tmp_path / "README.md").read_text()', "The test itself is at fault"),
        ('"README.md"', "It fails."),
    ],
)
def test_no_test_shows_a_fault_of_documentation(sandbox: AnySandbox, opens: str, told: str) -> None:
    toolbox = Toolbox(snapshot_of({**FILES, "README.md": "# Shaeps\n"}), sandbox, task=BUG)
    test = f"from pathlib import Path\n\n\ndef test_it(tmp_path):\n    assert Path\n    assert {opens} == 'Shapes'\n"
    if "tmp_path" not in opens:
        test = test.replace("tmp_path", "")
    assert told in toolbox.use("reproduce", {"test": test})
    assert (toolbox.reproduction is None) is (told != "It fails.")


@pytest.mark.rooms
def test_a_test_that_never_ends_is_ended(sandbox: AnySandbox, talk) -> None:
    talk(seconds=4.0)
    toolbox = Toolbox(snapshot(), sandbox, task=BUG)
    endless = (
        "from shapes.square import area\n\n\ndef test_it():\n    while area(2):\n        pass\n    assert area(2)\n"
    )
    assert "timed out after 0 of" in toolbox.use("reproduce", {"test": endless})


@pytest.mark.rooms
def test_it_goes_along_with_the_plan(talk, sandbox: AnySandbox) -> None:
    talked = talk(step("reproduce", test=TEST), step("finish"), planned(SQUARE))
    toolbox = Toolbox(snapshot(), sandbox, task=BUG)
    make_plan(BUG, toolbox)
    assert toolbox.reproduction is not None
    assert "DID NOT RAISE" in talked.ollama.prompts()[-1], "the plan is made with the failure in sight"


def test_whether_an_issue_tells_of_a_fault_is_left_to_the_model(talk) -> None:
    wish = Task(number=7, title="Add perimeter to square", body="`shapes.square` needs `perimeter(a)`.")
    for task in (BUG, wish):
        talked = talk(step("finish"), planned(SQUARE))
        make_plan(task, Toolbox(snapshot(), DownSandbox(), task=task))
        prompt = talked.ollama.prompts()[0]
        assert "If the issue tells of a fault, show that first by reproduce" in prompt
        assert "seems to" not in prompt


CODE = said(
    reasoning="r",
    generated_code="def area(a):\n    if a < 0:\n        raise ValueError(a)\n    return a * a\n",
    check="from shapes.square import area",
)
TESTS = said(reasoning="r", tests=TEST)


@pytest.mark.rooms
def test_code_and_tests_are_written_with_it(talk, sandbox: AnySandbox) -> None:
    def answers(prompt: str) -> str:
        return TESTS if "Write pytest tests" in prompt else CODE

    talked = talk(otherwise=answers)
    task = BUG.model_copy(update={"reproduction": SEEN})
    write_patch(task, PLAN, snapshot_of(FILES), sandbox)
    code = next(p for p in talked.ollama.prompts() if "Write the Python code" in p)
    tests = next(p for p in talked.ollama.prompts() if "Write pytest tests" in p)
    assert code.count(f"This test fails today and has to pass:\n{TEST}") == 1
    assert "DID NOT RAISE" in code
    assert tests.count("def test_a_negative_side_is_refused") == 1, "the tests begin with it, and are told it once"


@pytest.mark.rooms
def test_without_usable_tests_of_the_model_it_is_the_new_test(talk, sandbox: AnySandbox) -> None:
    talk(otherwise=lambda prompt: "I can't." if "Write pytest tests" in prompt else CODE)
    task = BUG.model_copy(update={"reproduction": SEEN})
    patch, _ = write_patch(task, PLAN, snapshot_of(FILES), sandbox)
    assert {change.path: change.after for change in patch.changes}["tests/test_issue_7.py"] == TEST


@pytest.mark.rooms
def test_a_correction_is_told_what_fails_instead(talk, sandbox: AnySandbox) -> None:
    talked = talk(otherwise=lambda prompt: TESTS if "Write pytest tests" in prompt else CODE)
    task = BUG.model_copy(update={"reproduction": SEEN})
    patch, _ = write_patch(task, PLAN, snapshot_of(FILES), sandbox)
    first = len(talked.ollama.bodies)
    failed = Verdict(proven=False, reasons=("It fails.",), failures="E assert 1 == 2 in shapes/square.py")
    write_patch(
        task, PLAN, snapshot_of(FILES), sandbox, number=2, previous=Attempt(number=1, patch=patch, verdict=failed)
    )
    assert talked.ollama.prompts()[first:]
    assert not any("This test fails today" in prompt for prompt in talked.ollama.prompts()[first:])


@pytest.mark.rooms
def test_a_fault_that_every_test_of_it_denies_is_doubted_until_one_shows_it(sandbox: AnySandbox) -> None:
    with Toolbox(snapshot(), sandbox, task=BUG) as toolbox:
        assert not toolbox.doubted
        toolbox.reproduce("from shapes.square import area\n\n\ndef test_area():\n    assert area(-2) == 4\n")
        assert toolbox.doubted
        toolbox.reproduce("from shapes.square import area\n\n\ndef test_area():\n    assert area(-2) == 5\n")
        assert not toolbox.doubted


@pytest.mark.rooms
def test_a_fault_that_was_shown_is_not_talked_away_in_the_documentation(talk, sandbox: AnySandbox) -> None:
    readme = planned({"path": "README.md", "purpose": "say that sides are positive"})
    talk(step("reproduce", test=TEST), step("finish"), readme, readme)
    with pytest.raises(Refusal, match="documentation alone mends no fault"):
        make_plan(BUG, Toolbox(snapshot(), sandbox, task=BUG))
