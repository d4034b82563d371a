"""CodeAct: scripts that read, edit and run in one room, each way that this can go, and those who attack it."""

import time

import dspy
import pytest

from bot.errors import BudgetSpent, ModelError
from bot.programs.code_generator import BlameError, ProductionCodeGenerator
from bot.programs.form import Form
from bot.programs.strategies.code_act import ActingProgram
from bot.programs.workbench import Workbench
from bot.words.budget import Budget
from bot.words.plan import ModuleSpec
from sandbox.room import Limits
from tests.programs.fake_ollama import Reply, said
from tests.programs.world import FILES, TASK, DownSandbox, snapshot, snapshot_of

SQUARE = "shapes/square.py"
SPEC = ModuleSpec(path=SQUARE, purpose="add perimeter", definitions=("perimeter",))
OTHER = ModuleSpec(path="shapes/circle.py", purpose="circles")
ADDED = "\n\ndef perimeter(a: float) -> float:\n    return 4 * a\n"
GOOD = FILES[SQUARE] + ADDED
EDIT = "edit('', r'''\n\ndef perimeter(a: float) -> float:\n    return 4 * a\n''')\n"
CHECK = "run(r'''from shapes.square import perimeter\nassert perimeter(2) == 8\nprint('ran', perimeter(3))''')\n"


def acted(script: str, **more: str) -> str:
    return said(reasoning="It is 4a.", **more, generated_code=script)


def generate(box, files=None, limits=None, failures: str = "", spec: ModuleSpec = SPEC, others=()):
    bench = Workbench((files or snapshot()).files, box, limits)
    return ProductionCodeGenerator(bench)(spec, TASK, others, failures=failures)


def steps(prompt: str) -> str:
    return prompt.split("[[ ## steps ## ]]")[-1]


@pytest.mark.rooms
def test_an_edit_and_its_check_take_one_call(talk, sandbox) -> None:
    talked = talk(acted(EDIT + CHECK))
    made = generate(sandbox)
    assert made.code == GOOD
    assert made.plan == "It is 4a."
    assert made.executed
    assert "ran 12" in made.execution_result
    assert talked.ledger.usage.calls == 1
    assert isinstance(ActingProgram(Workbench({}, DownSandbox()), Form(SPEC, "", 900)), dspy.CodeAct)


@pytest.mark.rooms
def test_looking_comes_first_and_names_live_on(talk, sandbox) -> None:
    looking = "found = search('def area')\nread('shapes/square.py')\nprint(read('README.md', 1, 1))\n"
    edit = "assert 'shapes/square.py:1' in found\nedit('    return a * a', '    return a ** 2')\nfinish()"
    talked = talk(acted(looking), acted(edit))
    made = generate(sandbox)
    assert "return a ** 2" in made.code
    seen = steps(talked.ollama.prompts()[1])
    assert "shapes/square.py:1: def area(a: float) -> float:" in seen
    assert seen.count("The area of a square.") == 1, "printing what a function printed prints nothing more"
    assert "# shapes" in seen


@pytest.mark.rooms
def test_the_next_prompt_has_the_file_as_it_is_now_and_what_failed(talk, sandbox) -> None:
    wrong = EDIT.replace("4 * a", "3 * a") + CHECK
    talked = talk(acted(wrong), acted("edit('3 * a', '4 * a')\n" + CHECK))
    made = generate(sandbox)
    assert made.code == GOOD
    again = talked.ollama.prompts()[1]
    assert "return 3 * a" in again.split("[[ ## current_code ## ]]")[-1].split("[[ ## form ## ]]")[0]
    assert "AssertionError" in steps(again)
    assert 'File "functions"' not in again, "our own functions are no news to the model"


@pytest.mark.rooms
def test_an_edit_that_fits_nowhere_is_told_what_comes_closest(talk, sandbox) -> None:
    talked = talk(acted("edit('return a + a', 'return 2 * a')"), acted(EDIT + CHECK))
    generate(sandbox)
    told = steps(talked.ollama.prompts()[1])
    assert "old is not there. Line 3 is the closest (- in the file, + in old):\n-     return a * a" in told


