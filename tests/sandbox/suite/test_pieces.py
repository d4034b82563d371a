"""What a hostile reporter can make the host keep, and what it can make it believe: nothing more than it should."""

import json
from collections.abc import Iterator

import pytest

from sandbox.inside.share import marked
from sandbox.room import Execution, Outcome
from sandbox.suite.pieces import LONGEST_MESSAGE, LONGEST_OUTPUT, MOST_IDS, MOST_TEXT, Suite
from sandbox.suite.report import TestOutcome, TestResult

DONE = Execution(outcome=Outcome.FINISHED, exit_code=0)


class Reporter:
    """Writes lines as ours does."""

    def __init__(self, suite: Suite) -> None:
        self.suite, self.number = suite, 0

    def tell(self, kind: str, **fields: object) -> None:
        self.number += 1
        self.suite.add(json.dumps({"nonce": self.suite.nonce, "number": self.number, "kind": kind, **fields}))

    def test(self, identity: str, outcome: str = "passed", *, called: bool = True, **fields: object) -> None:
        self.tell("begun", id=identity)
        if outcome != "passed":
            self.tell("phase", id=identity, when="call", called=True, outcome=outcome, seconds=0.1, **fields)
        self.tell("phase", id=identity, when="teardown", called=called, outcome="passed", seconds=0.1)


@pytest.fixture
def suite() -> Suite:
    return Suite("nonce")


@pytest.fixture
def reporter(suite: Suite) -> Reporter:
    return Reporter(suite)


def test_a_regular_run(suite: Suite, reporter: Reporter) -> None:
    reporter.tell("start", pytest="9.2.0")
    reporter.tell("collected", ids=["a.py::one", "a.py::two"])
    reporter.test("a.py::one")
    reporter.test("a.py::two", "failed", exception="ValueError", message="no", output="said")
    reporter.tell("end", code=1, counted=1, total=1)

    report = suite.report(Execution(outcome=Outcome.FINISHED, exit_code=1, seconds=2.0))

    assert (report.finished, report.trouble, report.running, report.pytest) == (True, "", (), "9.2.0")
    failed = report.results[1]
    assert (failed.outcome, failed.exception, failed.output) == (TestOutcome.FAILED, "ValueError", "said")
    assert failed.seconds == pytest.approx(0.2)


def test_a_test_that_was_not_called_did_not_pass(suite: Suite, reporter: Reporter) -> None:
    reporter.test("a.py::one", called=False)

    assert suite.report(DONE).results[0].outcome is TestOutcome.ERROR


def test_what_had_begun_is_told_when_the_process_is_gone(suite: Suite, reporter: Reporter) -> None:
    reporter.tell("collecting", path="a.py")
    reporter.tell("collected", ids=["a.py::one", "a.py::two"])
    reporter.test("a.py::one")
    reporter.tell("begun", id="a.py::two")

    report = suite.report(Execution(outcome=Outcome.TIMED_OUT))

    assert (report.running, report.finished, report.trouble) == (("a.py::two",), False, "timed out")


def test_the_file_that_hangs_at_its_import_is_told(suite: Suite, reporter: Reporter) -> None:
    reporter.tell("collecting", path="a.py")
    reporter.tell("collecting", path="b.py")

    assert suite.report(Execution(outcome=Outcome.TIMED_OUT)).running == ("b.py",)


@pytest.mark.parametrize(
    ("code", "counted", "total", "outcome", "finished"),
    [
        (1, 0, 1, "passed", True),
        (1, 0, 0, "passed", False),
        (1, 1, 1, "passed", False),
        (1, None, None, "passed", False),
        (0, 0, 1, "failed", False),
        (0, 0, 0, "passed", True),
        (1, 0, 1, "failed", True),
    ],
    ids=["objection", "silent", "swallowed", "no loop", "denied", "passed", "failed"],
)
def test_an_exit_code_needs_a_reason(
    suite: Suite,
    reporter: Reporter,
    code: int,
    counted: int | None,
    total: int | None,
    outcome: str,
    finished: bool,
) -> None:
    reporter.tell("collected", ids=["a.py::one"])
    reporter.test("a.py::one", outcome)
    reporter.tell("end", code=code, counted=counted, total=total)

    report = suite.report(Execution(outcome=Outcome.FINISHED, exit_code=code))

    assert report.finished is finished
    assert bool(report.trouble) is not finished


