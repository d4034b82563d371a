"""An existing test is written anew where the plan says so, and nothing else of its file."""

import pytest

from bot.programs.author import write_patch
from bot.programs.changed_test_writer import as_function, changed_test_file
from bot.programs.plan_check import plan_from
from bot.programs.signatures import PlannedModule, PlannedTest
from bot.words.attempt import Attempt
from bot.words.evidence import NewTest, Red, Verdict
from bot.words.plan import ChangedTest, ModuleSpec, Plan
from bot.words.snapshot import Snapshot
from sandbox.files import File
from tests.programs.fake_ollama import said
from tests.programs.world import FILES, TASK, DownSandbox

PATH = "tests/test_area.py"
HEAD = "import pytest\n\nfrom shapes.square import area\n\n\n"
OLD = HEAD + "def test_area():\n    assert area(3) == 9\n\n\ndef test_other():\n    pass\n"
CHANGE = ChangedTest(test=f"{PATH}::test_area", reason="area is in tenths")
NEW = "def test_area():\n    assert area(3) == 90\n"
TREE = {**{path: File(text.encode()) for path, text in FILES.items()}, PATH: File(OLD.encode())}


def reply(text: str) -> str:
    return said(reasoning="r", changed_test=text)


def written(*, failures: str = "") -> str | None:
    return changed_test_file(TASK, CHANGE, [CHANGE], TREE, "area(a)", failures=failures)


def test_the_function_is_replaced_and_the_rest_stays_byte_for_byte(talk) -> None:
    talked = talk(reply(f"```python\nimport os\n\n\n{NEW}```"))
    assert written(failures="area(3) is 90") == OLD.replace("== 9", "== 90")
    (prompt,) = talked.ollama.prompts()
    assert "area is in tenths" in prompt
    assert "area(3) is 90" in prompt
    assert "test_other" not in prompt


def test_what_asks_for_less_or_is_another_function_is_asked_for_again_with_the_reason(talk) -> None:
    talked = talk(reply("@pytest.mark.skip\n" + NEW), reply(NEW))
    assert written() == OLD.replace("== 9", "== 90")
    assert "may not be kept from failing" in talked.ollama.prompts()[1]
    talked = talk(reply("def test_areas():\n    assert 1\n"), reply("def test_area():\n    pass\n"))
    assert written() is None
    assert "There is no function test_area in your reply" in talked.ollama.prompts()[1]


def test_a_method_keeps_its_place_its_decorators_and_its_line_ends() -> None:
    old = "    @mark(1)\r\n    def test_a(self):\r\n        assert f() == 1\r\n"
    new = as_function("def test_a(self):\n    assert f() == 2\n\n\ndef other(): ...\n", "t.py::TestA::test_a", old)
    assert new == old.replace("== 1", "== 2")
    own = as_function(
        "class TestA:\n    @mark(2)\n    def test_a(self):\n        assert 3\n", "t.py::TestA::test_a", old
    )
    assert own == "    @mark(2)\r\n    def test_a(self):\r\n        assert 3\r\n"
    assert as_function("def test_b(self): ...", "t.py::TestA::test_a", old) == ""
    assert as_function("def (", "t.py::TestA::test_a", old) == ""


def test_an_attempt_changes_the_tests_that_the_plan_names(talk) -> None:
    code = FILES["shapes/square.py"].replace("return a * a", "return 10 * a * a")
    assert code != FILES["shapes/square.py"]
    tests = "from shapes.square import area\n\n\ndef test_tenths():\n    assert area(2) == 40\n"
    talk(said(reasoning="r", generated_code=code, check="1"), reply(NEW), said(reasoning="r", tests=tests))
    plan = Plan(
        summary="s",
        modules=(ModuleSpec(path="shapes/square.py", purpose="tenths"),),
        test_strategy="t",
        changed_tests=(CHANGE,),
    )
    base = Snapshot("0" * 40, TREE)
    patch, _ = write_patch(TASK, plan, base, DownSandbox())
    after = {change.path: change.after for change in patch.changes}
    assert after[PATH] == OLD.replace("== 9", "== 90")

    talk(said(reasoning="r", tests=tests))
    row = NewTest(id="tests/test_issue_7.py::test_tenths", base=Red.GREEN, patch="passed")
    reason = f"{CHANGE.test} need not be changed: as it was, it does not fail with the change."
    verdict = Verdict(proven=False, reasons=(reason,), tests=(row,))
    better, _ = write_patch(
        TASK, plan, base, DownSandbox(), number=2, previous=Attempt(number=1, patch=patch, verdict=verdict)
    )
    assert PATH not in {change.path for change in better.changes}


@pytest.mark.parametrize(
    ("drafts", "ids"),
    [
        ([PlannedTest(test=f"{PATH}::test_area", reason="r")], [f"{PATH}::test_area"]),
        (["tests/test_area.py::test_area[3-9]", f"{PATH}::test_area"], [f"{PATH}::test_area"]),
        ([f"{PATH}::test_gone", "tests/gone.py::test_area", "shapes/square.py::area", "test_area", ""], []),
        ([f"{PATH}::test_other"], []),
    ],
)
def test_a_plan_names_only_tests_that_are_there_and_may_be_changed(drafts: list, ids: list[str]) -> None:
    tests = [draft if isinstance(draft, PlannedTest) else PlannedTest.model_validate(draft) for draft in drafts]
    kept = [f"{path}: kept" for path in [PATH] if ids == [] and tests[0].test.endswith("test_other")]
    modules = [PlannedModule(path="shapes/square.py")]
    plan = plan_from("s", modules, "t", TREE, lambda paths: kept if PATH in paths else [], tests)
    assert [one.test for one in plan.changed_tests] == ids
    assert [f"The test {one} will change:" in plan.modules[0].interface for one in ids] == [True] * len(ids)
