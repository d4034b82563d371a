"""The test writer: what is a test file, what is asked for again, and what it is told."""

import pytest

from bot.errors import ModelError
from bot.programs.test_check import trouble_with, without_vacuous
from bot.programs.test_writer import example, write_tests
from bot.words.plan import ModuleSpec, Plan
from bot.words.reproduction import Reproduction, Showing
from tests.programs.fake_ollama import Reply, said
from tests.programs.world import TASK, snapshot, snapshot_of

PATH = "tests/test_issue_7.py"
GOOD = "from shapes.square import perimeter\n\n\ndef test_perimeter():\n    assert perimeter(2) == 8\n"
PLAN = Plan(
    summary="s",
    modules=(ModuleSpec(path="shapes/square.py", purpose="p", interface="perimeter(a) -> 4 * a"),),
    test_strategy="perimeter(2) is 8",
)


def answer(text: str) -> str:
    return said(reasoning="r", tests=text)


def write(**options: str) -> str:
    return write_tests(TASK, PLAN, snapshot().files, PATH, **options)


def test_a_good_file_takes_one_call(talk) -> None:
    talked = talk(answer(f"```python\n{GOOD}```"))
    assert write() == GOOD
    prompt = talked.ollama.prompts()[0]
    for told in (
        TASK.body,
        "perimeter(2) is 8",
        "from shapes.square import",
        "perimeter(a) -> 4 * a",
        "def area",
    ):
        assert told in prompt
    assert "def test_area():" in prompt, "an existing test shows the style"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("", "is empty"),
        ("def test_x(:\n", "no valid Python"),
        ("def helper():\n    assert True\n", "starts with test_"),
        ("def test_x():\n    pass\n", "assert nothing"),
        ("import requests\ndef test_x():\n    assert 1\n", "leave out requests"),
        ("from urllib import request\ndef test_x():\n    assert 1\n", "leave out urllib.request"),
        ("import sys\ndef test_x():\n    assert 1\n    sys.exit(0)\n", "may not end the process"),
        ("import os\ndef test_x():\n    assert 1\nos._exit(0)\n", "may not end the process"),
    ],
)
def test_what_is_no_test_is_asked_for_again_with_the_reason(talk, bad, told) -> None:
    assert told in trouble_with(bad)
    talked = talk(answer(bad), answer(GOOD))
    assert write() == GOOD
    assert told in talked.ollama.prompts()[1].split("[[ ## failures ## ]]")[-1]


@pytest.mark.parametrize(
    "line",
    [
        "assert 'def f' in open(shapes.__file__).read()",
        "assert 'def f' in open(getattr(shapes, '__file__')).read()",
        "assert 'def f' in inspect.getsource(shapes)",
        "assert Path('shapes/square.py').read_text()",
        "path = Path(__file__).parent / 'square.py'\n    text = path.read_text()\n    assert text",
        "assert all(path.read_text() for path in Path('shapes').glob('*.py'))",
    ],
)
def test_tests_may_not_look_at_the_text_of_code(line) -> None:
    assert "text of code" in trouble_with(f"import shapes\n\n\ndef test_x():\n    {line}\n")


def test_no_alias_hides_the_look_at_the_text_of_code() -> None:
    text = "from inspect import getsource as g\nfrom a import f\n\n\ndef test_x():\n    assert g(f)\n"
    assert "text of code" in trouble_with(text)


@pytest.mark.parametrize(
    "line",
    [
        "assert load(Path(__file__).parent / 'data.json')",
        "assert Path('data.json').read_text() == dump()",
        "path = tmp_path / 'a.py'\n    convert(path)\n    assert path.read_text() == 'x = 1'",
        "assert name('shapes/square.py') == 'square'",
    ],
)
def test_files_of_data_and_files_of_its_own_may_be_read(line) -> None:
    assert trouble_with(f"from a import *\n\n\ndef test_x(tmp_path):\n    {line}\n") == ""


def test_a_raise_that_is_expected_is_an_assertion() -> None:
    assert trouble_with("import pytest\ndef test_x():\n    with pytest.raises(ValueError):\n        int('x')\n") == ""
    assert trouble_with("from urllib.parse import quote\ndef test_x():\n    assert quote('a')\n") == ""