def test_expected_tests_must_have_a_result(suite: Suite, reporter: Reporter) -> None:
    reporter.tell("collected", ids=["a.py::one"])
    reporter.test("a.py::one")
    reporter.tell("end", code=0, counted=0, total=0)

    assert suite.report(DONE, expected=["a.py::one"]).finished
    assert suite.report(DONE, expected=["a.py::one", "a.py::gone"]).trouble == "1 tests have no result"


def test_a_share_needs_only_its_own_results() -> None:
    suite = Suite("nonce", marked(["a.py"]))
    reporter = Reporter(suite)
    reporter.tell("collected", ids=["a.py::one", "b.py::two"])
    reporter.test("a.py::one")
    reporter.tell("end", code=0, counted=0, total=0)

    report = suite.report(DONE)

    assert report.finished
    assert report.collected == ("a.py::one", "b.py::two")


def forgeries(nonce: str) -> Iterator[str]:
    whole = {"nonce": nonce, "number": 1, "kind": "begun", "id": "x"}
    yield json.dumps({**whole, "nonce": "other"})
    yield json.dumps({**whole, "number": 2})
    yield json.dumps({**whole, "id": "x" * 1000})
    yield json.dumps({**whole, "kind": "other"})
    yield json.dumps({**whole, "id": None})
    yield json.dumps(
        {**whole, "kind": "phase", "when": "call", "called": True, "outcome": "passed", "seconds": float("nan")}
    )
    yield "[" * 100_000
    yield "nonsense"
    yield ""


@pytest.mark.parametrize("number", range(9))
def test_a_line_that_is_not_the_reporters_spoils_the_run(suite: Suite, reporter: Reporter, number: int) -> None:
    suite.add(list(forgeries(suite.nonce))[number])
    reporter.test("a.py::one")
    reporter.tell("end", code=0, counted=0, total=0)

    report = suite.report(DONE)

    assert not report.finished
    assert report.results == ()
    assert "not pytest's own" in report.trouble


def test_a_line_after_the_end_spoils_the_run(suite: Suite, reporter: Reporter) -> None:
    reporter.tell("end", code=0)
    reporter.tell("begun", id="x")

    assert not suite.report(DONE).finished


def test_each_result_is_told_as_it_comes() -> None:
    told: list[TestResult] = []
    reporter = Reporter(Suite("nonce", on_result=told.append))
    reporter.test("a.py::one")
    assert [result.id for result in told] == ["a.py::one"]

    reporter.test("a.py::two", "skipped")
    assert [result.outcome for result in told] == [TestOutcome.PASSED, TestOutcome.SKIPPED]


def test_long_texts_are_cut_for_each_test_and_for_all(suite: Suite, reporter: Reporter) -> None:
    for number in range(2_000):
        reporter.test(f"a.py::t{number}", "failed", message="m" * 50_000, output="o" * 50_000)

    results = suite.report(DONE).results

    assert (len(results[0].message), len(results[0].output)) == (LONGEST_MESSAGE, LONGEST_OUTPUT)
    assert len(results[-1].message) == 300
    assert sum(len(result.message) + len(result.output) for result in results) < MOST_TEXT + 2_000 * 600


def test_a_flood_of_ids_ends_what_is_kept(suite: Suite, reporter: Reporter) -> None:
    for start in range(0, MOST_IDS + 1_000, 1_000):
        reporter.tell("collected", ids=[f"a.py::{n}" for n in range(start, start + 1_000)])
    reporter.test("a.py::one")

    report = suite.report(DONE)

    assert len(report.collected) <= MOST_IDS
    assert "more tests than" in report.trouble
    assert report.results == ()


def test_a_flood_of_beginnings_ends_what_is_kept(suite: Suite, reporter: Reporter) -> None:
    for number in range(20_000):
        reporter.tell("begun", id=f"{number}" + "x" * 900)

    report = suite.report(DONE)

    assert sum(map(len, report.running)) <= 16 * 2**20
    assert not report.finished
