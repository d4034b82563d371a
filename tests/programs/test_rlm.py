"""RLM: the file as a variable in a room, a submission that has to hold, and those who attack it."""

import dspy
import pytest

from bot.errors import BudgetSpent
from bot.programs.code_generator import BlameError, ProductionCodeGenerator
from bot.programs.form import Form
from bot.programs.strategies.recursive import RecursiveProgram
from bot.programs.workbench import Workbench
from bot.words.budget import Budget
from bot.words.plan import ModuleSpec
from sandbox.room import Limits
from tests.programs.fake_ollama import Reply, said
from tests.programs.world import FILES, TASK, DownSandbox, snapshot, snapshot_of

SQUARE = "shapes/square.py"
SPEC = ModuleSpec(path=SQUARE, purpose="add perimeter", definitions=("perimeter",))
GOOD = FILES[SQUARE] + "\n\ndef perimeter(a: float) -> float:\n    return 4 * a\n"
CHANGE = "code = replaced(current_code, '', r'''\n\ndef perimeter(a: float) -> float:\n    return 4 * a\n''')\n"
CHECK = (
    "check(code, r'''from shapes.square import perimeter\nassert perimeter(2) == 8\nprint('ran', perimeter(3))''')\n"
)
SUBMIT = "SUBMIT(code, 'four times a')\n"


def acted(script: str) -> str:
    return said(reasoning="It is 4a.", generated_code=script)


def generate(box, files=None, limits=None, failures: str = "", spec: ModuleSpec = SPEC):
    bench = Workbench((files or snapshot()).files, box, limits)
    return ProductionCodeGenerator(bench, "rlm")(spec, TASK, failures=failures)


def steps(prompt: str) -> str:
    return prompt.split("[[ ## steps ## ]]")[-1]


@pytest.mark.rooms
def test_a_change_its_check_and_its_submission_take_one_call(talk, sandbox) -> None:
    talked = talk(acted(CHANGE + CHECK + SUBMIT))
    made = generate(sandbox)
    assert made.code == GOOD
    assert made.plan == "four times a"
    assert made.executed
    assert "ran 12" in made.execution_result
    assert talked.ledger.usage.calls == 1
    assert isinstance(RecursiveProgram(Workbench({}, DownSandbox()), Form(SPEC, "", 900)).rlm, dspy.RLM)


@pytest.mark.rooms
def test_inputs_are_variables_and_what_code_makes_of_them_lives_on(talk, sandbox) -> None:
    first = "print(TITLE in specification, 'Circle' in context)\ncurrent_code = current_code.replace('a * a', 'a ** 2')"
    first = f"TITLE = {TASK.title!r}\n{first}"
    talked = talk(acted(first), acted("SUBMIT(plan='p', code=current_code)"))
    made = generate(sandbox)
    assert "return a ** 2" in made.code
    assert "True False" in steps(talked.ollama.prompts()[1])


@pytest.mark.rooms
def test_the_model_can_be_asked_through_the_same_gate(talk, sandbox) -> None:
    asking = "answer = llm_query('What is four times a? ' + 'x' * 50_000)\nprint(answer)\n"
    talked = talk(acted(asking), "It is 4 * a.", acted(CHANGE + CHECK + SUBMIT))
    assert generate(sandbox).code == GOOD
    assert talked.ledger.usage.calls == 3
    assert len(talked.ollama.prompts()[1]) <= 8_000
    assert "It is 4 * a." in steps(talked.ollama.prompts()[2])


@pytest.mark.rooms
def test_questions_to_the_model_are_counted_and_limited(talk, sandbox) -> None:
    many = "for i in range(50):\n    llm_query(f'question {i}')"
    talked = talk(acted(many), *["yes"] * 4, acted(CHANGE + CHECK + SUBMIT))
    assert generate(sandbox).code == GOOD
    assert "limit exceeded" in steps(talked.ollama.prompts()[-1])

    talked = talk(acted(many), otherwise="yes", budget=Budget(calls=3))
    with pytest.raises(BudgetSpent):
        generate(sandbox)
    assert len(talked.ollama.bodies) == 3


@pytest.mark.rooms
def test_code_of_a_model_builds_no_programs_outside_of_its_room(talk, sandbox) -> None:
    building = "import dspy\nprint(dspy.Predict('q -> a')(q='?'))"
    talked = talk(acted(building), acted("print(sorted(n for n in globals() if 'dspy' in n))"), acted(CHANGE + SUBMIT))
    assert generate(sandbox).code == GOOD
    assert "No module named 'dspy'" in steps(talked.ollama.prompts()[1])
    assert "[]" in steps(talked.ollama.prompts()[2])


