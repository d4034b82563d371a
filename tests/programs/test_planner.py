"""The planner: looks with tools, survives what small models do, and gives a plan that can be carried out."""

import dspy
import pytest

from bot.errors import BudgetSpent, ModelError, Refusal
from bot.programs.overview import overview
from bot.programs.planner import Planner, make_plan
from bot.programs.toolbox import Toolbox
from bot.words.budget import Budget
from tests.programs.fake_ollama import Reply, said
from tests.programs.world import FILES, TASK, DownSandbox, snapshot, snapshot_of


def step(tool: str, thought: str = "look", **arguments: object) -> str:
    return said(next_thought=thought, next_tool_name=tool, next_tool_args=arguments)


def planned(*modules: dict, summary: str = "Adds perimeter.") -> str:
    return said(reasoning="r", summary=summary, modules=list(modules), test_strategy="perimeter(2) is 8")


SQUARE = {"path": "shapes/square.py", "purpose": "add perimeter", "definitions": ["perimeter"]}


def plan(**options):
    return make_plan(TASK, Toolbox(snapshot(), DownSandbox()), **options)


def test_it_looks_with_tools_and_then_plans(talk) -> None:
    talked = talk(step("read_file", path="shapes/circle.py"), step("finish"), planned(SQUARE))
    made = plan()
    assert made.summary == "Adds perimeter."
    assert [(m.path, m.definitions) for m in made.modules] == [("shapes/square.py", ("perimeter",))]
    assert made.test_strategy == "perimeter(2) is 8"
    prompts = talked.ollama.prompts()
    assert "import math" not in prompts[0].split("## trajectory ##")[-1]
    assert "1: import math" in prompts[1], "what the tool saw must reach the next step"
    assert "1: import math" in prompts[2], "and the plan"
    assert [line["tool"] for line in talked.trajectory if line["kind"] == "tool"] == ["read_file"]


def test_it_is_dspys_react_with_all_its_tools(talk) -> None:
    talked = talk(step("finish"), planned(SQUARE))
    plan()
    assert issubclass(Planner, dspy.ReAct)
    for tool in ("fetch_documentation", "analyze_code", "run_tests", "list_files", "search_code"):
        assert f"{tool}(" in talked.ollama.prompts()[0]


def test_the_first_prompt_shows_the_likeliest_file_already(talk) -> None:
    talked = talk(step("finish"), planned(SQUARE))
    plan()
    assert "return a * a" in talked.ollama.prompts()[0]
    assert TASK.body in talked.ollama.prompts()[0]


@pytest.mark.parametrize("name", ["`read_file`", "read_file(path='shapes/circle.py')", "Read_File"])
def test_a_tools_name_is_understood_as_it_is_written(talk, name) -> None:
    talked = talk(step(name, path="shapes/circle.py"), step("finish"), planned(SQUARE))
    plan()
    assert "1: import math" in talked.ollama.prompts()[1]


def test_malformed_steps_are_survived(talk) -> None:
    talked = talk("???", "???", step("read_file", path="shapes/circle.py"), step("finish"), planned(SQUARE))
    assert plan().modules
    assert "not in the form asked for" in talked.ollama.prompts()[2]


def test_nothing_but_malformed_steps_still_leads_to_a_plan(talk) -> None:
    talked = talk(*["???"] * 6, planned(SQUARE))
    assert plan().modules
    assert talked.ledger.usage.calls == 7


def test_a_step_that_was_cut_off_is_survived(talk) -> None:
    talk(Reply("[[ ## next_thought", done_reason="length"), step("finish"), planned(SQUARE))
    assert plan().modules


def test_tools_that_fail_are_survived(talk) -> None:
    talked = talk(step("run_tests"), step("rm", path="/"), step("finish"), planned(SQUARE))
    assert plan().modules
    assert "could not run: the sandbox failed" in talked.ollama.prompts()[1]
    assert "There is no tool 'rm'" in talked.ollama.prompts()[2]


def test_going_in_circles_is_said(talk) -> None:
    talked = talk(*[step("read_file", path="shapes/circle.py")] * 2, step("finish"), planned(SQUARE))
    plan()
    assert "You did this before" in talked.ollama.prompts()[2]


def test_the_steps_are_limited(talk) -> None:
    talked = talk(*[step("search_code", text=f"t{i}") for i in range(3)], planned(SQUARE))
    plan(steps=3)
    assert talked.ledger.usage.calls == 4


def test_long_observations_stay_within_a_small_window(talk) -> None:
    files = {f"pkg/m{i}.py": f"# module {i}\n" + "value = 'text'\n" * 400 for i in range(30)}
    steps = [step("read_file", path=f"pkg/m{i}.py", last_line=400) for i in range(6)]
    talked = talk(*steps, planned({"path": "pkg/m1.py", "purpose": "p"}), window=8192, reply_tokens=1024)
    assert make_plan(TASK, Toolbox(snapshot_of(files), DownSandbox())).modules
    assert max(len(prompt) for prompt in talked.ollama.prompts()) < 3 * (8192 - 1024)