def test_a_reply_that_was_cut_off_is_asked_for_again(talk) -> None:
    talked = talk(Reply("[[ ## tests ## ]]\ndef test_x", done_reason="length"), answer(GOOD))
    assert write() == GOOD
    assert "too long" in talked.ollama.prompts()[1]


def test_it_gives_up_with_the_last_reason(talk) -> None:
    talk(*[answer("def test_x():\n    pass\n")] * 3)
    with pytest.raises(ModelError, match="assert nothing"):
        write()


def test_failures_and_the_tests_so_far_are_shown(talk) -> None:
    talked = talk(answer(GOOD))
    write(previous_tests="def test_old(): ...", failures="passes already on the base")
    assert "def test_old(): ..." in talked.ollama.prompts()[0]
    assert "passes already on the base" in talked.ollama.prompts()[0]


def test_tests_that_can_not_fail_are_left_out(talk) -> None:
    """Where the change is a new module, its import fails before the change: then even these look red."""
    talked = talk(
        answer(GOOD + "\n\n@mark\ndef test_it():\n    assert True\n\n\nclass TestA:\n    def test_b(self): ...\n")
    )
    text = write()
    assert "test_perimeter" in text
    assert "test_it" not in text
    assert "@mark" not in text
    assert talked.ledger.usage.calls == 1


@pytest.mark.parametrize(
    "body", ["assert LIMIT == 3", "area('x')", "with raises(ValueError):\n        area(-1)", "assert shape"]
)
def test_tests_that_can_fail_stay(body) -> None:
    text = f"from a import *\n\n\ndef test_x(shape):\n    {body}\n    assert True\n"
    assert without_vacuous(text) == text


def test_nothing_but_tests_that_can_not_fail_is_asked_for_again() -> None:
    assert "about the code" in trouble_with("from new import x\ndef test_x():\n    assert 1 + 1 == 2\n")


def test_the_fixtures_are_shown() -> None:
    files = snapshot_of(
        {"tests/test_a.py": "def test_a(): ...", "conftest.py": "def fixture(): ...", "tests/conftest.py": ""}
    )
    assert example(files.files, PATH) == "tests/test_a.py:\ndef test_a(): ...\n\nconftest.py:\ndef fixture(): ..."


def test_a_test_that_was_seen_to_fail_is_asked_for_once_when_it_is_left_out(talk) -> None:
    seen = "from shapes.square import perimeter\n\n\ndef test_seen():\n    assert perimeter(1) == 4\n"
    shown = Reproduction(path=PATH, test=seen, showing=Showing.ASSERTION, failure="AssertionError")
    task, both = TASK.model_copy(update={"reproduction": shown}), GOOD + "\n\n" + seen.split("\n\n\n")[1]
    talked = talk(answer(GOOD), answer(both), answer(GOOD), answer(GOOD))
    assert write_tests(task, PLAN, snapshot().files, PATH) == both
    first, second = (prompt.split("[[ ## failures ## ]]")[-1] for prompt in talked.ollama.prompts())
    assert "seen to fail because of the fault: keep it" in first
    assert "You left out or changed test_seen" in second
    assert "assert perimeter(1) == 4" in second, "who has lost it can't write it again by its name alone"
    assert write_tests(task, PLAN, snapshot().files, PATH) == GOOD, "who leaves it out twice has a reason"
    assert len(talked.ollama.prompts()) == 4


def test_a_test_that_was_seen_to_fail_is_asked_for_when_it_is_weakened(talk) -> None:
    seen = "from shapes.square import perimeter\n\n\ndef test_seen():\n    assert perimeter(1) == 4\n"
    shown = Reproduction(path=PATH, test=seen, showing=Showing.ASSERTION, failure="AssertionError")
    talked = talk(answer(seen.replace("== 4", "> 0")), answer(seen))
    assert write_tests(TASK.model_copy(update={"reproduction": shown}), PLAN, snapshot().files, PATH) == seen
    assert len(talked.ollama.prompts()) == 2


def test_what_only_the_model_is_told_reaches_no_reader(talk) -> None:
    talked = talk("Sure!", "Sure!", "Sure!")
    with pytest.raises(ModelError, match="no usable tests: The reply did not have") as told:
        write_tests(TASK, PLAN, snapshot().files, PATH)
    assert "told below" not in str(told.value)
    assert "told below" in talked.ollama.prompts()[1]
