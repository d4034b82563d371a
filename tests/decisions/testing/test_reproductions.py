"""When a test that was run on the unchanged code shows a fault: a table."""

import pytest

from bot.decisions.testing.reproductions import best, better, shown
from bot.words.attempt import Attempt
from bot.words.evidence import NewTest, Red, Verdict
from bot.words.patch import FileChange, Patch
from bot.words.reproduction import Reproduction, Showing
from sandbox.files import File
from sandbox.room import Outcome
from sandbox.suite.report import CollectionError, SuiteReport, TestOutcome, TestResult

PATH = "tests/test_issue_7.py"
FILES = {path: File(b"") for path in ("pkg/__init__.py", "pkg/a.py", "tests/conftest.py")}
OWN, INSIDE = f"{PATH}:5: Error", f"{PATH}:5: \npkg/a.py:3: Error"


def report(*results: TestResult, errors: tuple[CollectionError, ...] = (), **more: object) -> SuiteReport:
    given = {"outcome": Outcome.FINISHED, "finished": True} | more
    return SuiteReport(collected=tuple(r.id for r in results), results=results, errors=errors, **given)


def failed(exception: str, message: str = OWN, missing: str = "", name: str = "test_it") -> TestResult:
    told = f"E   {exception}: so it is\n\n{message}"
    return TestResult(
        id=f"{PATH}::{name}", outcome=TestOutcome.FAILED, exception=exception, message=told, missing=missing
    )


def broken(exception: str, missing: str = "") -> CollectionError:
    return CollectionError(path=PATH, exception=exception, message=f"E   {exception}: no", missing=missing)


def outcome(result: TestOutcome) -> TestResult:
    return TestResult(id=f"{PATH}::test_it", outcome=result)


@pytest.mark.parametrize(
    ("seen", "showing"),
    [
        (report(failed("AssertionError")), Showing.ASSERTION),
        (report(failed("Failed")), Showing.ASSERTION),
        (report(failed("KeyError")), Showing.RAISED),
        (report(failed("ValueError", INSIDE)), Showing.CRASH),
        (
            report(failed("ValueError", f"{PATH}:5: \npkg/a.py:3: \n/usr/lib/python3.11/json/x.py:1: Error")),
            Showing.CRASH,
        ),
        (report(failed("ValueError", f"{PATH}:5: \ntests/conftest.py:3: Error")), Showing.BROKEN),
        (report(failed("TypeError")), Showing.BROKEN),
        (report(failed("NameError", missing="paser")), Showing.BROKEN),
        (report(failed("NameError", INSIDE, missing="paser")), Showing.CRASH),
        (report(failed("AttributeError", missing="A.new")), Showing.ABSENT),
        (report(failed("AttributeError")), Showing.ABSENT),
        (report(failed("ImportError", missing="pkg.a:new")), Showing.ABSENT),
        (report(outcome(TestOutcome.PASSED)), Showing.PASSES),
        (report(outcome(TestOutcome.SKIPPED)), Showing.BROKEN),
        (report(outcome(TestOutcome.XFAILED)), Showing.BROKEN),
        (report(TestResult(id=f"{PATH}::test_it", outcome=TestOutcome.FAILED)), Showing.BROKEN),
        (report(), Showing.BROKEN),
        (report(outcome(TestOutcome.PASSED), failed("KeyError", name="test_b")), Showing.RAISED),
        (report(failed("AssertionError"), outcome=Outcome.TIMED_OUT), Showing.BROKEN),
        (report(failed("AssertionError"), finished=False), Showing.BROKEN),
        (report(errors=(broken("SyntaxError"),)), Showing.BROKEN),
        (report(errors=(broken("ModuleNotFoundError", "numpy"),)), Showing.BROKEN),
        (report(errors=(broken("ModuleNotFoundError", "pkg.new"),)), Showing.ABSENT),
        (report(errors=(broken("ImportError", "pkg.a:new"),)), Showing.ABSENT),
    ],
)
def test_what_a_run_shows(seen: SuiteReport, showing: Showing) -> None:
    assert shown(seen, "`parse` raises KeyError, not MyValueErrors", FILES)[0] is showing


def test_the_failure_is_told_in_one_line() -> None:
    _, result, told = shown(report(failed("KeyError")), "KeyError", FILES)
    assert (result is not None and result.exception, told) == ("KeyError", "KeyError: so it is")
    assert shown(report(outcome=Outcome.TIMED_OUT), "", FILES)[2] == "the tests timed out after 0 of 0 tests"
    assert shown(report(errors=(broken("SyntaxError"),)), "", FILES)[2] == "SyntaxError: no"


def found(showing: Showing, test: str = "a") -> Reproduction:
    return Reproduction(path=PATH, test=test, showing=showing, failure="f")


def test_the_surer_one_is_kept_and_of_two_alike_the_later() -> None:
    raised, crash = found(Showing.RAISED), found(Showing.CRASH)
    assert better(None, crash) is crash
    assert better(crash, raised) is raised
    assert better(raised, crash) is raised
    later = found(Showing.RAISED, "b")
    assert better(raised, later) is later


def attempt(number: int, base: Red, text: str | None, detail: str = "assert 1 == 2") -> Attempt:
    change = FileChange(path=PATH, before=None, after=text, test=True)
    test = NewTest(id=f"{PATH}::test_it", base=base, patch="failed", detail=detail)
    return Attempt(
        number=number,
        patch=Patch(base="0" * 40, changes=(change,)),
        verdict=Verdict(proven=False, reasons=("no",), tests=(test,)),
    )


def test_without_a_planned_one_the_newest_red_test_of_an_attempt_is_shown() -> None:
    planned = found(Showing.CRASH)
    attempts = [
        attempt(1, Red.ASSERTION, "first"),
        attempt(2, Red.ASSERTION, "second"),
        attempt(3, Red.MISSING, "third"),
    ]
    assert best(planned, attempts) is planned
    shown_instead = best(None, attempts)
    assert shown_instead is not None
    assert (shown_instead.test, shown_instead.failure) == ("second", "assert 1 == 2")
    assert (
        best(None, [Attempt(number=1, trouble="none"), attempt(2, Red.GREEN, "x"), attempt(3, Red.BROKEN, "y")]) is None
    )


def test_a_room_that_was_too_small_is_no_fault_of_the_code() -> None:
    assert best(None, [attempt(1, Red.ASSERTION, "a", "OSError: [Errno 28] No space left on device")]) is None
    assert best(None, [attempt(1, Red.ASSERTION, "a", "OSErrorLike: x")]) is not None