def test_a_slip_of_the_path_is_mended_and_planned_tests_are_left_out(talk) -> None:
    talk(
        step("finish"),
        planned(
            {"path": "./square.py", "definitions": ["def perimeter(a)", "perimeter", "not a name!"]},
            {"path": "shapes/square.py", "purpose": "more", "definitions": ["area"]},
            {"path": "tests/test_square.py", "purpose": "tests"},
        ),
    )
    [module] = plan().modules
    assert module.path == "shapes/square.py"
    assert module.definitions == ("perimeter", "area")


def test_a_new_file_may_be_planned(talk) -> None:
    talk(step("finish"), planned({"path": "shapes/triangle.py", "purpose": "new"}))
    assert plan().modules[0].path == "shapes/triangle.py"


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd.py",
        "../x.py",
        "a/../../x.py",
        ".github/x.py",
        "README.md",
        "C:\\x.py",
        "shapes/square.py/y.py",
        "",
        "a b.py",
    ],
)
def test_a_bad_path_is_asked_for_again_with_the_reason(talk, path) -> None:
    talked = talk(step("finish"), planned({"path": path, "purpose": "p"}), planned(SQUARE))
    assert plan().modules[0].path == "shapes/square.py"
    assert "This plan can't be used." in talked.ollama.prompts()[2]


def test_a_protected_path_is_refused_with_the_reason(talk) -> None:
    talked = talk(step("finish"), planned(SQUARE), planned(SQUARE))
    with pytest.raises(Refusal, match="protected by the maintainers"):
        plan(refused=lambda paths: [f"{path}: protected by the maintainers" for path in paths])
    assert "protected by the maintainers" in talked.ollama.prompts()[2]


def test_a_plan_of_nothing_is_refused(talk) -> None:
    talk(step("finish"), planned(), planned({"path": "tests/test_x.py"}))
    with pytest.raises(Refusal, match="no Python file"):
        plan()


def test_a_model_that_never_gives_a_plan_is_an_error(talk) -> None:
    talk(step("finish"), otherwise="I would rather not.")
    with pytest.raises(ModelError, match="form asked for"):
        plan()


def test_a_dead_server_is_an_error(talk) -> None:
    talk(otherwise=Reply(status=404, text="model 'x' not found"))
    with pytest.raises(ModelError, match="no such model"):
        plan()


def test_a_spent_budget_ends_it_at_once(talk) -> None:
    talked = talk(otherwise=step("search_code", text="x"), budget=Budget(calls=1))
    with pytest.raises(BudgetSpent):
        plan()
    assert len(talked.ollama.bodies) == 1


def test_the_overview_is_cut_to_its_limit_and_ranked() -> None:
    files = snapshot_of(FILES | {f"other/x{i}.py": "def unrelated(): ...\n" * 20 for i in range(500)}).files
    told = overview(files, f"{TASK.title} {TASK.body}", 5000)
    assert len(told) <= 5000
    assert "return a * a" in told
    assert told.index("shapes/square.py, in full:") < told.index("other/x")


@pytest.mark.parametrize(
    "call", ["read_file('shapes/circle.py', 1, 3)", '`read_file(path="shapes/circle.py")`', 'read_file("circle.py")']
)
def test_a_tool_may_be_written_as_one_call(talk, call) -> None:
    talked = talk(f"**next_tool_name**: {call}", step("finish"), planned(SQUARE))
    plan()
    assert "1: import math" in talked.ollama.prompts()[1]


def test_a_thought_without_a_tool_ends_the_looking(talk) -> None:
    talked = talk("[[ ## next_thought ## ]]\nI know enough.", planned(SQUARE))
    assert plan().modules
    assert talked.ledger.usage.calls == 2


@pytest.mark.parametrize(
    ("path", "settled"),
    [
        ("pkg/new.py", "src/pkg/new.py"),
        ("pkg/sub/new.py", "src/pkg/sub/new.py"),
        ("src/pkg/new.py", "src/pkg/new.py"),
        ("twice/new.py", "twice/new.py"),
        ("new.py", "new.py"),
    ],
)
def test_a_new_file_goes_to_the_package_that_was_meant(talk, path, settled) -> None:
    files = {"src/pkg/__init__.py": "", "a/twice/x.py": "", "b/twice/y.py": ""}
    talk(step("finish"), planned({"path": path, "purpose": "p"}))
    assert make_plan(TASK, Toolbox(snapshot_of(files), DownSandbox())).modules[0].path == settled


def test_the_overview_tells_what_it_shows_in_full_and_where_the_rest_stands() -> None:
    big = "import os\n\n\n" + "def perimeter():\n    pass\n\n\n" * 200
    told = overview(snapshot_of(FILES | {"big.py": big}).files, "perimeter", 12_000)
    assert "shapes/square.py, in full:\n" in told
    assert "big.py, 804 lines, only its definitions:\n4: def perimeter()\n8: def perimeter()" in told
