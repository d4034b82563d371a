"""What the evidence of a patch proves: proven evidence, and every way in which it can fall short."""

import pytest

from bot.decisions.proof.judge import judge
from bot.words.evidence import Evidence, FormerRuns, Red
from sandbox.room import Outcome
from sandbox.suite.report import CollectionError, TestOutcome, TestResult
from tests.decisions.observations import NEW, NOTICED, OLD, broken, but, proven, result, run


def test_red_before_green_after_and_nothing_broken_is_proven() -> None:
    verdict = judge(proven())
    assert verdict.proven
    assert verdict.reasons == ()
    assert verdict.score == 1.0
    assert [(test.id, test.base, test.patch) for test in verdict.tests] == [
        (f"{NEW}::one", Red.ASSERTION, "passed"),
        (f"{NEW}::two", Red.GREEN, "passed"),
    ]
    assert verdict.suite_before == verdict.suite_after == {"passed": 2, "failed": 1}
    assert verdict.failures == ""


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (broken(exception="ModuleNotFoundError", missing="tally.new"), Red.MISSING),
        (broken(missing="tally.sums:subtract"), Red.MISSING),
        (broken(missing="tally:new"), Red.MISSING),
        (broken(exception="AttributeError", missing="tally.sums:subtract"), Red.MISSING),
        (broken(exception="SyntaxError"), Red.BROKEN),
        (broken(exception="SyntaxError", missing="tally.new"), Red.BROKEN),
        (broken(exception="ModuleNotFoundError", missing="numpy"), Red.BROKEN),
        (broken(missing="tally.sums:divide"), Red.BROKEN),
        (broken(missing=""), Red.BROKEN),
        (broken(exception="ModuleNotFoundError", missing="tall"), Red.BROKEN),
    ],
)
def test_a_file_that_the_base_cannot_import_counts_only_for_want_of_the_patch(
    error: CollectionError, base: Red
) -> None:
    verdict = judge(but(new_on_base=run(errors=(error,)), mutation=NOTICED))
    assert {test.base for test in verdict.tests} == {base}
    assert verdict.proven == (base is Red.MISSING)


def test_a_whole_new_package_is_missing_by_its_own_name() -> None:
    error = broken(exception="ModuleNotFoundError", missing="brand")
    verdict = judge(but(new_on_base=run(errors=(error,)), provides=("brand.new",), mutation=NOTICED))
    assert verdict.proven


@pytest.mark.parametrize(
    ("one", "base"),
    [
        (result(f"{NEW}::one", "failed", "AssertionError"), Red.ASSERTION),
        (result(f"{NEW}::one", "failed", "TypeError"), Red.ASSERTION),
        (result(f"{NEW}::one", "error", "KeyError"), Red.ASSERTION),
        (result(f"{NEW}::one", "failed", "AttributeError", "tally.sums:subtract"), Red.MISSING),
        (result(f"{NEW}::one", "failed", "ImportError", "tally.sums:subtract"), Red.MISSING),
        (result(f"{NEW}::one", "failed", "NameError", "subtract"), Red.MISSING),
    ],
)
def test_reds_on_the_base_that_are_honest(one: TestResult, base: Red) -> None:
    verdict = judge(but(new_on_base=run(one, result(f"{NEW}::two")), mutation=NOTICED))
    assert verdict.tests[0].base is base
    assert verdict.proven


@pytest.mark.parametrize("outcome", ["skipped", "xfailed", "xpassed"])
def test_a_test_that_did_not_run_on_the_base_shows_nothing(outcome: str) -> None:
    verdict = judge(but(new_on_base=run(result(f"{NEW}::one", outcome), result(f"{NEW}::two", "failed"))))
    assert verdict.tests[0].base is Red.BROKEN
    assert not verdict.proven


def test_a_failure_without_an_exception_is_not_honest() -> None:
    silent = TestResult(id=f"{NEW}::one", outcome=TestOutcome.FAILED, message="[XPASS(strict)]")
    assert judge(but(new_on_base=run(silent, result(f"{NEW}::two")))).tests[0].base is Red.BROKEN


A, B, SAD = result(f"{OLD}::a"), result(f"{OLD}::b"), result(f"{OLD}::sad", "failed")
ONE, TWO = result(f"{NEW}::one"), result(f"{NEW}::two")

