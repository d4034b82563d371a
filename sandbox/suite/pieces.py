"""The suite: pieces of a run of pytest, put together as they come."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from sandbox.room import Execution, Outcome
from sandbox.suite.report import CollectionError, SuiteReport, TestOutcome, TestResult

LONGEST_TEXT = 20_000

#: Exit codes of a regular end: all passed, some failed, interrupted by broken files, nothing collected.
#: https://docs.pytest.org/en/stable/reference/exit-codes.html
REGULAR = (0, 1, 2, 5)


class Line(BaseModel):
    """What our reporter says in one line; `number` counts from 1 without a gap."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    nonce: str
    number: int


class Started(Line):
    """pytest is configured."""

    kind: Literal["start"]


class Broken(Line):
    """A file can't be collected."""

    kind: Literal["broken"]
    path: str
    exception: str
    message: str
    missing: str


class Collected(Line):
    """Some of the tests that will run."""

    kind: Literal["collected"]
    ids: tuple[str, ...]


class Phase(Line):
    """Setup, call or teardown of one test."""

    kind: Literal["phase"]
    id: str
    when: Literal["setup", "call", "teardown"]
    outcome: Literal["passed", "failed", "skipped"]
    xfail: bool
    seconds: float
    exception: str
    message: str
    missing: str


class Ended(Line):
    """The regular end, with pytest's own exit code."""

    kind: Literal["end"]
    code: int


_ADAPTER: TypeAdapter[Started | Broken | Collected | Phase | Ended] = TypeAdapter(
    Annotated[Started | Broken | Collected | Phase | Ended, Field(discriminator="kind")]
)

#: From the mildest to the worst: a test has the worst outcome of its phases.
SEVERITY = (
    TestOutcome.PASSED,
    TestOutcome.SKIPPED,
    TestOutcome.XFAILED,
    TestOutcome.XPASSED,
    TestOutcome.FAILED,
    TestOutcome.ERROR,
)


BAD = (TestOutcome.FAILED, TestOutcome.ERROR)


class Suite:
    """One run, while it goes on."""

    def __init__(self, nonce: str) -> None:
        self.nonce = nonce
        self._number = 0
        self._sound = True
        self._collected: list[str] = []
        self._called: set[str] = set()
        self._open: dict[str, TestResult] = {}
        self._ended: dict[str, TestResult] = {}
        self._errors: list[CollectionError] = []
        self._code: int | None = None

    def add(self, line: str) -> None:
        """Take one line. One that is not our reporter's, or not the next, spoils the run: it has no end."""
        try:
            piece = _ADAPTER.validate_json(line)
        except ValidationError:
            self._sound = False
            return
        if piece.nonce != self.nonce or piece.number != self._number + 1 or self._code is not None:
            self._sound = False
            return
        self._number = piece.number
        self._take(piece)

    def report(self, execution: Execution, *, complete: bool) -> SuiteReport:
        """The whole, when the process has ended; `complete` when every collected test must have a result."""
        regular = self._code in REGULAR and self._code == execution.exit_code and self._code_fits()
        told = not complete or set(self._collected) == set(self._ended)
        return SuiteReport(
            outcome=execution.outcome,
            collected=tuple(self._collected),
            results=tuple(self._ended.values()),
            errors=tuple(self._errors),
            finished=execution.outcome is Outcome.FINISHED and self._sound and regular and told,
            seconds=execution.seconds,
            text=_end_of(execution),
        )

    def _code_fits(self) -> bool:
        """Whether pytest's exit code says the same as what was told: 1 with a failure, 0 and 5 without."""
        failed = bool(self._errors) or any(result.outcome in BAD for result in self._ended.values())
        return self._code == 2 or failed == (self._code == 1)

    def _take(self, piece: Started | Broken | Collected | Phase | Ended) -> None:
        match piece:
            case Broken():
                error = CollectionError(
                    path=piece.path, exception=piece.exception, message=piece.message, missing=piece.missing
                )
                self._errors.append(error)
            case Collected():
                self._collected.extend(piece.ids)
            case Phase():
                self._take_phase(piece)
            case Ended():
                self._code = piece.code
            case Started():
                pass

    def _take_phase(self, phase: Phase) -> None:
        before = self._open.get(phase.id) or TestResult(id=phase.id, outcome=TestOutcome.PASSED)
        outcome, seconds = _outcome(phase), before.seconds + phase.seconds
        if SEVERITY.index(outcome) > SEVERITY.index(before.outcome):
            told = {
                "outcome": outcome,
                "exception": phase.exception,
                "message": phase.message,
                "missing": phase.missing,
            }
            before = before.model_copy(update=told)
        self._open[phase.id] = before.model_copy(update={"seconds": seconds})
        if phase.when == "call":
            self._called.add(phase.id)
        if phase.when == "teardown":
            self._end_test(self._open.pop(phase.id))

    def _end_test(self, result: TestResult) -> None:
        """Take a test's result; the worst one counts when an id has several."""
        if result.outcome is TestOutcome.PASSED and result.id not in self._called:
            told = {"outcome": TestOutcome.ERROR, "message": "the test was set up and torn down, but not called"}
            result = result.model_copy(update=told)
        self._called.discard(result.id)
        before = self._ended.get(result.id, result)
        self._ended[result.id] = max(before, result, key=lambda one: SEVERITY.index(one.outcome))


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
