"""Evidence as fresh rooms would have gathered it, and copies of it that fall short."""

from bot.words.evidence import Evidence
from bot.words.mutation import Fate, Mutation, TriedMutant
from sandbox.room import Outcome
from sandbox.suite.report import CollectionError, SuiteReport, TestOutcome, TestResult

NEW = "tests/test_issue_7.py"


def result(test: str, outcome: str = "passed", exception: str = "", missing: str = "") -> TestResult:
    raised = exception or ("AssertionError" if outcome in ("failed", "error") else "")
    message = f"E   {raised}: {test} went wrong" if raised else ""
    return TestResult(id=test, outcome=TestOutcome(outcome), exception=raised, message=message, missing=missing)


def run(*results: TestResult, errors: tuple[CollectionError, ...] = ()) -> SuiteReport:
    collected = tuple(one.id for one in results)
    return SuiteReport(outcome=Outcome.FINISHED, collected=collected, results=results, errors=errors, finished=True)


def broken(path: str = NEW, exception: str = "ImportError", missing: str = "") -> CollectionError:
    message = f"E   {exception}: cannot import {missing}"
    return CollectionError(path=path, exception=exception, message=message, missing=missing)


def proven() -> Evidence:
    """Two new tests, one of them red before; a suite with a failure of its own that was there before."""
    suite = run(
        result("tests/test_old.py::a"),
        result("tests/test_old.py::b"),
        result("tests/test_old.py::sad", "failed"),
    )
    return Evidence(
        digest="d" * 64,
        base="b" * 40,
        tests=(NEW,),
        provides=("tally.new", "tally:new", "tally.sums:subtract"),
        new_on_base=run(result(f"{NEW}::one", "failed"), result(f"{NEW}::two")),
        new_on_patch=run(result(f"{NEW}::one"), result(f"{NEW}::two")),
        suite_on_base=suite,
        suite_on_patch=suite,
    )


def but(**changes: object) -> Evidence:
    return proven().model_copy(update=changes)


OLD = "tests/test_old.py"

#: One fault that the new tests notice: what must be seen where they are red by absence alone.
NOTICED = Mutation(mutants=(TriedMutant(path="tally/new.py", line=1, what="`1` became `2`", fate=Fate.KILLED),))
