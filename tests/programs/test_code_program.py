"""Code is written, run in a room, and written again on an error: each way that this can go."""

import dspy
import pytest

from bot.errors import BudgetSpent, ModelError
from bot.programs.code_generator import BlameError, ProductionCodeGenerator
from bot.programs.form import Form
from bot.programs.strategies.program_of_thought import CodeProgram
from bot.programs.workbench import Workbench
from bot.words.budget import Budget
from bot.words.plan import ModuleSpec
from sandbox.room import Limits
from tests.programs.fake_ollama import Reply, said
from tests.programs.world import FILES, TASK, DownSandbox, snapshot, snapshot_of

SPEC = ModuleSpec(path="shapes/square.py", purpose="add perimeter", definitions=("perimeter",))
GOOD = FILES["shapes/square.py"] + "\n\ndef perimeter(a: float) -> float:\n    return 4 * a\n"
CHECK = "from shapes.square import perimeter\n\n\nassert perimeter(2) == 8\nprint('ran', perimeter(3))"


def wrote(code: str = GOOD, check: str = CHECK, **more: str) -> str:
    return said(reasoning="It is 4a.", **more, generated_code=code, check=check)


def generate(box, files=None, limits=None, failures: str = "", spec: ModuleSpec = SPEC):
    bench = Workbench((files or snapshot()).files, box, limits)
    return ProductionCodeGenerator(bench, "program_of_thought")(spec, TASK, failures=failures), bench


@pytest.mark.rooms
def test_good_code_takes_one_call_and_is_run_in_the_room(talk, sandbox) -> None:
    talked = talk(wrote())
    made, bench = generate(sandbox)
    assert made.code == GOOD
    assert made.plan == "It is 4a."
    assert made.executed
    assert "ran 12" in made.execution_result
    assert made.complexity == 1
    assert bench.files["shapes/square.py"].data.decode() == GOOD
    assert talked.ledger.usage.calls == 1
    assert talked.ledger.usage.room_seconds > 0


@pytest.mark.rooms
def test_the_prompt_has_the_file_the_wish_and_the_form_as_plain_text(talk, sandbox) -> None:
    talked = talk(wrote())
    generate(sandbox)
    prompt = talked.ollama.prompts()[0]
    assert 'def area(a: float) -> float:\n    """The area of a square."""' in prompt
    assert TASK.body in prompt
    assert "The whole new text of shapes/square.py" in prompt


@pytest.mark.rooms
def test_the_code_runs_in_the_room_and_never_here(talk, sandbox) -> None:
    where = "import os\n\n\nassert os.getcwd() == '/workspace', os.getcwd()\nprint(os.getuid())"
    talk(wrote(check=where))
    made, _bench = generate(sandbox)
    assert made.executed
    assert "Error" not in made.execution_result


@pytest.mark.rooms
@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (wrote(code=GOOD.replace("4 * a", "4 * b")), "neither defines nor imports: b."),
        (wrote(code="import nowhere_to_be_found\n" + GOOD), "nowhere_to_be_found"),
        (wrote(check="from shapes.square import perimeter\nassert perimeter(2) == 9"), "AssertionError"),
        (wrote(code="def perimeter(a:\n    return"), "never closed"),
        (wrote(code=""), "empty"),
    ],
)
def test_an_error_reaches_the_next_hop(talk, sandbox, bad, told) -> None:
    talked = talk(bad, wrote(fault="code"))
    made, _bench = generate(sandbox)
    assert made.code == GOOD
    assert made.executed
    again = talked.ollama.prompts()[1]
    assert "Correct the previous code" in again
    assert told.lower() in again.split("[[ ## failures ## ]]")[-1].lower()


@pytest.mark.rooms
def test_a_hop_sees_nothing_of_the_module_of_the_hop_before(talk, sandbox) -> None:
    stale = GOOD + "\n\nLEFT_OVER = 1\n"
    check = "import sys, shapes.square as s\nassert not hasattr(s, 'LEFT_OVER')\n"
    talk(wrote(code=stale, check=check), wrote(fault="code", check=check))
    made, _bench = generate(sandbox)
    assert made.code == GOOD
    assert made.executed


@pytest.mark.rooms
def test_a_run_that_takes_too_long_is_tried_again_simpler(talk, sandbox) -> None:
    talked = talk(wrote(code=GOOD + "\n\nwhile True:\n    pass\n"), wrote(fault="code"))
    made, _bench = generate(sandbox, limits=Limits(seconds=2))
    assert made.code == GOOD
    assert made.executed
    assert "Write something simpler" in talked.ollama.prompts()[1]


@pytest.mark.rooms
def test_a_run_that_takes_too_much_memory_is_tried_again_smaller(talk, sandbox) -> None:
    hungry = "hog = [bytearray(10**7) for _ in range(200)]\n"
    talked = talk(wrote(check=hungry), wrote(fault="code"))
    made, _bench = generate(sandbox, limits=Limits(memory=256 * 2**20, seconds=20))
    assert made.code == GOOD
    assert made.executed
    assert "Write something smaller" in talked.ollama.prompts()[1] or "MemoryError" in talked.ollama.prompts()[1]