#: What is wrong, how the evidence then looks, and a word that the first reason has in it.
SHORTCOMINGS: dict[str, tuple[Evidence, str]] = {
    "no digest": (but(digest=" "), "names no patch"),
    "no test file": (but(tests=()), "no new test file"),
    "only a data file": (but(tests=("tests/data.json",)), "no new test file"),
    "no test in the file": (but(new_on_patch=run()), "has no test"),
    "a second file without a test": (
        but(tests=(NEW, "tests/test_empty.py")),
        "tests/test_empty.py has no test",
    ),
    "all new tests green before": (but(new_on_base=run(ONE, TWO)), "No new test fails without the change"),
    "a new test skipped": (but(new_on_patch=run(ONE, result(f"{NEW}::two", "skipped"))), "(skipped)"),
    "a new test xfailed": (but(new_on_patch=run(ONE, result(f"{NEW}::two", "xfailed"))), "(xfailed)"),
    "a new test xpassed": (but(new_on_patch=run(ONE, result(f"{NEW}::two", "xpassed"))), "(xpassed)"),
    "a new test failed": (but(new_on_patch=run(ONE, result(f"{NEW}::two", "failed"))), "(failed)"),
    "a new test in error": (but(new_on_patch=run(ONE, result(f"{NEW}::two", "error"))), "(error)"),
    "a result twice, once red": (
        but(new_on_patch=run(ONE, TWO, result(f"{NEW}::two", "failed"))),
        "(failed)",
    ),
    "a result twice, first red": (
        but(new_on_patch=run(ONE, result(f"{NEW}::two", "failed"), TWO)),
        "(failed)",
    ),
    "the file broken on the patch": (but(new_on_patch=run(errors=(broken(),))), "can't be collected"),
    "something else broken there": (
        but(new_on_patch=run(ONE, TWO, errors=(broken("conftest.py"),))),
        "conftest.py can't be collected",
    ),
    "an old test fails": (
        but(suite_on_patch=run(A, result(f"{OLD}::b", "failed"), SAD)),
        "1 test of the suite does not pass",
    ),
    "an old test in error": (but(suite_on_patch=run(A, result(f"{OLD}::b", "error"), SAD)), "(error)"),
    "an old test skipped": (but(suite_on_patch=run(A, result(f"{OLD}::b", "skipped"), SAD)), "(skipped)"),
    "an old test xfailed": (but(suite_on_patch=run(A, result(f"{OLD}::b", "xfailed"), SAD)), "(xfailed)"),
    "an old test gone": (but(suite_on_patch=run(A, SAD)), "(gone)"),
    "the suite empty": (but(suite_on_patch=run()), "(gone)"),
    "a failure that is new": (
        but(suite_on_patch=run(A, B, SAD, result(f"{OLD}::c", "failed"))),
        "::c (failed)",
    ),
    "an old file broken": (
        but(suite_on_patch=run(A, B, SAD, errors=(broken("tests/test_x.py"),))),
        "test_x.py",
    ),
}


@pytest.mark.parametrize("shortcoming", SHORTCOMINGS)
def test_each_shortcoming_is_a_reason(shortcoming: str) -> None:
    evidence, words = SHORTCOMINGS[shortcoming]
    verdict = judge(evidence)
    assert not verdict.proven
    assert 0.0 <= verdict.score < 1.0
    assert words in verdict.reasons[0]
    assert all(reason.endswith(".") and "\n" not in reason for reason in verdict.reasons)


RUNS = ("new_on_base", "new_on_patch", "suite_on_base", "suite_on_patch")


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.FINISHED])
def test_a_run_that_was_ended_proves_nothing(name: str, outcome: Outcome) -> None:
    ended = getattr(proven(), name).model_copy(update={"outcome": outcome})
    verdict = judge(but(**{name: ended}))
    assert not verdict.proven
    assert outcome.value in verdict.reasons[0]


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"finished": False}, "irregularly"),
        ({"collected": (f"{NEW}::one", f"{NEW}::two", "x::y")}, "incomplete"),
    ],
)
def test_a_run_without_its_regular_end_or_with_results_missing_proves_nothing(
    name: str, changes: dict[str, object], words: str
) -> None:
    verdict = judge(but(**{name: getattr(proven(), name).model_copy(update=changes)}))
    assert not verdict.proven
    assert words in verdict.reasons[0]