@pytest.mark.rooms
@pytest.mark.parametrize(
    ("hostile", "told"),
    [
        ("while True:\n    pass", "Write something simpler"),
        ("hog = [bytearray(10**7) for _ in range(300)]", "Write something smaller"),
        ("while True:\n    print('x' * 10**6)", "Print only a few values"),
        ("import os\nos._exit(0)", "ended from within"),
        ("check(current_code, 'while True: pass')", "was stopped"),
        ("import shutil\nshutil.rmtree('.', ignore_errors=True)", "Output"),
        ("SUBMIT('not ( python', 'forged')", "no valid Python"),
        ("SUBMIT('x = \"\\u202e\"', 'hidden')", "nobody can see"),
        ("SUBMIT(current_code, 'nothing new')", "nothing changes"),
        ("SUBMIT('', 'tests: not asked')", "empty, but the file has to change"),
        ("SUBMIT({'code': 1}, [2])", "SUBMIT takes two texts"),
        ("SUBMIT('done')", "SUBMIT takes code, plan"),
        ("SUBMIT(current_code + '\\nX = nowhere\\n', 'p')", "neither defines nor imports: nowhere."),
        ("SUBMIT(current_code + '\\nimport nowhere\\n', 'p')", "No module named 'nowhere'"),
        ("open('tests/test_square.py', 'w').write('')\nSUBMIT(code, '')", "NameError"),
    ],
)
def test_a_hostile_script_costs_one_step(talk, sandbox, hostile, told) -> None:
    talked = talk(acted(hostile), acted(CHANGE + SUBMIT))
    made = generate(sandbox, limits=Limits(seconds=6, memory=256 * 2**20))
    assert made.code == GOOD
    assert made.executed
    assert told.replace("Output", "(no output") in steps(talked.ollama.prompts()[1])
    assert talked.ledger.usage.calls == 2


@pytest.mark.rooms
def test_malformed_and_cut_off_replies_are_steps(talk, sandbox) -> None:
    cut = Reply("[[ ## generated_code ## ]]\nSUBMIT('", done_reason="length")
    talked = talk(cut, "[[ ## completed ## ]]", acted(CHANGE + CHECK + SUBMIT))
    assert generate(sandbox).code == GOOD
    assert "was cut off" in steps(talked.ollama.prompts()[1])


@pytest.mark.rooms
def test_code_instead_of_a_script_is_understood_even_with_fences_in_it(talk, sandbox) -> None:
    fenced = GOOD + "\n\nHELP = '''\n```python\nperimeter(2)\n```\n'''\n"
    talked = talk(acted(fenced))
    assert generate(sandbox).code == fenced
    assert talked.ledger.usage.calls == 1


@pytest.mark.rooms
def test_what_was_checked_and_never_submitted_is_taken_in_the_end(talk, sandbox) -> None:
    talked = talk(acted(CHANGE + CHECK), otherwise=acted("print('hm')"))
    made = generate(sandbox)
    assert made.code == GOOD
    assert made.executed
    assert talked.ledger.usage.calls == 6


@pytest.mark.rooms
def test_when_the_steps_are_used_up_it_is_written_plainly(talk, sandbox) -> None:
    talked = talk(*[acted("print('hm')")] * 6, said(reasoning="r", fault="code", generated_code=GOOD))
    assert generate(sandbox).code == GOOD
    assert talked.ledger.usage.calls == 7


def test_when_no_room_can_be_had_it_is_written_without_one(talk) -> None:
    talked = talk(said(reasoning="r", generated_code=GOOD))
    made = generate(DownSandbox())
    assert made.code == GOOD
    assert not made.executed
    assert "No Docker engine answers" in made.execution_result
    assert talked.ledger.usage.calls == 1


@pytest.mark.rooms
def test_a_room_that_dies_twice_ends_in_plain_generation(talk, sandbox) -> None:
    dying = acted("import os\nos._exit(0)")
    talk(dying, dying, said(reasoning="r", fault="code", generated_code=GOOD))
    assert generate(sandbox).code == GOOD


@pytest.mark.rooms
def test_the_model_may_blame_the_tests(talk, sandbox) -> None:
    talked = talk(acted("SUBMIT('', 'tests: they want 9')"))
    with pytest.raises(BlameError, match="the fault lies in the tests: tests: they want 9"):
        generate(sandbox, failures="E   assert 8 == 9")
    assert "E   assert 8 == 9" in talked.ollama.prompts()[0]
    assert "Correct the previous code" in talked.ollama.prompts()[0]


LARGE = "import math\n\n\n" + "\n\n".join(f"def f{i}(x):\n    return x + {i}  # {'y' * 60}\n" for i in range(400))


@pytest.mark.rooms
def test_prompts_stay_below_their_limit_and_the_file_need_not_be_in_them(talk, sandbox) -> None:
    noisy = "for i in range(3000): print('noise', i, 'x' * 50)\n" + "# a comment of the script\n" * 300
    done = "SUBMIT(replaced(current_code, 'return x + 7  #', 'return x * 7  #'), 'times 7')"
    talked = talk(*[acted(noisy)] * 5, acted(done))
    spec = ModuleSpec(path="big.py", purpose="f7 must multiply " * 200, definitions=("f7",), interface="f7(x) " * 600)
    made = generate(sandbox, snapshot_of({"big.py": LARGE}), spec=spec, failures="E  assert 10 == 21\n" * 500)
    assert made.code == LARGE.replace("return x + 7  #", "return x * 7  #")
    assert max(map(len, talked.ollama.prompts())) < 24_000
    assert all("return x + 7  #" in prompt for prompt in talked.ollama.prompts()), "what is to be changed is shown"
