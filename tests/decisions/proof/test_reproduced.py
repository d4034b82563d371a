"""Tests that showed the fault, once more with the patch: what of that keeps it from being proven."""

import pytest

from bot.decisions.proof.judge import has_promise, judge
from bot.decisions.proof.reproduced import fails_still, stands_alone
from bot.words.evidence import Evidence, Now, ReproductionRuns
from bot.words.reproduction import Reproduction, Showing
from bot.words.tamper import WrongAnswer, WrongAnswers
from sandbox.suite.report import SuiteReport, TestResult
from tests.decisions.observations import NEW, broken, but, proven, result, run

TEST = "from tally.sums import add\n\n\ndef test_fault():\n    assert add(2, 2) == 4\n"
SHOWN = Reproduction(path=NEW, test=TEST, showing=Showing.ASSERTION, failure="it failed", tests=("test_fault",))
RED, GREEN = result(f"{NEW}::test_fault", "failed", "ValueError"), result(f"{NEW}::test_fault")
OTHER_RED, GUARD = result(f"{NEW}::test_other", "failed", "TypeError"), result(f"{NEW}::test_guard")
GUARD_RED = result(f"{NEW}::test_guard", "failed")


def runs(*with_patch: TestResult, **more: object) -> ReproductionRuns:
    found = ReproductionRuns(reproduction=SHOWN, on_base=run(RED, OTHER_RED, GUARD), on_patch=run(*with_patch))
    return found.model_copy(update=more)


def gone(missing: str, exception: str = "ImportError") -> SuiteReport:
    return run(errors=(broken(exception=exception, missing=missing),))


def shown(seen: ReproductionRuns) -> tuple[Now, bool]:
    """How it goes now, and whether the patch is proven."""
    verdict = judge(but(reproductions=(seen,)))
    return verdict.reproduced[0].now, verdict.proven


@pytest.mark.parametrize(
    ("seen", "now"),
    [
        (runs(GREEN), Now.PASSES),
        (runs(GREEN, OTHER_RED, GUARD_RED), Now.PASSES),  # neither of them was seen to show the fault
        (runs(RED), Now.FAILS),
        (runs(result(f"{NEW}::test_fault", "skipped")), Now.FAILS),
        (runs(result(f"{NEW}::test_fault", "error")), Now.FAILS),
        (runs(OTHER_RED), Now.FAILS),
        (runs(GREEN, on_patch=run(GREEN).model_copy(update={"finished": False})), Now.FAILS),
        (runs(on_patch=gone("tally.sums:add")), Now.FAILS),
        (runs(on_patch=gone("tally.sums:add"), leaving=("tally.sums:other",)), Now.FAILS),
        (runs(on_patch=gone("tally.sums:add"), leaving=("tally.sums:add",)), Now.GONE),
        (runs(on_patch=gone("tally.sums", "ModuleNotFoundError"), leaving=("tally.sums",)), Now.GONE),
        (runs(on_patch=gone("tally.sums", "SyntaxError"), leaving=("tally.sums",)), Now.FAILS),
        (runs(result(f"{NEW}::test_fault", "failed", "AttributeError", "add"), leaving=("tally.sums:add",)), Now.GONE),
        # Its own code does not find what it took away, or says so: the test asks for nothing of it.
        (runs(result(f"{NEW}::test_fault", "failed", "ImportError", "tally.old"), leaving=("tally.old",)), Now.FAILS),
        (runs(result(f"{NEW}::test_fault", "failed", "AttributeError", "Old.x"), leaving=("tally:Old.x",)), Now.FAILS),
        (runs(RED, on_base=run(GREEN)), Now.UNSURE),
        (runs(RED, on_base=run(OTHER_RED)), Now.UNSURE),
        (runs(RED, on_base=run().model_copy(update={"finished": False})), Now.FAILS),  # it was seen to fail once
        (runs(GREEN, on_base=run(RED).model_copy(update={"finished": False})), Now.UNSURE),
        (runs(RED, on_base=gone("tally.sums:add")), Now.UNSURE),
    ],
)
def test_only_what_still_shows_the_fault_keeps_a_patch_from_being_proven(seen: ReproductionRuns, now: Now) -> None:
    assert shown(seen) == (now, now is not Now.FAILS)
    assert has_promise(but(reproductions=(seen,))) is (now is not Now.FAILS)


