"""Existing tests that a plan says to change: what may be changed of them, and what has to be seen."""

import pytest

from bot.decisions.proof.judge import has_promise, judge
from bot.decisions.testing.changed_tests import changed_in, function_of, objections_to, text_of, with_text
from bot.words.evidence import ChangedRuns, Evidence
from bot.words.patch import FileChange
from bot.words.plan import ChangedTest
from sandbox.suite.report import SuiteReport
from tests.decisions.observations import NEW, OLD, broken, but, result, run

BEFORE = '''"""Tests."""
import pytest


def test_a():
    assert f(1) == 2
    assert f(2) == 3


class TestB:
    @pytest.mark.parametrize("n", [1, 2])
    def test_c(self, n):
        assert g(n) == n

    def test_d(self): assert h() == 1
'''
A, C = f"{OLD}::test_a", f"{OLD}::TestB::test_c"
ALLOWED = (ChangedTest(test=A, reason="f counts from zero"), ChangedTest(test=C, reason="g doubles"))


def against(after: str | None, before: str | None = BEFORE, allowed: tuple[ChangedTest, ...] = ALLOWED) -> str:
    return "; ".join(objections_to(FileChange(path=OLD, before=before, after=after, test=True), allowed))


def test_a_function_is_found_by_its_id_and_replaced_in_its_place() -> None:
    assert function_of(f"{C}[x::y]") == "TestB.test_c"
    text = text_of(BEFORE, C)
    assert text
    assert text.startswith("    @pytest.mark.parametrize")
    assert text.endswith("assert g(n) == n\n")
    assert with_text(BEFORE, C, text) == BEFORE
    assert with_text(BEFORE, C, "    def test_c(self): pass\n\n    x = 1\n") is None
    assert with_text(BEFORE, f"{OLD}::test_x", text) is None
    assert text_of(BEFORE + "\n\ndef test_a():\n    pass\n", A) is None
    assert text_of("def f(:", A) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("f(1) == 2", "f(1) == 1"),
        ("g(n) == n", "g(n) == 2 * n"),
        ("[1, 2])", "[1, 2, 3])"),
        ("    assert f(2) == 3\n", "    assert f(2) == 2\n    assert f(3) == 3\n"),
    ],
)
def test_what_the_plan_names_may_promise_something_else(old: str, new: str) -> None:
    after = BEFORE.replace(old, new)
    assert against(after) == ""
    (one,) = changed_in(BEFORE, after, ALLOWED, OLD)
    assert one.test in (A, C)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("h() == 1", "h() == 2", "nothing but test_a, TestB.test_c may be changed"),
        ('"""Tests."""', '"""Test."""', "nothing but"),
        ("import pytest\n", "import pytest\nimport evil\n", "nothing but"),
        ("def test_a():", "def test_e():", "test_a may be changed, not taken away"),
        ("def test_a():", "x = 1\ndef test_a():", "nothing but"),
        ("def test_a():", "@pytest.mark.skip\ndef test_a():", "may not be kept from failing (`skip`)"),
        ("    assert f(1) == 2", "    pytest.xfail()\n    assert f(1) == 1", "(`xfail`)"),
        ("    assert f(1) == 2", "    return\n    assert f(1) == 1", "(`return`)"),
        ("    assert f(1) == 2\n", "", "asks for less"),
        ("    assert f(1) == 2\n    assert f(2) == 3\n", "    pass\n", "asks for less"),
        ("    assert f(1) == 2\n", "    assert f(2) == 3\n", "nothing that it did not ask for"),
        ("[1, 2])", "[1])", "asks for less"),
        ("    assert f(2) == 3\n", "    assert f(2) == 3\n    f(7)\n", "nothing that it did not ask for"),
    ],
)
def test_nothing_else_may_change_and_no_test_may_ask_for_less(old: str, new: str, why: str) -> None:
    after = BEFORE.replace(old, new, 1)
    assert after != BEFORE
    assert why in against(after)


