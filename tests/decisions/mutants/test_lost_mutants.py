"""A mutant whose room was lost has shown nothing."""

from bot.decisions.proof.vacuity import fate_of
from bot.words.mutation import Fate
from sandbox.room import Outcome
from sandbox.suite.report import SuiteReport


def test_a_lost_room_is_no_killed_mutant() -> None:
    assert fate_of(SuiteReport(outcome=Outcome.KILLED), {"t"}) is Fate.NOT_TRIED
    assert fate_of(SuiteReport(outcome=Outcome.OUT_OF_MEMORY), {"t"}) is Fate.KILLED