@pytest.mark.rooms
def test_an_edit_with_other_indentation_is_set_in_where_it_belongs(talk, sandbox) -> None:
    talk(acted("edit('if a:\\n    return 1', 'if a > 0:\\n    return 2')\nfinish()"))
    source = "def f(a):\n    if a:\n        return 1\n    return 0\n"
    made = generate(sandbox, snapshot_of({"f.py": source}), spec=ModuleSpec(path="f.py", purpose="p"))
    assert made.code == "def f(a):\n    if a > 0:\n        return 2\n    return 0\n"


@pytest.mark.rooms
def test_an_edit_that_fits_twice_or_breaks_the_file_changes_nothing(talk, sandbox) -> None:
    source = "def f(a):\n    return a\n\n\ndef g(a):\n    return a\n"
    twice, broken = "edit('    return a', '    return 2')", "edit('def f(a):', 'def f(a:')"
    good = "edit('def g(a):\\n    return a', 'def g(a):\\n    return 2 * a')\nrun('import f; assert f.g(2) == 4')"
    talked = talk(acted(twice), acted(broken), acted(good))
    made = generate(sandbox, snapshot_of({"f.py": source}), spec=ModuleSpec(path="f.py", purpose="p"))
    assert made.code == source.replace("def g(a):\n    return a", "def g(a):\n    return 2 * a")
    assert "2 times (lines 2, 6)" in steps(talked.ollama.prompts()[1])
    assert "no valid Python, line 1" in steps(talked.ollama.prompts()[2])


@pytest.mark.rooms
def test_tests_of_the_repository_are_a_check_and_their_words_are_seen(talk, sandbox) -> None:
    breaking = "edit('return a * a', 'return a * a * 1.5')\nrun_tests('tests/test_square.py')"
    talked = talk(acted(breaking), acted("edit('a * a * 1.5', 'a ** 2')\nrun_tests()"))
    made = generate(sandbox)
    assert "return a ** 2" in made.code
    assert "assert 6.0 == 4" in steps(talked.ollama.prompts()[1])
    assert talked.ledger.usage.calls == 2


@pytest.mark.rooms
def test_only_the_file_is_kept_and_it_has_to_do_without_the_rest(talk, sandbox) -> None:
    cheating = "open('shapes/extra.py', 'w').write('SIDES = 4')\n" + EDIT.replace("return 4", "return SIDES").replace(
        "\n\ndef", "\n\nfrom shapes.extra import SIDES\n\n\ndef"
    )
    talked = talk(acted(cheating + CHECK), acted("edit('from shapes.extra import SIDES', 'SIDES = 4')\n" + CHECK))
    bench = Workbench(snapshot().files, sandbox)
    made = ProductionCodeGenerator(bench)(SPEC, TASK)
    assert "SIDES = 4" in made.code
    assert "Where nothing but shapes/square.py is changed, it can't be imported" in steps(talked.ollama.prompts()[1])
    assert set(bench.files) == set(FILES)
    assert bench.files["tests/test_square.py"].data.decode() == FILES["tests/test_square.py"]