TWO, LAST = "    assert f(1) == 2\n    assert f(2) == 3\n", "    assert f(2) == 3\n"
HEAD = "def test_a():\n"
OTHER, ARGUMENTS = "keeps its decorators", "keeps its arguments"
REACHES = "may not reach what is none of it"
LESS = "asks for less than before"
MARK = '    @pytest.mark.parametrize("n", [1, 2])\n    def test_c(self, n):\n'


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (HEAD, "def test_a(_=globals().update(test_b=lambda: None)):\n    assert f(0)\n", ARGUMENTS),
        (HEAD, "def test_a(*, _=f(1)):\n    assert f(0)\n", ARGUMENTS),
        (HEAD, "def test_a(request):\n    assert f(0)\n", ARGUMENTS),
        (HEAD, "def test_a() -> (f := None):\n    assert f(0)\n", "no annotation that does anything"),
        (HEAD, "def test_a() -> f(1):\n    assert f(0)\n", "no annotation that does anything"),
        (HEAD, "async def test_a():\n    assert f(0)\n", OTHER),
        (HEAD, "@globals().__setitem__('test_b', None)\ndef test_a():\n    assert f(0)\n", OTHER),
        (HEAD, "@pytest.mark.timeout(1)\ndef test_a():\n    assert f(0)\n", OTHER),
        (HEAD, "@pytest.mark.parametrize('n', [f(1)])\ndef test_a(n):\n    assert f(n)\n", "may have no parameters"),
        (MARK, MARK.replace("[1, 2]", "[1, 2, globals().pop('f')]"), "may have no parameters but constants"),
        (MARK, MARK.replace("[1, 2]", "[1, 2, pytest.param(f(1))]"), "may have no parameters but constants"),
        (MARK, MARK.replace("[1, 2]", "[i for i in f()]"), "may have no parameters but constants"),
        (MARK, MARK.replace("[1, 2]", "[1, 2], ids=f()"), OTHER),
        (MARK, MARK.replace('"n"', "f()"), OTHER),
        (HEAD, HEAD + "    assert f(0)\n    globals()['h'] = f\n", f"{REACHES} (`globals`)"),
        (HEAD, HEAD + "    assert f(0)\n    vars(f)['h'] = f\n", REACHES),
        (HEAD, HEAD + "    assert f(0)\n    f.__dict__['h'] = f\n", REACHES),
        (HEAD, HEAD + "    assert f(0)\n    getattr(f, '__globals__')['h'] = f\n", REACHES),
        (HEAD, HEAD + "    global h\n    h = f\n    assert f(0)\n", f"{REACHES} (`h`)"),
        (HEAD, HEAD + "    TestB.test_d = f\n    assert f(0)\n", f"{REACHES} (`TestB.test_d`)"),
        (HEAD, HEAD + "    import tests.test_a as t\n    t.h = f\n    assert f(0)\n", f"{REACHES} (`t.h`)"),
        (MARK, MARK + "        type(self).test_d = g\n        assert g(0)\n", REACHES),
        (TWO, "    assert f(1) == 1\n    assert True\n", LESS),
        (TWO, "    assert f(1) == 1\n    assert 1 == 1\n", LESS),
        (TWO, "    assert f(1) == 1\n    assert f(2) is not None\n", LESS),
        (TWO, "    assert f(1) == 1\n    assert (f(2) == 2, 'x')\n", LESS),
        (TWO, "    assert f(1) == 1\n    if False:\n        assert f(2) == 2\n", LESS),
        (TWO, "    assert f(1) == 1\n    if True:\n        pass\n    else:\n        assert f(2) == 2\n", LESS),
        (TWO, "    assert f(1) == 1\n    while 0:\n        assert f(2) == 2\n", LESS),
        (TWO, "    assert f(1) == 1\n    for n in []:\n        assert f(n) == 2\n", LESS),
        (TWO, "    assert f(1) == 1\n    def g():\n        assert f(2) == 2\n", LESS),
        (TWO, "    assert f(1) == 1\n    pytest.raises(ValueError)\n", LESS),
        (LAST, "    with suppress(AssertionError):\n        assert f(2) == 2\n", "catches the failure"),
        ("f(1) == 2", "f(1) == '\u202e'", "a character that nobody can see"),
        ("f(1) == 2", "f(1) == 1 # \u200b", "a character that nobody can see"),
        ("f(1) == 2", f"f(1) == {' + '.join(['n'] * 900)}", "too large or too deep"),
        ("f(1) == 2", "f(1) == 0x" + "f" * 4000, "too large or too deep"),
    ],
)
def test_a_test_keeps_its_head_reaches_nothing_else_and_is_not_hollowed_out(old: str, new: str, why: str) -> None:
    after = BEFORE.replace(old, new, 1)
    assert after != BEFORE
    assert why in against(after)