def test_a_result_that_was_never_collected_is_not_believed() -> None:
    forged = proven().new_on_patch.model_copy(update={"collected": (f"{NEW}::one",)})
    assert not judge(but(new_on_patch=forged)).proven


def test_what_was_broken_before_may_stay_so_or_get_better() -> None:
    error = (broken("tests/test_numpy.py"),)
    before, after = run(A, B, SAD, errors=error), run(A, B, result(f"{OLD}::sad"), errors=error)
    verdict = judge(but(suite_on_base=before, suite_on_patch=after))
    assert verdict.proven
    assert verdict.suite_before == {"passed": 2, "failed": 1, "not importable": 1}
    assert verdict.suite_after == {"passed": 3, "not importable": 1}


def test_a_repository_without_tests_can_be_proven_by_its_first() -> None:
    assert judge(but(suite_on_base=run(), suite_on_patch=run())).proven


def test_an_empty_package_file_beside_the_tests_needs_no_test() -> None:
    assert judge(but(tests=("tests/new/__init__.py", NEW))).proven


def test_failures_tell_the_new_tests_first_then_the_suite_and_stay_short() -> None:
    long = [
        TestResult(id=f"{NEW}::{n}", outcome=TestOutcome.FAILED, exception="E", message=f"{n} " + "x" * 3000)
        for n in range(9)
    ]
    evidence = but(new_on_patch=run(*long), suite_on_patch=run(A, result(f"{OLD}::b", "failed"), SAD))
    assert judge(evidence).failures.startswith(f"{NEW}::0: failed\n0 xxx")
    assert len(judge(evidence).failures) <= 4000

    evidence = but(
        new_on_patch=run(ONE, result(f"{NEW}::two", "failed")),
        suite_on_patch=run(A, result(f"{OLD}::b", "failed"), SAD),
    )
    told = judge(evidence).failures
    assert 0 <= told.index(f"{NEW}::two went wrong") < told.index(f"{OLD}::b went wrong")
    assert "sad" not in told


def test_a_broken_base_is_told_last() -> None:
    evidence = but(new_on_base=run(errors=(broken(exception="SyntaxError"),)))
    assert "on the base commit: " in judge(evidence).failures
    assert "SyntaxError" in judge(evidence).failures


def test_the_score_grows_as_it_gets_better() -> None:
    nothing = judge(but(new_on_patch=run(errors=(broken(),)))).score
    half = judge(but(new_on_patch=run(ONE, result(f"{NEW}::two", "failed")))).score
    assert 0 <= nothing < half < judge(proven()).score == 1.0


def test_a_failure_that_several_runs_saw_is_told_once() -> None:
    failing = run(result(f"{NEW}::one", "failed"), result(f"{NEW}::two"))
    suite = run(*proven().suite_on_patch.results, *failing.results)
    told = judge(but(new_on_patch=failing, suite_on_patch=suite)).failures
    assert told.count(f"{NEW}::one went wrong") == 1


def test_a_refinements_tests_are_told_as_they_went_on_the_pull_request_too() -> None:
    seen = run(result(f"{NEW}::one", "failed", "AttributeError", "tally.sums:subtract"), result(f"{NEW}::two"))
    former = FormerRuns(commit="c" * 40, new_tests=seen, provides=("tally.sums:subtract",))
    verdict = judge(but(former=former))
    assert verdict.proven
    assert [test.former for test in verdict.tests] == [Red.MISSING, Red.GREEN]
    broken_there = former.model_copy(update={"new_tests": run(errors=(broken(exception="SyntaxError"),))})
    assert [test.former for test in judge(but(former=broken_there)).tests] == [Red.BROKEN, Red.BROKEN]
    assert judge(but(former=broken_there)).proven, "what is asked for last may be nothing that a test can show"
    late = former.model_copy(update={"new_tests": seen.model_copy(update={"finished": False})})
    assert [test.former for test in judge(but(former=late)).tests] == [None, None]
    assert [test.former for test in judge(proven()).tests] == [None, None]
