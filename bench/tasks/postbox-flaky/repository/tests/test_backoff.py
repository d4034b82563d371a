import pytest

from postbox import pause


@pytest.mark.parametrize(("tries", "seconds"), [(1, 30), (2, 60), (3, 120), (20, 3600)])
def test_doubled_each_time(tries, seconds):
    assert pause(tries, spread=0) == seconds


def test_not_all_letters_come_at_once():
    assert pause(1) != pause(1)


def test_nothing_was_tried():
    with pytest.raises(ValueError, match="tried"):
        pause(0)