@pytest.mark.rooms
@pytest.mark.parametrize(
    ("hostile", "told"),
    [
        ("while True:\n    pass", "Write something simpler"),
        ("hog = [bytearray(10**7) for _ in range(300)]", "Write something smaller"),
        ("while True:\n    print('x' * 10**6)", "Print only a few values"),
        ("import os\nos._exit(0)", "ended from within"),
        ("run('while True: pass')", "was stopped"),
        ("import shutil\nshutil.rmtree('.', ignore_errors=True)", "was gone or no text any more"),
        ("open('shapes/square.py', 'wb').write(b'\\0\\xff')", "was gone or no text any more"),
        ("import os\nos.remove('shapes/square.py')\nos.symlink('/etc/passwd', 'shapes/square.py')", "It is as it was"),
        ("open('shapes/square.py', 'w').write('not ( python')", "no valid Python"),
        ("open('shapes/square.py', 'w').write('x = \"\\u202e\"\\n')", "nobody can see"),
        ("SUBMIT('done')", "The file is still as it was"),
        ("edit('return a * a', 'return b * b')\nfinish()", "neither defines nor imports: b."),
        ("def (", "SyntaxError"),
    ],
    ids=["endless", "memory", "flood", "exit", "endless run", "deletes all", "binary", "symlink", "broken", "hidden",
         "forged end", "undefined", "no python"],
)  # fmt: skip
def test_a_hostile_script_costs_one_step(talk, sandbox, hostile, told) -> None:
    talked = talk(
        acted(hostile), acted(EDIT + CHECK if "return b" not in hostile else "edit('b * b', 'a*a')\n" + EDIT + CHECK)
    )
    made = generate(sandbox, limits=Limits(seconds=6, memory=256 * 2**20))
    assert "def perimeter" in made.code
    assert made.executed
    assert told in steps(talked.ollama.prompts()[1])
    assert talked.ledger.usage.calls == 2


@pytest.mark.rooms
def test_what_a_dead_room_had_of_the_file_is_in_the_next_one(talk, sandbox) -> None:
    talked = talk(acted(EDIT), acted("import os\nos._exit(1)"), acted(CHECK))
    assert generate(sandbox).code == GOOD
    assert talked.ledger.usage.calls == 3


@pytest.mark.rooms
def test_existing_tests_that_a_script_rewrites_are_not_rewritten(talk, sandbox) -> None:
    forging = "open('tests/test_square.py', 'w').write('def test_area(): pass')\n"
    talk(acted(forging + "edit('return a * a', 'return 7')\nrun_tests()"))
    bench = Workbench(snapshot().files, sandbox)
    ProductionCodeGenerator(bench)(SPEC, TASK)  # the claim stands; the evidence runs the tests as they were
    assert bench.files["tests/test_square.py"].data.decode() == FILES["tests/test_square.py"]


@pytest.mark.rooms
def test_when_the_steps_are_used_up_a_usable_change_is_taken(talk, sandbox) -> None:
    talked = talk(acted(EDIT), otherwise=acted("run('assert False')"))
    made = generate(sandbox)
    assert made.code == GOOD
    assert made.executed
    assert talked.ledger.usage.calls == 6


@pytest.mark.rooms
def test_when_the_steps_are_used_up_without_a_change_it_is_written_plainly(talk, sandbox) -> None:
    looking = [acted("print('looking')")] * 6
    talked = talk(*looking, said(reasoning="r", fault="code", generated_code=GOOD))
    assert generate(sandbox).code == GOOD
    assert "[[ ## steps ## ]]" not in talked.ollama.prompts()[-1]
    assert talked.ledger.usage.calls == 7


@pytest.mark.rooms
def test_malformed_and_cut_off_replies_are_steps(talk, sandbox) -> None:
    cut = Reply("[[ ## generated_code ## ]]\nedit('", done_reason="length")
    talked = talk(cut, "[[ ## completed ## ]]", acted(EDIT + CHECK))
    assert generate(sandbox).code == GOOD
    assert "was cut off" in steps(talked.ollama.prompts()[1])


@pytest.mark.rooms
def test_a_model_that_never_keeps_the_form_ends_in_plain_generation_soon(talk, sandbox) -> None:
    talk(*["[[ ## completed ## ]]"] * 3, said(reasoning="r", fault="code", generated_code=GOOD))
    assert generate(sandbox).code == GOOD


def test_when_no_room_can_be_had_it_is_written_without_one(talk) -> None:
    talked = talk(said(reasoning="r", generated_code=GOOD))
    made = generate(DownSandbox())
    assert made.code == GOOD
    assert not made.executed
    assert "No Docker engine answers" in made.execution_result
    assert talked.ledger.usage.calls == 1


def test_nothing_usable_at_all_is_an_error(talk) -> None:
    talk(otherwise="no")
    with pytest.raises(ModelError, match=r"no usable code for shapes/square\.py"):
        generate(DownSandbox())