def test_of_a_test_of_which_an_earlier_version_kept_no_names_all_that_fail_count() -> None:
    unnamed = SHOWN.model_copy(update={"tests": ()})
    assert shown(runs(GREEN, OTHER_RED, reproduction=unnamed)) == (Now.FAILS, False)
    absent = result(f"{NEW}::test_fault", "failed", "NameError", "typo")
    assert shown(runs(absent, on_base=run(absent), reproduction=unnamed)) == (Now.UNSURE, True)


def test_values_in_an_id_may_be_others_each_time() -> None:
    before, after = result(f"{NEW}::test_fault[1]", "failed"), result(f"{NEW}::test_fault[2]")
    seen = runs(after, on_base=run(before), reproduction=SHOWN.model_copy(update={"tests": ("test_fault[1]",)}))
    assert shown(seen)[0] is Now.PASSES
    worse = result(f"{NEW}::test_fault[2]", "failed")
    assert shown(seen.model_copy(update={"on_patch": run(worse)}))[0] is Now.FAILS


def test_it_is_told_with_pytests_words_and_makes_a_patch_worse() -> None:
    verdict = judge(but(reproductions=(runs(RED),)))
    why = f"test_fault (ValueError: {NEW}::test_fault went wrong). It runs as it was then, whatever the new tests are."
    assert verdict.reasons == (f"The test that showed the fault before any change still fails with it: {why}",)
    assert verdict.failures == (
        "The test that showed the fault (test_fault), as it was before any change:\n"
        f"E   ValueError: {NEW}::test_fault went wrong"
    )
    assert stands_alone(verdict)
    assert verdict.score == pytest.approx(6 / 7)
    worse = judge(but(reproductions=(runs(RED),), new_on_patch=run(result(f"{NEW}::one", "failed"))))
    assert fails_still(worse)
    assert not stands_alone(worse)


def test_one_that_the_planner_replaced_is_told_and_decides_nothing() -> None:
    later = runs(GREEN)
    verdict = judge(but(reproductions=(runs(RED, replaced=True), later)))
    assert verdict.proven
    assert [(one.now, one.replaced) for one in verdict.reproduced] == [(Now.FAILS, True), (Now.PASSES, False)]


@pytest.mark.parametrize(
    "later",
    [
        runs(GREEN, on_base=run(GREEN)),
        runs(on_patch=gone("tally.sums:add"), leaving=("tally.sums:add",)),
        runs(GREEN, reproduction=SHOWN.model_copy(update={"test": "def test_fault():\n    assert callable(add)\n"})),
        runs(GREEN, reproduction=SHOWN.model_copy(update={"test": "def test_fault():\n    assert isinstance(x, A)\n"})),
    ],
    ids=["says nothing", "can't be run", "blind", "a type alone"],
)
def test_only_one_that_shows_that_something_was_mended_takes_the_place_of_another(later: ReproductionRuns) -> None:
    seen = but(reproductions=(runs(RED, replaced=True), later))
    verdict = judge(seen)
    assert not verdict.proven
    assert (verdict.reproduced[0].now, verdict.reproduced[0].replaced) == (Now.FAILS, False)
    assert "test_fault (ValueError" in verdict.reasons[0]
    assert "went wrong" in verdict.failures
    assert stands_alone(verdict)


def test_two_that_fail_stand_alone_as_well() -> None:
    verdict = judge(but(reproductions=(runs(RED, replaced=True), runs(RED))))
    assert len(verdict.reasons) == 2
    assert stands_alone(verdict)


def test_it_stands_against_documentation_too() -> None:
    prose = but(tests=(), new_on_base=run(), new_on_patch=run(), only_documentation=True, documentation=("README.md",))
    assert judge(prose).proven
    assert not judge(prose.model_copy(update={"reproductions": (runs(RED),)})).proven


def test_what_passes_with_a_wrong_answer_in_it_passes_whatever_the_code_does() -> None:
    test = f"{NEW}::test_fault"
    right, wrong = (
        WrongAnswers(tests=(WrongAnswer(test=test, what="`1` became `7`", outcome=how),))
        for how in ("failed", "passed")
    )
    assert judge(but(reproductions=(runs(GREEN, wrong_answers=right),))).proven
    verdict = judge(but(reproductions=(runs(GREEN, wrong_answers=wrong),)))
    assert "A test that showed the fault does not fail when its answer is made a wrong one" in verdict.reasons[0]


def test_evidence_of_an_earlier_version_has_none_and_is_judged_as_it_was() -> None:
    stored = proven().model_dump(mode="json", exclude={"reproductions"})
    assert judge(Evidence.model_validate(stored)).proven
