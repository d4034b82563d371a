from datetime import UTC, date, datetime

import pytest

from tideline import Series, daily_extremes, hourly_means, hourly_spreads, read
from tideline.stats import mean, spread

FILE = """2024-03-01T10:00:00+00:00 100
2024-03-01T10:30:00+00:00 110
2024-03-01T11:00:00+00:00 130
2024-03-01T11:30:00+00:00 150
"""


def hour(number):
    return datetime(2024, 3, 1, number, tzinfo=UTC)


def test_the_file_of_the_issue():
    assert hourly_means(Series(read(FILE))) == {hour(10): 105.0, hour(11): 140.0}


def test_each_reading_is_in_exactly_one_hour():
    text = "".join(f"2024-03-01T{n // 4:02}:{n % 4 * 15:02}:00+00:00 {n}\n" for n in range(40))
    series = Series(read(text))
    pieces = [piece for _, piece in series.hours()]
    assert [len(piece) for piece in pieces] == [4] * 10
    assert sum(map(len, pieces)) == len(series)


def test_midnight_belongs_to_the_new_day():
    text = "2024-03-01T23:00:00+00:00 5\n2024-03-02T00:00:00+00:00 900\n2024-03-02T01:00:00+00:00 7\n"
    assert daily_extremes(Series(read(text))) == {date(2024, 3, 1): (5, 5), date(2024, 3, 2): (7, 900)}


def test_the_last_reading_on_a_full_hour_is_an_hour_of_its_own():
    assert hourly_means(Series(read("2024-03-01T10:00:00+00:00 1\n2024-03-01T11:00:00+00:00 3\n"))) == {
        hour(10): 1.0,
        hour(11): 3.0,
    }


def test_spreads():
    assert hourly_spreads(Series(read(FILE))) == {hour(10): 5.0, hour(11): 10.0}


@pytest.mark.parametrize(("values", "middle", "wide"), [([1, 3], 2, 1), ([4], 4, 0), ([2, 4, 4, 4, 5, 5, 7, 9], 5, 2)])
def test_the_statistics_stay_as_documented(values, middle, wide):
    assert mean(values) == middle
    assert spread(values) == wide