@pytest.mark.rooms
@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        f"```python\n{GOOD}```",
        "def perimeter(a: float) -> float:\n    return 4 * a\n",
        "# >>> perimeter\ndef perimeter(a: float) -> float:\n    return 4 * a\n",
        GOOD + "\n[[ ## check ## ]]\nimport shapes",
        f"<<<<<<< SEARCH\n    return a * a\n=======\n    return a * a\n{ADDED}>>>>>>> REPLACE",
    ],
    ids=["whole", "fenced", "definition", "block", "own section", "search and replace"],
)
def test_code_instead_of_a_script_is_understood(talk, sandbox, written) -> None:
    talked = talk(acted(written))
    assert generate(sandbox).code == GOOD
    assert talked.ledger.usage.calls == 1


@pytest.mark.rooms
def test_code_that_is_written_later_builds_on_what_was_edited_before(talk, sandbox) -> None:
    later = "def side(a: float) -> float:\n    return perimeter(a) / 4\n"
    talk(acted(EDIT), acted(later))
    assert generate(sandbox).code == f"{GOOD}\n\n{later}"


@pytest.mark.rooms
@pytest.mark.parametrize("blame", [acted("", fault="Tests."), acted("print(1)", fault="tests")])
def test_the_model_may_blame_the_tests(talk, sandbox, blame) -> None:
    talk(blame)
    with pytest.raises(BlameError, match="the fault lies in the tests"):
        generate(sandbox, failures="assert 8 == 9")


@pytest.mark.rooms
def test_failures_from_outside_are_in_every_prompt(talk, sandbox) -> None:
    talked = talk(acted("print(1)", fault="code"), acted(EDIT + CHECK, fault="code"))
    generate(sandbox, failures="E   assert 9 == 8")
    assert all("E   assert 9 == 8" in prompt for prompt in talked.ollama.prompts())
    assert all("Correct the previous code" in prompt for prompt in talked.ollama.prompts())


@pytest.mark.rooms
def test_a_file_that_needs_no_change_may_stay(talk, sandbox) -> None:
    talk(acted("finish()"))
    with pytest.raises(BlameError, match="elsewhere"):
        generate(sandbox, others=[OTHER])


@pytest.mark.rooms
def test_a_spent_budget_ends_it_at_once(talk, sandbox) -> None:
    talked = talk(otherwise=acted("print(1)"), budget=Budget(calls=2))
    with pytest.raises(BudgetSpent):
        generate(sandbox)
    assert len(talked.ollama.bodies) == 2


@pytest.mark.rooms
def test_a_step_ends_with_the_time_of_the_job(talk, sandbox) -> None:
    talk(otherwise=acted("import time\ntime.sleep(60)"), seconds=5.0)
    started = time.monotonic()
    with pytest.raises(BudgetSpent):
        generate(sandbox)
    assert time.monotonic() - started < 12


LARGE = "import math\n\n\n" + "\n\n".join(f"def f{i}(x):\n    return x + {i}  # {'y' * 60}\n" for i in range(400))


@pytest.mark.rooms
def test_prompts_stay_below_their_limit_whatever_is_printed(talk, sandbox) -> None:
    noisy = "for i in range(3000): print('noise', i, 'x' * 50)\n" + "# a comment of the script\n" * 300
    done = "edit('    return x + 7  #', '    return x * 7  #')\nrun('import big; assert big.f7(3) == 21')"
    talked = talk(*[acted(noisy)] * 5, acted(done, fault="code"))
    spec = ModuleSpec(path="big.py", purpose="f7 must multiply " * 200, definitions=("f7",), interface="f7(x) " * 600)
    made = generate(sandbox, snapshot_of({"big.py": LARGE}), spec=spec, failures="E  assert 10 == 21\n" * 500)
    assert "return x * 7  #" in made.code
    assert "return x + 399" in made.code
    assert max(map(len, talked.ollama.prompts())) < 24_000
    assert all("return x + 7  #" in prompt for prompt in talked.ollama.prompts()), "what is to be changed is shown"
