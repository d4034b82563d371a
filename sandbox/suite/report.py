"""What pytest did in a room, as our own plugin reported it: never an exit code, never printed words alone."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from sandbox.room import Outcome


class TestOutcome(StrEnum):
    """The outcome of one test, over its setup, call and teardown."""

    __test__ = False

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"


#: Outcomes of a test that ran and did not do what it should.
BAD = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


class Frozen(BaseModel):
    """A frozen value with a closed schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TestResult(Frozen):
    """One test.

    Attributes:
        id: pytest's node id, "tests/test_x.py::test_y[1]", its path relative to the workspace.
        outcome: over all three phases; an error in setup or teardown is ERROR, and so is the death of a worker.
        seconds: wall time of all phases.
        exception: name of the exception's type ("AssertionError"), "" when there was none.
        message: pytest's explanation of the failure, cut to a few thousand characters.
        missing: for ImportError, AttributeError and NameError: the module or name that was not there.
        output: of a test that failed: what it had written to stdout, stderr and the log until then, cut.
    """

    __test__ = False

    id: str
    outcome: TestOutcome
    seconds: float = 0.0
    exception: str = ""
    message: str = ""
    missing: str = ""
    output: str = ""


class CollectionError(Frozen):
    """A test file that could not be imported or parsed.

    Attributes:
        path: the file, relative to the workspace.
        exception: name of the exception's type ("SyntaxError", "ImportError").
        message: pytest's explanation, cut.
        missing: for ImportError: the module ("pkg.new") or "module:name" that was not there.
    """

    path: str
    exception: str
    message: str
    missing: str = ""


class Collection(Frozen):
    """What pytest finds, without running it.

    Attributes:
        outcome: how the process ended; anything but FINISHED means that `ids` is only a part.
        ids: of the tests, in order.
        errors: files that could not be collected.
        finished: whether the plugin saw the session's regular end.
        trouble: why not, in a few words; "" when finished.
        seconds: wall time.
        pytest: the version of pytest that collected.
        text: the end of what pytest printed, for a reader; it decides nothing.
    """

    outcome: Outcome
    ids: tuple[str, ...] = ()
    errors: tuple[CollectionError, ...] = ()
    finished: bool = False
    trouble: str = ""
    seconds: float = 0.0
    pytest: str = ""
    text: str = ""


class SuiteReport(Frozen):
    """One run of pytest.

    Attributes:
        outcome: how the process ended; anything but FINISHED means that `results` is only a part.
        collected: the ids that collection found, in order.
        results: one per test that ended, in order.
        errors: files that could not be collected.
        running: what had begun and never ended, the tests that hung: empty after a regular end. When pytest
            never came to the first test: the file that it was collecting.
        finished: whether the plugin saw the session's regular end.
        trouble: why not, in a few words; "" when finished.
        exit_code: pytest's own, as it told at the end. 1 without a failure means that a plugin objected, such as
            pytest-cov to a coverage below the repository's threshold.
        rooms: in how many rooms the suite ran at the same time.
        seconds: wall time.
        pytest: the version of pytest that ran.
        text: the end of what pytest printed, for a reader; it decides nothing.
    """

    outcome: Outcome
    collected: tuple[str, ...] = ()
    results: tuple[TestResult, ...] = ()
    errors: tuple[CollectionError, ...] = ()
    running: tuple[str, ...] = ()
    finished: bool = False
    trouble: str = ""
    exit_code: int | None = None
    rooms: int = 1
    seconds: float = 0.0
    pytest: str = ""
    text: str = ""
