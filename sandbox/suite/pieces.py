"""The suite: pieces of a run of pytest, put together as they come, within bounds whatever comes."""

from collections.abc import Callable, Sequence

from sandbox.inside.share import Share
from sandbox.room import Execution, Outcome
from sandbox.suite.line import Begun, Broken, Collected, Collecting, Ended, Phase, Piece, Started, parse
from sandbox.suite.report import BAD, Collection, CollectionError, SuiteReport, TestOutcome, TestResult

LONGEST_TEXT = 20_000
LONGEST_MESSAGE = 4_100
LONGEST_OUTPUT = 2_100
SHORT = 300

#: What is kept of one run: ids, of tests and files, and characters of ids, of messages and output.
MOST_IDS = 100_000
MOST_ID_TEXT = 16 * 2**20
MOST_TEXT = 8 * 2**20

#: Exit codes of a regular end: all passed, some failed, interrupted by broken files, nothing collected.
#: https://docs.pytest.org/en/stable/reference/exit-codes.html
REGULAR = (0, 1, 2, 5)

#: From the mildest to the worst: a test has the worst outcome of its phases.
SEVERITY = (
    TestOutcome.PASSED,
    TestOutcome.SKIPPED,
    TestOutcome.XFAILED,
    TestOutcome.XPASSED,
    TestOutcome.FAILED,
    TestOutcome.ERROR,
)