def test_when_no_room_can_be_had_the_code_is_taken_without_a_run(talk) -> None:
    talked = talk(wrote())
    made, _bench = generate(DownSandbox())
    assert made.code == GOOD
    assert not made.executed
    assert "No Docker engine answers" in made.execution_result
    assert talked.ledger.usage.calls == 1


@pytest.mark.rooms
def test_when_all_hops_fail_a_plain_chain_of_thought_writes_without_a_run(talk, sandbox) -> None:
    bad = GOOD + "\n\nnothing_here\n"
    last = said(reasoning="r", generated_code=GOOD)
    talked = talk(wrote(code=bad), *[wrote(code=bad, fault="code")] * 2, last)
    made, _bench = generate(sandbox)
    assert made.code == GOOD
    assert not made.executed
    assert "nothing_here" in made.execution_result
    assert "[[ ## check ## ]]" not in talked.ollama.prompts()[-1]
    assert talked.ledger.usage.calls == 4


@pytest.mark.rooms
def test_code_that_works_but_fails_its_own_check_is_kept_in_the_end(talk, sandbox) -> None:
    wrong = "assert 1 == 2, 'a check that is wrong itself'"
    talked = talk(wrote(check=wrong), *[wrote(check=wrong, fault="code")] * 2)
    made, _bench = generate(sandbox)
    assert made.code == GOOD
    assert made.executed
    assert "wrong itself" in made.execution_result
    assert talked.ledger.usage.calls == 3


def test_malformed_replies_end_in_plain_generation(talk) -> None:
    talked = talk("no", "no", "no", said(reasoning="r", generated_code=GOOD))
    made, _bench = generate(DownSandbox())
    assert made.code == GOOD
    assert talked.ledger.usage.calls == 4


def test_a_reply_that_was_cut_off_never_becomes_code(talk) -> None:
    cut = Reply(f"[[ ## generated_code ## ]]\n{GOOD[:60]}", done_reason="length")
    talked = talk(cut, wrote(fault="code"))
    made, _bench = generate(DownSandbox())
    assert made.code == GOOD
    assert "was cut off" in talked.ollama.prompts()[1]


def test_nothing_usable_at_all_is_an_error_and_leaves_the_bench_as_it_was(talk) -> None:
    talk(otherwise="no")
    bench = Workbench(snapshot().files, DownSandbox())
    with pytest.raises(ModelError, match=r"no usable code for shapes/square\.py"):
        ProductionCodeGenerator(bench, "program_of_thought")(SPEC, TASK)
    assert bench.files == snapshot().files


def test_a_spent_budget_is_not_swallowed(talk) -> None:
    talk(otherwise="no", budget=Budget(calls=2))
    with pytest.raises(BudgetSpent):
        generate(DownSandbox())


def test_a_dead_server_is_not_swallowed(talk) -> None:
    talk(otherwise=Reply(status=404, text="gone"))
    with pytest.raises(dspy.LMError, match="gone"):
        generate(DownSandbox())


def test_failures_from_outside_go_straight_to_refinement(talk) -> None:
    talked = talk(wrote(fault="code"))
    made, _bench = generate(DownSandbox(), failures="E   assert 9 == 8")
    assert made.code == GOOD
    prompt = talked.ollama.prompts()[0]
    assert "E   assert 9 == 8" in prompt
    assert "Correct the previous code" in prompt


def test_the_model_may_blame_the_tests(talk) -> None:
    talk(said(reasoning="The test wants 9.", fault="Tests.", generated_code="", check=""))
    with pytest.raises(BlameError, match="wants 9"):
        generate(DownSandbox(), failures="assert 8 == 9")


LARGE = "import math\n\n\n" + "\n\n".join(f"def f{i}(x):\n    return x + {i}\n" for i in range(200))


@pytest.mark.rooms
def test_of_a_large_file_only_definitions_are_written(talk, sandbox) -> None:
    spec = ModuleSpec(path="big.py", purpose="f7 must multiply", definitions=("f7", "g"))
    blocks = "# >>> f7\ndef f7(x):\n    return x * 7\n\n# >>> g\ndef g(x):\n    return f7(x) + 1\n"
    check = "import big\nassert big.f7(3) == 21\nassert big.g(1) == 8\nassert big.f6(1) == 7"
    talked = talk(wrote(code=blocks, check=check))
    made, _bench = generate(sandbox, files=snapshot_of({"big.py": LARGE}), spec=spec)
    assert made.executed
    assert made.code.count("def f7(") == 1
    assert "return x + 199" in made.code
    prompt = talked.ollama.prompts()[0]
    assert "# >>> Qualified.name" in prompt
    assert "return x + 7\n" in prompt, "the definition to change is shown in full"
    assert "return x + 150\n" not in prompt, "the others are not"


