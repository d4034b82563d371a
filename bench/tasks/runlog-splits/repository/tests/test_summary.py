import pytest

from runlog import Activity, Point, format_summary
from runlog.clock import format_pace, format_time
from runlog.geometry import distance


def test_a_degree_of_latitude():
    assert distance((0, 0), (1, 0)) == pytest.approx(111_195, abs=1)


@pytest.mark.parametrize(("seconds", "text"), [(5, "0:05"), (245.4, "4:05"), (3845, "1:04:05"), (59.6, "1:00")])
def test_times(seconds, text):
    assert format_time(seconds) == text


def test_pace():
    assert format_pace(660, 2000) == "5:30 /km"
    assert format_pace(1, 0) == "-"


def test_summary():
    run = Activity("hill", (Point(0, 0, 0, 10), Point(600, 0.018, 0, 30), Point(650, 0.018, 0, 30.5)))
    assert format_summary(run).splitlines() == ["hill", "  2.00 km in 10:50", "  5:25 /km, 20 m up"]


def test_nothing():
    assert format_summary(Activity("none", ())).splitlines()[1] == "  0.00 km in 0:00"
