"""What the next attempt is told: every test once, pytest's own words first."""

import pytest

from bot.decisions.proof.judge import judge
from bot.decisions.proof.told_reasons import told_against
from bot.words.evidence import Verdict
from tests.decisions.observations import NEW, OLD, broken, but, result, run


def heads(told: str, name: str) -> int:
    """How often a test is named, pytest's own message aside."""
    return sum(line.count(name) for line in told.splitlines() if not line.startswith("E "))


def test_a_failing_test_is_named_once_and_its_own_words_stand_first() -> None:
    verdict = judge(but(new_on_patch=run(result(f"{NEW}::one", "failed"), result(f"{NEW}::two"))))
    told = told_against(verdict)
    assert told.startswith(f"{NEW}::one: failed\nE   AssertionError: {NEW}::one went wrong")
    assert heads(told, f"{NEW}::one") == 1
    assert "1 of 2 new tests did not pass on the patch, as told above." in told


def test_tests_that_broke_are_named_once_and_those_without_room_for_their_words_stay_in_the_list() -> None:
    messages = {name: result(f"{OLD}::{name}", "failed") for name in ("a", "b")}
    long = messages["b"].model_copy(update={"message": "x" * 9000})
    suite = run(messages["a"].model_copy(update={"message": "y" * 9000}), long, result(f"{OLD}::sad", "failed"))
    failing = run(
        *(
            result(f"{NEW}::{name}", "failed").model_copy(update={"message": "z" * 9000 + name})
            for name in ("one", "two")
        )
    )
    told = told_against(judge(but(new_on_patch=failing, suite_on_patch=suite)))
    for name in (f"{NEW}::one", f"{NEW}::two", f"{OLD}::a", f"{OLD}::b"):
        assert heads(told, name) == 1
    assert f"2 tests of the suite do not pass: {OLD}::a (failed), {OLD}::b (failed)." in told


def test_a_test_that_is_broken_before_and_after_is_named_once() -> None:
    bad = result(f"{NEW}::one", "failed", exception="TypeError")
    skipped = run(result(f"{NEW}::one", "skipped"), result(f"{NEW}::two"))
    told = told_against(judge(but(new_on_base=skipped, new_on_patch=run(bad, result(f"{NEW}::two")))))
    assert told.startswith(f"{NEW}::one: failed\nE   TypeError")
    assert "went wrong\nOn the base commit: it is skipped there, and a test must run" in told
    assert heads(told, f"{NEW}::one") == 1
    assert "1 new test is itself broken on the base commit, as told above." in told


def test_a_file_that_can_not_be_read_is_named_once() -> None:
    told = told_against(judge(but(new_on_patch=run(errors=(broken(exception="SyntaxError"),)))))
    assert told.startswith(f"{NEW}: SyntaxError\n")
    assert "can't be collected" not in told


@pytest.mark.parametrize(
    ("failures", "reason"),
    [
        ("", f"1 of 1 new tests did not pass on the patch: {NEW}::a (failed)."),
        (f"{NEW}::a: failed", f"1 of 1 new tests did not pass on the patch: {NEW}::ab (failed)."),
        (f"{NEW}::a: failed", f"No new test fails without the change: {NEW}::a and more."),
        (f"{NEW}::a[1, (2)]: failed", f"1 of 1 new tests did not pass on the patch: {NEW}::a[1, (2)] (failed)."),
        (f"{NEW}::a: failed", "The evidence names no patch."),
    ],
)
def test_a_reason_that_says_more_stays_as_it_is(failures, reason) -> None:
    told = told_against(Verdict(proven=False, reasons=(reason,), failures=failures))
    assert reason in told


def test_the_rest_of_a_long_list_stays() -> None:
    failing = run(*(result(f"{NEW}::{n}", "failed") for n in range(7)))
    told = told_against(judge(but(new_on_patch=failing)))
    assert "7 of 7 new tests did not pass on the patch: 2 more, and what is told above." in told
    assert all(heads(told, f"{NEW}::{n}") == 1 for n in range(7))
