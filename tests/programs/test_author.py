"""The author: from a plan to a patch, and from a patch that failed to a better one."""

import time

import pytest

from bot.errors import BudgetSpent, ModelError
from bot.programs.author import ElsewhereError, write_patch
from bot.words.attempt import Attempt
from bot.words.evidence import NewTest, Now, Red, Reproduced, Verdict
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan
from bot.words.reproduction import Reproduction, Showing
from bot.words.task import Task
from sandbox.docker.engine import connect
from sandbox.room import Limits
from tests.programs.fake_ollama import said
from tests.programs.world import FILES, TASK, DownSandbox, snapshot

SQUARE = "shapes/square.py"
GOOD = FILES[SQUARE] + "\n\ndef perimeter(a: float) -> float:\n    return 4 * a\n"
BAD = GOOD.replace("4 * a", "3 * a")
TESTS = "from shapes.square import perimeter\n\n\ndef test_perimeter():\n    assert perimeter(2) == 8\n"
WEAK = "from shapes.square import area\n\n\ndef test_area_again():\n    assert area(3) == 9\n"
PLAN = Plan(summary="s", modules=(ModuleSpec(path=SQUARE, purpose="perimeter"),), test_strategy="2 gives 8")


def code(text: str = GOOD, **more: str) -> str:
    return said(reasoning="r", **more, generated_code=text, check="import shapes.square")


def proving(text: str = TESTS) -> str:
    return said(reasoning="r", tests=text)


def write(box=None, plan: Plan = PLAN, task: Task = TASK, **options):
    return write_patch(task, plan, snapshot(), box or DownSandbox(), **options)


def attempt(text: str = BAD, tests: str = TESTS, verdict: Verdict | None = None) -> Attempt:
    changes = (
        FileChange(path=SQUARE, before=FILES[SQUARE], after=text),
        FileChange(path="tests/test_seventh.py", before=None, after=tests, test=True),
    )
    return Attempt(number=1, patch=Patch(base="0" * 40, changes=changes), verdict=verdict)


def verdict(base: Red, failures: str = "", *reasons: str) -> Verdict:
    row = NewTest(id="tests/test_seventh.py::test_x", base=base, patch="failed" if failures else "passed")
    return Verdict(proven=False, reasons=reasons, tests=(row,), failures=failures)


def after(patch: Patch) -> dict[str, str | None]:
    return {change.path: change.after for change in patch.changes}


@pytest.mark.rooms
def test_code_and_tests_become_one_patch(talk, sandbox) -> None:
    talked = talk(code(), proving())
    patch, claims = write(sandbox)
    assert patch.base == "0" * 40
    [changed, new] = patch.changes
    assert (changed.path, changed.before, changed.after, changed.test) == (SQUARE, FILES[SQUARE], GOOD, False)
    assert new.path.startswith("tests/")
    assert new.path not in FILES
    assert (new.before, new.after, new.test) == (None, TESTS, True)
    assert [(claim.path, claim.executed) for claim in claims] == [(SQUARE, True)]
    assert "def perimeter" in talked.ollama.prompts()[1], "the test writer sees the new definitions"
    assert "return 4 * a" not in talked.ollama.prompts()[1], "but not how they are done"


@pytest.mark.rooms
def test_later_files_see_and_import_earlier_ones(talk, sandbox) -> None:
    first = ModuleSpec(path="shapes/side.py", purpose="sides")
    second = ModuleSpec(path="shapes/hexagon.py", purpose="hexagon")
    plan = Plan(summary="s", modules=(first, second), test_strategy="t")
    uses = "from shapes.side import SIDES\n\n\ndef sides() -> int:\n    return SIDES\n"
    check = "from shapes.hexagon import sides\nassert sides() == 6"
    talked = talk(
        said(reasoning="r", generated_code="SIDES = 6\n\n\ndef corners() -> int:\n    return SIDES\n", check=""),
        said(reasoning="r", generated_code=uses, check=check),
        proving(),
    )
    patch, claims = write(sandbox, plan=plan)
    assert "def corners" in talked.ollama.prompts()[1]
    assert [claim.executed for claim in claims] == [True, True]
    assert set(after(patch)) >= {"shapes/side.py", "shapes/hexagon.py"}


def test_pytests_own_words_reach_the_code_and_good_tests_stay(talk) -> None:
    talked = talk(code(fault="code"))
    failed = attempt(verdict=verdict(Red.MISSING, "E   assert 6 == 8", "A new test fails on the patch."))
    patch, _claims = write(previous=failed)
    assert after(patch) == {SQUARE: GOOD, "tests/test_seventh.py": TESTS}
    prompt = talked.ollama.prompts()[0]
    assert "E   assert 6 == 8" in prompt
    assert "return 3 * a" in prompt
    assert talked.ledger.usage.calls == 1


