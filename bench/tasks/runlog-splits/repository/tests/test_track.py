import pytest

from runlog import TrackError, read_track

TEXT = "# watch 7\n0,47.0,8.0,400\n10,47.0,8.0005,402\n\n25,47.0,8.001\n"


def test_a_track():
    activity = read_track(TEXT, name="lake")
    assert (activity.name, len(activity.points), activity.seconds) == ("lake", 3, 25)
    assert activity.points[2].height == 0


@pytest.mark.parametrize("line", ["1,2", "a,b,c", "1,91,8", "-1,47,8"])
def test_bad_lines_are_named(line):
    with pytest.raises(TrackError, match="line 2"):
        read_track(f"0,47.0,8.0\n{line}\n")
