"""Reproduction: a small test that shows, on the code as it stands, what an issue complains about."""

from enum import StrEnum

from bot.words.value import Value


class Showing(StrEnum):
    """What one run of such a test showed; the first three are what a fault looks like, the surest first."""

    RAISED = "it raises what the issue tells of"
    ASSERTION = "an assertion does not hold"
    CRASH = "the repository's own code raises"
    PASSES = "it passes"
    ABSENT = "something is not there yet"
    BROKEN = "the test itself is broken"


#: What counts as a reproduction, the best first.
FAULTS = (Showing.RAISED, Showing.ASSERTION, Showing.CRASH)


class Reproduction(Value):
    """A test that failed in a room on the unchanged snapshot, for a reason that is not its own.

    Attributes:
        path: where the test lay, relative to the repository's root.
        test: the text of the test file.
        showing: which kind of failure it was.
        failure: the failure in one line ("AssertionError: assert 4 == 5").
        output: pytest's own words, cut.
        tests: those of its tests that showed it, by their ids without the path ("TestParts::test_sum[1]"); () in what
            an earlier version stored.
    """

    path: str
    test: str
    showing: Showing
    failure: str
    output: str = ""
    tests: tuple[str, ...] = ()