@pytest.mark.parametrize("red", [Red.GREEN, Red.BROKEN])
def test_tests_that_prove_nothing_are_written_anew_and_good_code_stays(talk, red) -> None:
    talked = talk(proving())
    failed = attempt(GOOD, WEAK, verdict(red, "", "The new test passes already without the change."))
    patch, claims = write(previous=failed)
    assert after(patch) == {SQUARE: GOOD, "tests/test_seventh.py": TESTS}
    assert claims == ()
    assert "passes already without the change" in talked.ollama.prompts()[0]
    assert "test_area_again" in talked.ollama.prompts()[0]


def test_when_the_model_blames_the_tests_they_are_written_anew(talk) -> None:
    wrong = TESTS.replace("== 8", "== 9")
    blame = said(reasoning="The test wants 9, but 4 * 2 is 8.", fault="tests", generated_code="", check="")
    talked = talk(blame, proving())
    patch, _claims = write(previous=attempt(GOOD, wrong, verdict(Red.MISSING, "E   assert 8 == 9")))
    assert after(patch) == {SQUARE: GOOD, "tests/test_seventh.py": TESTS}
    assert "The test wants 9" in talked.ollama.prompts()[1]


SHOWN = Reproduction(path="tests/test_seventh.py", test=TESTS, showing=Showing.ASSERTION, failure="assert 6 == 8")
FAULT = Reproduced(tests=("test_perimeter",), base="assert 6 == 8", now=Now.FAILS, detail="assert 6 == 8")
ALONE = verdict(Red.ASSERTION, "E   assert 6 == 8", "It still fails.").model_copy(
    update={"reproduced": (FAULT,), "tests": (NewTest(id="t::test_x", base=Red.ASSERTION, patch="passed"),)}
)


def test_tests_that_pass_while_the_fault_is_there_are_written_anew_from_what_showed_it(talk) -> None:
    task = TASK.model_copy(update={"reproduction": SHOWN})
    talked = talk(code(fault="code"), proving())
    patch, _claims = write(task=task, previous=attempt(BAD, WEAK, ALONE))
    assert after(patch) == {SQUARE: GOOD, "tests/test_seventh.py": TESTS}
    for prompt in talked.ollama.prompts():
        assert "It still fails." in prompt
        assert "assert perimeter(2) == 8" in prompt
    assert "test_area_again" not in talked.ollama.prompts()[1]


def test_a_model_that_takes_the_planners_test_for_wrong_says_so_instead_of_a_patch(talk) -> None:
    task = TASK.model_copy(update={"reproduction": SHOWN})
    talk(said(reasoning="Nobody asked for 8.", fault="tests", generated_code="", check=""))
    with pytest.raises(ElsewhereError, match=r"still fails, and the model says that .* Nobody asked for 8"):
        write(task=task, previous=attempt(GOOD, WEAK, ALONE))


TWO = Plan(
    summary="s",
    modules=(
        ModuleSpec(path="shapes/circle.py", purpose="round", definitions=("Circle.girth",)),
        ModuleSpec(path=SQUARE, purpose="perimeter", definitions=("perimeter",)),
    ),
    test_strategy="t",
)


def test_only_files_that_the_failure_mentions_are_corrected(talk) -> None:
    talked = talk(code(fault="code"))
    failed = attempt(verdict=verdict(Red.MISSING, "E   assert perimeter(2) == 8"))
    patch, _claims = write(plan=TWO, previous=failed)
    assert after(patch)[SQUARE] == GOOD
    assert talked.ledger.usage.calls == 1


@pytest.mark.parametrize(
    "reply", [{"fault": "other", "text": ""}, {"fault": "code", "text": FILES["shapes/circle.py"]}]
)
def test_a_file_that_is_right_may_stay_as_it_is(talk, reply) -> None:
    talk(code(reply["text"], fault=reply["fault"]), code(fault="code"))
    patch, claims = write(plan=TWO, previous=attempt(verdict=verdict(Red.MISSING, "E   assert 6 == 8")))
    assert after(patch)[SQUARE] == GOOD
    assert [claim.path for claim in claims] == [SQUARE]


