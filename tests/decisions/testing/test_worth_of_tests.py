"""What new tests are worth beside a right answer: nothing where the judge would give nothing for them."""

import pytest

from bot.decisions.testing.worth_of_tests import shows_something, worth_of_tests
from bot.words.evidence import Evidence
from bot.words.mutation import Fate, Mutation, TriedMutant
from bot.words.patch import FileChange, Patch
from sandbox.room import Outcome
from sandbox.suite.report import SuiteReport, TestOutcome, TestResult

PATH = "tests/test_change.py"
LOOKS = "from pkg import f\n\n\ndef test_a():\n    assert f() == 2\n"
TRUISM = "from pkg import f\n\n\ndef test_a():\n    assert f() is not None\n"
NOTHING = SuiteReport(outcome=Outcome.FINISHED, finished=True)


def report(*outcomes: str) -> SuiteReport:
    results = tuple(
        TestResult(
            id=f"{PATH}::test_{number}",
            outcome=TestOutcome(outcome),
            exception="" if outcome == "passed" else "AssertionError",
            message="" if outcome == "passed" else "E  assert 1 == 2",
        )
        for number, outcome in enumerate(outcomes)
    )
    return NOTHING.model_copy(update={"results": results, "collected": tuple(one.id for one in results)})


def evidence(base: str, answer: str, fates: str = "") -> Evidence:
    names = {"p": "passed", "f": "failed"}
    tried = tuple(
        TriedMutant(path="pkg.py", line=1, what="a", fate=Fate.KILLED if fate == "k" else Fate.SURVIVED)
        for fate in fates
    )
    return Evidence(
        digest="d",
        base="b",
        tests=(PATH,),
        new_on_base=report(*(names[one] for one in base)),
        new_on_patch=report(*(names[one] for one in answer)),
        suite_on_base=NOTHING,
        suite_on_patch=NOTHING,
        mutation=Mutation(mutants=tried) if fates else None,
    )


def patch(text: str = LOOKS) -> Patch:
    return Patch(base="b", changes=(FileChange(path=PATH, before=None, after=text, test=True),))


@pytest.mark.parametrize(
    ("base", "answer", "fates", "share", "told"),
    [
        ("ff", "pp", "kkkk", 1.0, ""),
        ("fp", "pp", "kkkk", 1.0, ""),
        ("ff", "pp", "kkss", 0.75, "no new test failed"),
        ("ff", "pf", "", 0.25, "must pass with the right change: failed. E  assert 1 == 2"),
        ("pp", "pp", "", 0.0, "No test fails without the right change"),
        ("ff", "ff", "", 0.0, "No test fails without the right change"),
        ("ff", "pp", "ssss", 0.0, "pass whatever the changed lines do"),
    ],
)
def test_the_worth(base: str, answer: str, fates: str, share: float, told: str) -> None:
    seen = evidence(base, answer, fates)
    found = worth_of_tests(seen, patch())
    assert found.share == pytest.approx(share)
    assert told in found.feedback
    assert bool(found.feedback) == bool(told)
    assert shows_something(seen, patch()) == bool(fates)


def test_tests_that_look_at_nothing_are_worth_nothing() -> None:
    found = worth_of_tests(evidence("f", "p", "kkk"), patch(TRUISM))
    assert found.share == 0
    assert "No new test looks at a result" in found.feedback


def test_a_run_that_did_not_end_is_worth_nothing() -> None:
    seen = evidence("f", "p")
    late = seen.model_copy(update={"new_on_patch": seen.new_on_patch.model_copy(update={"outcome": Outcome.TIMED_OUT})})
    assert worth_of_tests(late, patch()).share == 0