class Suite:
    """One run, while it goes on.

    Args:
        nonce: what every line of our reporter carries.
        share: the part of the suite that this room runs; None for all of it.
        on_result: called with each test's result as it comes.
    """

    def __init__(
        self, nonce: str, share: Share | None = None, on_result: Callable[[TestResult], None] | None = None
    ) -> None:
        self.nonce = nonce
        self._share = share
        self._on_result = on_result or (lambda _: None)
        self._number = 0
        self._trouble = ""
        self._pytest = ""
        self._collecting = ""
        self._collected: list[str] = []
        self._running: dict[str, None] = {}
        self._open: dict[str, TestResult] = {}
        self._ended: dict[str, TestResult] = {}
        self._errors: list[CollectionError] = []
        self._end: Ended | None = None
        self._ids_left, self._id_text_left, self._text_left = MOST_IDS, MOST_ID_TEXT, MOST_TEXT

    def add(self, line: str) -> None:
        """Take one line. One that is not our reporter's, or not the next, spoils the run: it has no end."""
        if self._trouble:
            return
        piece = parse(line)
        if piece is None or piece.nonce != self.nonce or piece.number != self._number + 1 or self._end is not None:
            self._trouble = "a line of the report is not pytest's own, or one is lost"
            return
        self._number = piece.number
        self._take(piece)

    def report(self, execution: Execution, *, expected: Sequence[str] = ()) -> SuiteReport:
        """The whole, when the process has ended; every expected test must have a result."""
        wanted = {*expected, *(one for one in self._collected if self._share is None or self._share.takes(one))}
        without = len(wanted - self._ended.keys())
        trouble = self._why_irregular(execution) or (f"{without} tests have no result" if without else "")
        return SuiteReport(
            outcome=execution.outcome,
            collected=tuple(self._collected),
            results=tuple(self._ended.values()),
            errors=tuple(self._errors),
            running=tuple(self._running) or ((self._collecting,) if self._collecting else ()),
            finished=not trouble,
            trouble=trouble,
            exit_code=self._end.code if self._end else None,
            seconds=execution.seconds,
            pytest=self._pytest,
            text=_end_of(execution),
        )

    def collection(self, execution: Execution) -> Collection:
        """The whole of a run that only collected."""
        trouble = self._why_irregular(execution)
        return Collection(
            outcome=execution.outcome,
            ids=tuple(self._collected),
            errors=tuple(self._errors),
            finished=not trouble,
            trouble=trouble,
            seconds=execution.seconds,
            pytest=self._pytest,
            text=_end_of(execution),
        )

    def _why_irregular(self, execution: Execution) -> str:
        if execution.outcome is not Outcome.FINISHED:
            return execution.outcome.value
        if self._trouble:
            return self._trouble
        if self._end is None:
            return f"pytest's process ended before its run did, with exit code {execution.exit_code}"
        if self._end.code not in REGULAR:
            return f"pytest gave up with exit code {self._end.code}"
        if self._end.code != execution.exit_code:
            return f"pytest ended with exit code {self._end.code}, its process with {execution.exit_code}"
        return "" if self._code_fits(self._end) else f"pytest's exit code {self._end.code} contradicts the results"

    def _code_fits(self, end: Ended) -> bool:
        """Whether pytest's exit code says the same as what was told: 1 with a failure, 0 and 5 without.

        A plugin may say openly that it wants a 1 though no test failed, as pytest-cov does for a coverage that is
        too low: it adds to the failures that pytest counted, when the tests are over.
        https://github.com/pytest-dev/pytest-cov/blob/master/src/pytest_cov/plugin.py
        """
        failed = bool(self._errors) or any(result.outcome in BAD for result in self._ended.values())
        objection = end.code == 1 and end.counted == 0 and bool(end.total)
        return end.code == 2 or failed == (end.code == 1) or (objection and not failed)

    def _take(self, piece: Piece) -> None:
        match piece:
            case Started():
                self._pytest = piece.pytest
            case Collecting():
                self._collecting = piece.path
            case Broken() if self._has_place(piece.path):
                self._errors.append(self._broken(piece))
            case Collected() if all(self._has_place(one) for one in piece.ids):
                self._collecting = ""
                self._collected.extend(piece.ids)
            case Begun() if self._has_place(piece.id):
                self._running[piece.id] = None
            case Phase() if piece.id in self._running or self._has_place(piece.id):
                self._take_phase(piece)
            case Ended():
                self._end = piece
                self._collecting = ""
            case _:
                self._trouble = f"there are more tests than {MOST_IDS}, or their names are too long"

    def _has_place(self, identity: str) -> bool:
        """Whether one more id can be kept."""
        self._ids_left -= 1
        self._id_text_left -= len(identity)
        return self._ids_left >= 0 and self._id_text_left >= 0

    def _kept(self, text: str, limit: int) -> str:
        """As much of a text as is kept: less when much was kept before."""
        short = text[:limit] if self._text_left > 0 else text[:SHORT]
        self._text_left -= len(short)
        return short

    def _broken(self, piece: Broken) -> CollectionError:
        message = self._kept(piece.message, LONGEST_MESSAGE)
        return CollectionError(path=piece.path, exception=piece.exception, message=message, missing=piece.missing)

    def _take_phase(self, phase: Phase) -> None:
        before = self._open.get(phase.id) or TestResult(id=phase.id, outcome=TestOutcome.PASSED)
        told: dict[str, object] = {"seconds": before.seconds + phase.seconds}
        outcome = _outcome(phase)
        if SEVERITY.index(outcome) > SEVERITY.index(before.outcome):
            told |= {
                "outcome": outcome,
                "exception": phase.exception,
                "message": self._kept(phase.message, LONGEST_MESSAGE),
                "missing": phase.missing,
                "output": self._kept(phase.output, LONGEST_OUTPUT),
            }
        self._open[phase.id] = before.model_copy(update=told)
        if phase.when in ("teardown", "crash"):
            self._end_test(self._open.pop(phase.id), called=phase.called)

    def _end_test(self, result: TestResult, *, called: bool) -> None:
        """Take a test's result; the worst one counts when an id has several."""
        if result.outcome is TestOutcome.PASSED and not called:
            told = {"outcome": TestOutcome.ERROR, "message": "the test was set up and torn down, but not called"}
            result = result.model_copy(update=told)
        self._running.pop(result.id, None)
        before = self._ended.get(result.id, result)
        self._ended[result.id] = max(before, result, key=lambda one: SEVERITY.index(one.outcome))
        self._on_result(self._ended[result.id])


def _outcome(phase: Phase) -> TestOutcome:
    """The words of pytest for one phase, see https://docs.pytest.org/en/stable/how-to/skipping.html."""
    match phase.outcome:
        case "failed":
            return TestOutcome.FAILED if phase.when == "call" else TestOutcome.ERROR
        case "skipped":
            return TestOutcome.XFAILED if phase.xfail else TestOutcome.SKIPPED
        case "passed":
            return TestOutcome.XPASSED if phase.xfail else TestOutcome.PASSED


def _end_of(execution: Execution) -> str:
    """The end of what was printed; errors of pytest itself stand on stderr."""
    text = execution.stdout + (f"\n{execution.stderr}" if execution.stderr.strip() else "")
    return text if len(text) <= LONGEST_TEXT else "[...]\n" + text[-LONGEST_TEXT:]