def test_what_a_file_of_another_encoding_has_not_is_refused() -> None:
    before = "# coding: latin-1\n" + BEFORE
    after = before.replace("f(1) == 2", "f(1) == 'é'")
    assert "declares the encoding `latin-1`" in against(after, before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (HEAD, "def test_a() -> None:\n    assert f(0) == 1\n"),
        (HEAD, HEAD + "    x = f(0)\n    x.debug = True\n    assert x.g() == 1\n"),
        (HEAD, HEAD + "    for n in [1, 2]:\n        assert f(n) == n\n"),
        (HEAD, HEAD + "    while True:\n        assert f(3) == 1\n        break\n"),
        (LAST, "    def check(n):\n        assert f(n) == 2\n    check(7)\n"),
        (LAST, "    with pytest.raises(ValueError):\n        f(2)\n"),
        (HEAD, "@pytest.mark.parametrize('n', [1, -2])\ndef test_a(n):\n    assert f(n) == 2\n"),
        (MARK, MARK.replace('"n", [1, 2]', '("n", "m"), [(1, 2), (2, 4)]').replace("self, n", "self, n, m")),
        (MARK, MARK.replace("[1, 2]", "[1, 2, pytest.param(3, id='three')], ids=['a', 'b', None]")),
    ],
)
def test_what_is_honest_is_let_be(old: str, new: str) -> None:
    assert against(BEFORE.replace(old, new, 1)) == ""


def test_what_a_test_had_before_it_may_have_again() -> None:
    head = "@f(1)\n@pytest.mark.parametrize('n', [f(2)])\ndef test_a(n, _=f(3)) -> f(4):\n"
    before = head + "    TestB.x = vars(n)\n    assert f(n)\n"
    allowed = ALLOWED[:1]
    assert against(before.replace("assert f(n)", "assert f(n) == 1"), before, allowed) == ""


def test_a_file_is_neither_taken_away_nor_changed_without_the_plan() -> None:
    assert against(None) == "an existing test may not be changed"
    changed = BEFORE.replace("f(1) == 2", "f(1) == 1")
    assert against(changed, allowed=()) == "an existing test may not be changed"
    assert against(changed, allowed=(ChangedTest(test="tests/other.py::test_a", reason=""),)) != ""
    assert against(changed, before=None) == "an existing test may not be changed"


T = ChangedTest(test=f"{OLD}::b", reason="it rounds")
B, B_RED, B_GONE = result(f"{OLD}::b"), result(f"{OLD}::b", "failed"), result(f"{OLD}::b", "skipped")
REST = (result(f"{OLD}::a"), result(f"{OLD}::sad", "failed"))


def seen(old: SuiteReport | None = None, new: SuiteReport | None = None, suite: SuiteReport | None = None) -> Evidence:
    runs = ChangedRuns(old_on_patch=old or run(B_RED), new_on_base=new or run(B_RED))
    return but(changed_tests=(T,), changed_runs=runs, suite_on_patch=suite or run(*REST, B))


def test_a_change_that_is_needed_and_shows_something_is_let_be() -> None:
    assert judge(seen()).proven
    cases = run(result(f"{OLD}::b[1]"), result(f"{OLD}::b[2]", "failed"))
    assert judge(seen(old=cases, new=cases, suite=run(*REST, result(f"{OLD}::b[1]"), result(f"{OLD}::b[2]")))).proven


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (seen(old=run(B)), "need not be changed"),
        (seen(old=run(B_GONE)), "need not be changed"),
        (seen(old=run(errors=(broken(OLD),))), "need not be changed"),
        (seen(old=run(B_RED).model_copy(update={"finished": False})), "As they were, the changed tests, run with"),
        (seen(new=run(B)), "shows nothing"),
        (seen(new=run(B_GONE)), "shows nothing"),
        (seen(new=run(B_RED).model_copy(update={"finished": False})), "The changed tests, run without"),
        (seen(suite=run(*REST, B_RED)), "does not pass with the change (failed)"),
        (seen(suite=run(*REST)), "does not pass with the change (did not run)"),
        (seen(suite=run(*REST, result(f"{OLD}::b[1]"), result(f"{OLD}::b[2]", "skipped"))), "(passed, skipped)"),
        (seen().model_copy(update={"suite_again": run(*REST, B_RED)}), "does not pass with the change"),
        (seen().model_copy(update={"changed_runs": None}), "nobody has looked"),
    ],
)
def test_a_change_that_is_not_needed_or_shows_nothing_proves_nothing(evidence: Evidence, why: str) -> None:
    assert why in judge(evidence).reasons[0]
    assert not has_promise(evidence)


def test_other_existing_tests_are_held_to_what_they_were() -> None:
    other = run(result(f"{OLD}::a", "failed"), result(f"{OLD}::sad", "failed"), B)
    assert f"{OLD}::a (failed)" in judge(seen(suite=other)).reasons[0]
    assert NEW in judge(seen()).tests[0].id
