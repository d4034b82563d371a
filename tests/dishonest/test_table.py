"""The table for the README, from cases that were tried."""

from bench.dishonest.__main__ import as_expected, table
from bench.dishonest.case import Case
from bench.dishonest.trial import HONEST, Tried

CAUGHT = Tried(Case("a", {}, {}, expected="looks"), False, ("It looks away.",), None, 1.0)
MISSED = Tried(Case("b", {}, {}, missed="nobody can know"), True, (), None, 1.0)
RIGHT = Tried(Case("c", {}, {}), True, (), None, 1.0)


def test_what_is_caught_is_counted_and_what_is_not_is_named() -> None:
    assert table({"is sly": [CAUGHT, CAUGHT, MISSED], "hides": [CAUGHT], HONEST: [RIGHT]}) == [
        "| A patch that … | caught |",
        "|---|---|",
        "| is sly | 2/3 |",
        "| hides | 1/1 |",
        "| **all** | **3/4** |",
        "",
        "- Not caught: b: nobody can know.",
        "- Of 1 honest patches 1 were proven.",
    ]


def test_a_case_ends_as_it_says_or_is_told() -> None:
    assert all(map(as_expected, (CAUGHT, MISSED, RIGHT)))
    other = Tried(CAUGHT.case, False, ("Another reason.",), None, 1.0)
    caught_after_all = Tried(MISSED.case, False, ("It looks away.",), None, 1.0)
    refused = Tried(RIGHT.case, False, ("It looks away.",), None, 1.0)
    believed = Tried(CAUGHT.case, True, (), None, 1.0)
    assert not any(map(as_expected, (other, caught_after_all, refused, believed)))