@pytest.mark.rooms
def test_a_package_below_src_is_imported_as_its_tests_would(talk, sandbox) -> None:
    files = snapshot_of({"src/pkg/__init__.py": "", "src/pkg/a.py": "A = 1\n"})
    check = "from pkg import a\nassert a.B == 2"
    talk(wrote(code="A = 1\nB = 2\n", check=check))
    made, _bench = generate(sandbox, files=files, spec=ModuleSpec(path="src/pkg/a.py", purpose="add B"))
    assert made.executed


@pytest.mark.rooms
def test_it_is_dspys_program_of_thought_and_a_callers_interpreter_is_used(talk) -> None:
    class Spy:
        def __init__(self) -> None:
            self.ran: list[str] = []
            self.tools: dict[str, object] = {}

        def start(self) -> None: ...

        def execute(self, code, variables=None):
            self.ran.append(code)

        def shutdown(self) -> None: ...

    talk(wrote())
    spy = Spy()
    form = Form(SPEC, FILES["shapes/square.py"], 9000)
    made = CodeProgram(Workbench(snapshot().files, DownSandbox()), form)(spy, specification="s", context="c")
    assert isinstance(spy, dspy.CodeInterpreter)
    assert "importlib.import_module('shapes.square')" in spy.ran[0]
    assert spy.ran[1].strip() == CHECK
    assert made.executed


@pytest.mark.rooms
def test_a_wrong_check_is_written_anew_without_the_code(talk, sandbox) -> None:
    wrong = "from shapes import perimeter"
    talked = talk(
        wrote(check=f"```python\n{wrong}\n```"), said(reasoning="r", fault="code", generated_code="", check=CHECK)
    )
    made, _bench = generate(sandbox)
    assert made.code == GOOD
    assert "ran 12" in made.execution_result
    assert f"It was:\n{wrong}\n" in talked.ollama.prompts()[1]


@pytest.mark.rooms
def test_a_forgotten_import_is_found_before_any_test(talk, sandbox) -> None:
    forgetful = GOOD.replace("4 * a", "math.fsum([a] * 4)")
    talked = talk(wrote(code=forgetful, check=""), wrote(code="import math\n\n\n" + forgetful, fault="code", check=""))
    made, _bench = generate(sandbox)
    assert made.imports == ("math",)
    assert "neither defines nor imports: math." in talked.ollama.prompts()[1]


@pytest.mark.rooms
def test_line_ends_of_the_file_stay_and_are_not_shown(talk, sandbox) -> None:
    files = FILES | {"shapes/square.py": "\ufeff" + FILES["shapes/square.py"].replace("\n", "\r\n")}
    talked = talk(wrote())
    made, _bench = generate(sandbox, files=snapshot_of(files))
    assert made.code == "\ufeff" + GOOD.replace("\n", "\r\n")
    assert "\r" not in talked.ollama.prompts()[0]


def test_code_that_failed_is_shown_once(talk) -> None:
    spec = ModuleSpec(path="big.py", purpose="f7 must multiply", definitions=("f7",))
    blocks = "# >>> f7\ndef f7(x):\n    return x * 7\n"
    talked = talk(wrote(code=blocks, fault="code"))
    generate(DownSandbox(), files=snapshot_of({"big.py": LARGE}), spec=spec, failures="E  assert 14 == 49")
    assert talked.ollama.prompts()[0].count("return x + 7\n") == 1


def test_a_new_file_is_told_of_what_its_neighbours_import(talk) -> None:
    files = {
        "src/pkg/__init__.py": "",
        "src/pkg/store.py": "from .book import Book\n\n\ndef books() -> list[Book]: ...\n",
        "src/pkg/book.py": "class Book:\n    pages: int\n\n    def _secret(self): ...\n",
    }
    talked = talk(wrote())
    other = ModuleSpec(path="src/pkg/store.py", purpose="search")
    bench = Workbench(snapshot_of(files).files, DownSandbox())
    ProductionCodeGenerator(bench)(ModuleSpec(path="src/pkg/query.py", purpose="queries"), TASK, [other])
    context = talked.ollama.prompts()[0].split("[[ ## context ## ]]")[-1].split("[[ ## current_code ## ]]")[0]
    assert "src/pkg/store.py, another file of the change: search" in context
    assert "pages: int" in context
    assert "_secret" not in context


def test_blame_needs_no_code(talk) -> None:
    talk("[[ ## reasoning ## ]]\nThe test wants 9.\n\n[[ ## fault ## ]]\ntests")
    with pytest.raises(BlameError, match="wants 9"):
        generate(DownSandbox(), failures="assert 8 == 9")


def test_what_failed_first_is_not_forgotten_after_a_slip_in_form(talk) -> None:
    blame = said(reasoning="The test wants 9.", fault="tests", generated_code="", check="")
    talked = talk("Well...", blame)
    with pytest.raises(BlameError, match="wants 9"):
        generate(DownSandbox(), failures="assert 8 == 9")
    told = talked.ollama.prompts()[1].split("[[ ## failures ## ]]")[-1]
    assert "did not have the sections" in told
    assert "assert 8 == 9" in told
    assert "[ [" not in told, "no marker of ours may be defused"
