"""Reproductions: whether a test that was run on the unchanged code shows a fault, and which shows it best."""

import re
from collections.abc import Iterator, Sequence

from bot.decisions.map.frames import frames_in, located
from bot.decisions.proof.new_tests import ABSENCES
from bot.decisions.proof.protection import is_test_path
from bot.decisions.proof.runs import by_id, irregularity
from bot.words.attempt import Attempt
from bot.words.evidence import Red
from bot.words.reproduction import FAULTS, Reproduction, Showing
from sandbox.files import Tree
from sandbox.suite.report import BAD, SuiteReport, TestOutcome, TestResult

#: What an `assert`, `pytest.fail` and `pytest.raises` without its exception raise.
ASSERTIONS = frozenset({"AssertionError", "Failed"})

#: Failures that tell of the machine, as of a room's limits, and of no fault in the code.
MACHINE = re.compile(r"(?:OSError|IOError|PermissionError|MemoryError|TimeoutError|Timeout|BlockingIOError)\b")

#: Characters of one line that is told.
LONGEST_LINE = 200


def shown(report: SuiteReport, issue: str, files: Tree) -> tuple[Showing, TestResult | None, str]:
    """What a run of one test file on the unchanged code shows.

    Args:
        report: the run.
        issue: what was asked; an exception that it names is what the test should raise.
        files: the repository without the test.

    Returns:
        What it shows, the test that does, and the reason in one line.
    """
    for error in report.errors:
        absent = error.missing and error.exception in ABSENCES and in_repository(error.missing, files)
        return Showing.ABSENT if absent else Showing.BROKEN, None, said(error.exception, error.message)
    trouble = irregularity(report)
    if trouble or not report.results:
        return Showing.BROKEN, None, f"the tests {trouble}" if trouble else "no test was found in it"
    seen = [(showing_of(result, issue, files), result) for result in by_id(report).values()]
    order = list(Showing)
    showing, result = min(seen, key=lambda pair: order.index(pair[0]))
    return showing, result, said(result.exception, result.message)


def showing_tests(report: SuiteReport, issue: str, files: Tree) -> tuple[str, ...]:
    """Those of its tests that show the fault, by their ids without the path; see `shown`."""
    results = by_id(report).items()
    return tuple(test.partition("::")[2] for test, one in results if showing_of(one, issue, files) in FAULTS)


def showing_of(result: TestResult, issue: str, files: Tree) -> Showing:
    """What one test shows."""
    if result.outcome is TestOutcome.PASSED:
        return Showing.PASSES
    if result.outcome not in BAD or not result.exception:
        return Showing.BROKEN  # skipped, expected to fail, or ended by something that is no exception
    if result.exception in ASSERTIONS:
        return Showing.ASSERTION
    inside = any(not is_test_path(place) for place, _ in located(frames_in(result.message), files))
    if result.missing and result.exception in ABSENCES and not inside:
        return Showing.BROKEN if result.exception == "NameError" else Showing.ABSENT
    if re.search(rf"\b{re.escape(result.exception)}\b", issue):
        return Showing.RAISED
    if inside:
        return Showing.CRASH
    return Showing.ABSENT if result.exception == "AttributeError" else Showing.BROKEN


def in_repository(missing: str, files: Tree) -> bool:
    """Whether what could not be imported would belong to a package of the repository ("pkg.new", "pkg.mod:name")."""
    top = missing.partition(":")[0].partition(".")[0]
    return any(f"/{top}/" in f"/{path}" or f"/{path}".endswith(f"/{top}.py") for path in files)


def said(exception: str, message: str) -> str:
    """A failure in one line: pytest's first "E" line, else its last line, led by the exception's name."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    marked = [line[1:].strip() for line in lines if line.startswith("E ")]
    words = (marked or lines[-1:] or [""])[0]
    told = words if not exception or exception in words else f"{exception}: {words}".rstrip(": ")
    return told[:LONGEST_LINE]


def better(known: Reproduction | None, found: Reproduction) -> Reproduction:
    """The surer of two; of two alike the later one, which was written with the other's result in sight."""
    if known is None or FAULTS.index(found.showing) <= FAULTS.index(known.showing):
        return found
    return known


def best(planned: Reproduction | None, attempts: Sequence[Attempt]) -> Reproduction | None:
    """The planner's reproduction; without one the newest test of an attempt that fails without the change."""
    return planned or next(of_attempts(attempts), None)


def of_attempts(attempts: Sequence[Attempt]) -> Iterator[Reproduction]:
    """New tests that an assertion turned red on the base commit, the last attempt's first."""
    for attempt in reversed(attempts):
        if attempt.patch is None or attempt.verdict is None:
            continue
        texts = {change.path: change.after for change in attempt.patch.changes}
        for test in attempt.verdict.tests:
            path = test.id.partition("::")[0]
            if test.base is Red.ASSERTION and texts.get(path) and not MACHINE.match(test.detail):
                text = texts[path] or ""
                yield Reproduction(path=path, test=text, showing=Showing.ASSERTION, failure=test.detail)
                break
