import dataclasses

import pytest

from runlog import Activity, Point, Split, format_summary, splits
from runlog.geometry import RADIUS

DEGREE = RADIUS * 3.141592653589793 / 180


def run(*legs):
    """A run northwards along a meridian: legs of (seconds, metres)."""
    seconds = metres = 0.0
    points = [Point(0, 0, 0)]
    for time, length in legs:
        seconds, metres = seconds + time, metres + length
        points.append(Point(seconds, metres / DEGREE, 0))
    return Activity("test", tuple(points))


def told(found):
    return [(one.number, round(one.metres, 1), round(one.seconds, 1)) for one in found]


def test_ends_between_two_points_are_interpolated():
    assert told(splits(run((240, 800), (120, 400), (300, 800.5)))) == [(1, 1000, 300), (2, 1000, 359.8)]


def test_the_rest_is_a_split():
    assert told(splits(run((300, 1000.0), (150, 500)))) == [(1, 1000, 300), (2, 500, 150)]


def test_several_ends_in_one_gap():
    assert told(splits(run((100, 500), (900, 3000)))) == [(1, 1000, 250), (2, 1000, 300), (3, 1000, 300), (4, 500, 150)]


def test_a_tiny_rest_is_left_out():
    assert told(splits(run((300, 1000.4)))) == [(1, 1000, 299.9)]


def test_a_pause_counts_where_it_was():
    assert told(splits(run((150, 500), (60, 0), (150, 500), (10, 50)))) == [(1, 1000, 360), (2, 50, 10)]


def test_another_length():
    assert told(splits(run((400, 1000)), every=400)) == [(1, 400, 160), (2, 400, 160), (3, 200, 80)]


def test_times_add_up():
    activity = run((100, 333), (77, 412), (301, 1800), (12, 3), (90, 240))
    assert sum(one.seconds for one in splits(activity)) == pytest.approx(activity.seconds, abs=0.01)
    assert sum(one.metres for one in splits(activity)) == pytest.approx(activity.metres, abs=0.01)


@pytest.mark.parametrize("points", [(), (Point(0, 0, 0),)])
def test_no_points_no_splits(points):
    assert splits(Activity("none", points)) == []


def test_standing_still_is_no_split():
    assert splits(run((60, 0))) == []


@pytest.mark.parametrize("every", [0, -1.0])
def test_a_length_must_be_positive(every):
    with pytest.raises(ValueError):
        splits(run((300, 1000)), every=every)


def test_a_split_has_a_pace_and_is_frozen():
    one = Split(number=1, metres=500.0, seconds=150.0)
    assert one.pace == pytest.approx(300.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.number = 2


def test_the_summary_can_end_with_splits():
    activity = run((300, 1000.0), (150, 500))
    plain = format_summary(activity)
    assert len(plain.splitlines()) == 3
    text = format_summary(activity, with_splits=True)
    assert text.startswith(plain)
    assert [line.split() for line in text.splitlines()[3:]] == [["1", "1000", "m", "5:00"], ["2", "500", "m", "2:30"]]
