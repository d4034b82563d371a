"""Whose fault it is when a patch is not proven: what is written again, and what the writer is told."""

from bot.programs import author
from bot.words.attempt import Attempt
from bot.words.evidence import NewTest, Red, Verdict
from bot.words.task import Task

RED = NewTest(id="tests/test_new.py::test_a", base=Red.ASSERTION, patch="passed")
GAP = "pkg/mod.py:3: `<` became `<=` in `a < b`, and no new test failed."
REASON = "The new tests pass whatever the changed lines do: none of 3 faults made a test fail."
BLIND = Verdict(proven=False, reasons=(REASON,), tests=(RED,), gaps=(GAP,))


def test_tests_that_see_nothing_are_written_again_and_the_code_stays() -> None:
    assert author.tests_to_blame(BLIND)
    assert not author.code_to_blame(BLIND)
    assert not author.stand_against(BLIND)


def test_an_unsteady_test_may_be_the_codes_fault() -> None:
    unsteady = Verdict(proven=False, reasons=("test_a does not agree with itself.",), tests=(RED,))
    assert author.code_to_blame(unsteady)
    assert not author.tests_to_blame(unsteady)


def test_the_writer_is_told_each_fault_that_went_unnoticed() -> None:
    told = author.told_verdict(Attempt(number=1, verdict=BLIND), Task(number=1, title="t"))
    assert told == f"{REASON}\n\n{GAP}"
