"""Existing tests that a plan says to change: what may be changed of them, and what has to be seen."""

import pytest

from bot.decisions.changed_tests import changed_in, function_of, objections_to, text_of, with_text
from bot.decisions.judge import has_promise, judge
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
