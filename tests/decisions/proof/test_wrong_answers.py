"""Wrong answers: new tests that must fail, and what follows where one does not."""

import ast
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.proof.judge import judge
from bot.decisions.proof.wrong_answers import qualified, wrong_answers
from bot.words.tamper import WrongAnswer, WrongAnswers
from tests.decisions.observations import NEW, but


def changed(source: str, seed: int = 1) -> tuple[str, dict[str, str]]:
    text, told = wrong_answers(source, Random(seed))  # noqa: S311 - to be had again
    ast.parse(text)
    return text, told


@pytest.mark.parametrize(
    "answer",
    [
        "5",
        "-3",
        "True",
        "None",
        "1.5",
        "float('inf')",
        "'ab'",
        "b'ab'",
        "[1]",
        "(1, 2)",
        "{1}",
        "{}",
        "seconds",
        "1e308",
        "0x" + "f" * 4000,
        "-0x" + "f" * 4000,
    ],
)
def test_an_answer_becomes_another_that_it_does_not_equal(answer: str) -> None:
    text, told = changed(f"seconds = 9\n\n\ndef test_a():\n    got = {answer}\n    assert got == {answer}\n")
    assert list(told) == ["test_a"]
    space: dict[str, object] = {}
    exec(text, space)  # noqa: S102 - our own text is what is tried
    test = space["test_a"]
    assert callable(test)
    with pytest.raises(AssertionError):
        test()


def test_an_answer_stays_of_its_kind_and_the_rest_of_the_file_as_it_is() -> None:
    first = '"""Ä."""\n\n\ndef test_a():\n    x = f("ä")\n    assert x == "ä"  # so\n\n\n'
    source = f"{first}def test_b():\n    assert 5 == f(1)\n"
    text, told = changed(source)
    lines = text.splitlines()
    assert lines[:5] == source.splitlines()[:5]
    assert lines[5].endswith('"  # so')
    assert lines[9].startswith("    assert ")
    assert lines[9].endswith(" == f(1)")
    assert told["test_a"].startswith('`"ä"` became `"')
    assert told["test_b"].startswith("`5` became `")


@pytest.mark.parametrize(
    "body",
    [
        "assert f(1)",
        "assert f(1) != 2",
        "assert f(1) == 2 == x",
        "if x:\n        assert f(1) == 2",
        "for x in y:\n        assert f(x) == 2",
        "with raises(ValueError):\n        assert f(1) == 2",
        "if x:\n        return\n    assert f(1) == 2",
        "if x:\n        pytest.skip()\n    assert f(1) == 2",
        "importorskip('numpy')\n    assert f(1) == 2",
    ],
)
def test_what_a_test_may_not_come_to_is_left_alone(body: str) -> None:
    source = f"def test_a():\n    {body}\n"
    assert changed(source) == (source, {})


def test_methods_and_asynchronous_tests_have_answers_and_helpers_have_none() -> None:
    source = (
        "def check(x):\n    assert x == 1\n\n\nasync def test_a():\n    assert await f() == 1\n\n\n"
        "class TestB(TestCase):\n    def test_c(self):\n        self.assertEqual(f(), 2, 'why')\n\n"
        "    def helper(self):\n        assert f() == 1\n"
    )
    text, told = changed(source)
    assert set(told) == {"test_a", "TestB.test_c"}
    assert "assert x == 1" in text
    assert "self.assertEqual(f(), 2," not in text


def test_ids_are_named_by_their_function() -> None:
    assert qualified("tests/test_a.py::TestB::test_c[x::y-1]") == "TestB.test_c"
    assert qualified("tests/test_a.py::test_c") == "test_c"


@given(st.text(alphabet="def test_a():\n\t assert==1\"'(é", max_size=80), st.integers())
def test_nothing_raises(source: str, seed: int) -> None:
    wrong_answers(source, Random(seed))  # noqa: S311 - to be had again


def answer(outcome: str) -> WrongAnswer:
    return WrongAnswer(test=f"{NEW}::one", what="`5` became `7`", outcome=outcome)


@pytest.mark.parametrize("outcome", ["passed", "skipped", "xfailed", ""])
def test_a_test_that_takes_a_wrong_answer_proves_nothing(outcome: str) -> None:
    assert judge(but(wrong_answers=WrongAnswers(tests=(answer("failed"), answer("error"))))).proven
    reason = judge(but(wrong_answers=WrongAnswers(tests=(answer("failed"), answer(outcome))))).reasons[0]
    assert reason.startswith(
        f"A new test does not fail when its answer is made a wrong one: {NEW}::one (`5` became `7`)"
    )


def test_a_run_with_wrong_answers_must_end_by_itself() -> None:
    seen = WrongAnswers(tests=(answer("failed"),), trouble="timed out after 1 of 2 tests")
    assert "timed out" in judge(but(wrong_answers=seen)).reasons[0]
