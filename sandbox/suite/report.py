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


class Frozen(BaseModel):
    """A frozen value with a closed schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TestResult(Frozen):
    """One test.

    Attributes:
        id: pytest's node id, "tests/test_x.py::test_y[1]".
        outcome: over all three phases; an error in setup or teardown is ERROR.
        seconds: wall time of all phases.
        exception: name of the exception's type ("AssertionError"), "" when there was none.
        message: pytest's explanation of the failure, cut to a few thousand characters.
        missing: for ImportError, AttributeError and NameError: the module or name that was not there.
    """

    __test__ = False

    id: str
    outcome: TestOutcome
    seconds: float = 0.0
    exception: str = ""
    message: str = ""
    missing: str = ""


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


class SuiteReport(Frozen):
    """One run of pytest.

    Attributes:
        outcome: how the process ended; anything but FINISHED means that `results` is only a part.
        collected: the ids that collection found, in order.
        results: one per test that ended, in order.
        errors: files that could not be collected.
        finished: whether the plugin saw the session's regular end.
        seconds: wall time.
        text: the end of what pytest printed, for a reader; it decides nothing.
    """

    outcome: Outcome
    collected: tuple[str, ...] = ()
    results: tuple[TestResult, ...] = ()
    errors: tuple[CollectionError, ...] = ()
    finished: bool = False
    seconds: float = 0.0
    text: str = ""
