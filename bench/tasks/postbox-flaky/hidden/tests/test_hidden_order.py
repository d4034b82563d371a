import pytest

from postbox import Letter, Spool
from postbox.spool import MOST_TRIES

NEWS, NEWS2, PASSWORD, OLD, NEW = (Letter(f"{n}@example.org", "x") for n in ("news", "n2", "pw", "old", "new"))
LATER = 100_000


def leave(spool, now):
    found = []
    while (letter := spool.next(now)) is not None:
        found.append(letter)
    return found


def test_what_is_more_urgent_goes_first():
    spool = Spool()
    spool.add(NEWS, 9)
    spool.put_back(spool.next(0), 0)
    spool.add(PASSWORD, 0)
    assert leave(spool, LATER) == [PASSWORD, NEWS]


def test_of_its_priority_it_is_the_first_again():
    spool = Spool()
    spool.add(OLD, 5)
    spool.put_back(spool.next(0), 0)
    spool.add(NEW, 5)
    assert spool.waiting() == [OLD, NEW]
    assert leave(spool, LATER) == [OLD, NEW]


def test_two_that_were_put_back_keep_their_order():
    spool = Spool()
    spool.add(NEWS, 9)
    spool.add(NEWS2, 9)
    first, second = spool.next(0), spool.next(0)
    spool.put_back(second, 0)
    spool.put_back(first, 0)
    assert leave(spool, LATER) == [NEWS, NEWS2]


def test_it_rests_until_its_pause_is_over():
    spool = Spool()
    spool.add(OLD, 0)
    spool.put_back(spool.next(0), 0)
    spool.add(NEW, 9)
    assert spool.next(1) == NEW
    assert spool.next(29) is None
    assert spool.next(LATER) == OLD


def test_it_keeps_its_priority_again_and_again():
    spool = Spool()
    spool.add(NEWS, 9)
    spool.add(PASSWORD, 1)
    for turn in range(3):
        now = turn * LATER
        for letter in leave(spool, now):
            spool.put_back(letter, now)
    assert leave(spool, 3 * LATER) == [PASSWORD, NEWS]


@pytest.mark.parametrize("priority", [0, 9])
def test_tries_are_still_counted(priority):
    spool = Spool()
    spool.add(OLD, priority)
    for turn in range(MOST_TRIES):
        spool.put_back(spool.next(turn * LATER), turn * LATER)
    assert spool.given_up == [OLD]