def test_a_persons_request_changes_code_and_tests_of_a_pull_request(talk) -> None:
    task = TASK.model_copy(update={"request": "Refuse negative numbers.", "remarks": ("Also name it well.",)})
    better = GOOD.replace("    return 4", "    if a < 0:\n        raise ValueError(a)\n    return 4")
    talked = talk(code(better, fault="code"), proving(TESTS + "\n\ndef test_more():\n    assert perimeter(0) == 0\n"))
    patch, _claims = write(task=task, previous=attempt(GOOD))
    assert after(patch)[SQUARE] == better
    assert "test_more" in (after(patch)["tests/test_seventh.py"] or "")
    for prompt in talked.ollama.prompts():
        assert "Refuse negative numbers." in prompt
        assert "Also name it well." in prompt


def test_an_attempt_without_a_patch_is_begun_anew(talk) -> None:
    talk(code(), proving())
    patch, _claims = write(previous=Attempt(number=1, trouble="no code"))
    assert after(patch)[SQUARE] == GOOD


def test_what_a_pull_request_changed_elsewhere_is_kept(talk) -> None:
    talk(code(fault="code"), proving())
    before = attempt(verdict=verdict(Red.MISSING, "E   assert 6 == 8"))
    extra = FileChange(path="shapes/extra.py", before=None, after="X = 1\n")
    changes = (*before.patch.changes, extra)  # type: ignore[union-attr]
    patch, _claims = write(previous=before.model_copy(update={"patch": Patch(base="0" * 40, changes=changes)}))
    assert after(patch)["shapes/extra.py"] == "X = 1\n"


def test_an_existing_test_file_is_never_changed(talk) -> None:
    talk(code(), proving())
    patch, _claims = write()
    assert "tests/test_square.py" not in after(patch)


def test_code_that_stays_as_it_was_is_no_patch(talk) -> None:
    talk(otherwise=code(FILES[SQUARE], fault="code"))
    with pytest.raises(ModelError, match="nothing changes"):
        write()


def test_later_attempts_vary_more(talk) -> None:
    talked = talk(code(), proving(), code(), proving(), code(), proving())
    for number in (1, 2, 9):
        write(number=number)
    assert [body["options"]["temperature"] for body in talked.ollama.bodies] == [0.2, 0.2, 0.4, 0.4, 1.0, 1.0]


@pytest.mark.docker
def test_no_room_is_left_behind(talk, containers) -> None:
    talk(code("import time\ntime.sleep(60)\n"), code("1 / 0\n", fault="code"), code(fault="code"), proving())
    write(containers, limits=Limits(seconds=2))
    with pytest.raises(ModelError):
        write(containers)
    mine = {"label": f"code-intern.owner={containers.owner}"}
    assert connect(None).containers.list(all=True, filters=mine) == []


@pytest.mark.rooms
def test_a_run_ends_with_the_time_of_the_job(talk, sandbox) -> None:
    talk(code("import time\ntime.sleep(60)\n"), otherwise=code(fault="code"), seconds=4.0)
    started = time.monotonic()
    with pytest.raises(BudgetSpent):
        write(sandbox)
    assert time.monotonic() - started < 10


def test_a_planned_file_that_needs_no_change_is_left_alone(talk) -> None:
    talked = talk(
        said(reasoning="Round is fine.", generated_code=FILES["shapes/circle.py"], check=""), code(), proving()
    )
    patch, claims = write(plan=TWO)
    assert [claim.path for claim in claims] == [SQUARE]
    assert "shapes/circle.py" not in after(patch)
    assert talked.ledger.usage.calls == 3


def test_a_model_that_would_change_nothing_at_all_writes_no_tests(talk) -> None:
    talked = talk(*[said(reasoning="Fine.", generated_code=FILES[m.path], check="") for m in TWO.modules])
    with pytest.raises(ModelError, match="would change nothing"):
        write(plan=TWO)
    assert talked.ledger.usage.calls == 2


def test_existing_tests_that_stand_against_the_change_are_named(talk) -> None:
    blame = said(reasoning="test_area wants another area.", fault="tests", generated_code="", check="")
    talked = talk(blame)
    row = NewTest(id="tests/test_seventh.py::test_x", base=Red.MISSING, patch="passed")
    found = Verdict(proven=False, reasons=("1 existing test no longer passes.",), tests=(row,), failures="E  assert 4")
    with pytest.raises(ModelError, match=r"Existing tests stand against the change.*test_area wants"):
        write(previous=attempt(GOOD, verdict=found))
    assert talked.ledger.usage.calls == 1
    assert "Tests that the repository has already stay as they are" in talked.ollama.prompts()[0]
