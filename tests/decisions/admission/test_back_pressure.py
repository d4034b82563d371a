"""Whether there is room for another wish."""

import pytest

from bot.decisions.admission.back_pressure import turned_away
from bot.words.pressure import Crowd, Pressure, Turned


@pytest.mark.parametrize(
    ("crowd", "why"),
    [
        (Crowd(), None),
        (Crowd(asked=19, unfinished=10), None),
        (Crowd(unfinished=11), Turned.REPOSITORY),
        (Crowd(asked=20), Turned.PERSON),
        (Crowd(asked=20, unfinished=11, same=True), Turned.PERSON),
        (Crowd(unfinished=11, same=True), Turned.BUSY),
    ],
)
def test_one_at_work_ten_waiting_twenty_a_day(crowd: Crowd, why: Turned | None) -> None:
    assert turned_away(crowd, Pressure()) is why


def test_nobody_may_wait_where_the_operator_says_so() -> None:
    assert turned_away(Crowd(), Pressure(waiting=0)) is None
    assert turned_away(Crowd(unfinished=1), Pressure(waiting=0)) is Turned.REPOSITORY
