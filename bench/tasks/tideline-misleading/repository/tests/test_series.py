from datetime import UTC, datetime, timedelta

from tideline import Reading, Series, daily_extremes, hourly_means

START = datetime(2024, 3, 1, 10, tzinfo=UTC)


def at(*levels, every=20, first=5):
    return Series(Reading(START + timedelta(minutes=first + every * n), level) for n, level in enumerate(levels))


def test_hours_without_readings_are_left_out():
    assert [start.hour for start, _ in at(1, 2, every=150).hours()] == [10, 12]
    assert list(Series([]).hours()) == []


def test_means():
    assert hourly_means(at(1, 2, 6, 10)) == {START: 3.0, START.replace(hour=11): 10.0}


def test_between():
    assert [one.level for one in at(1, 2, 6).between(START, START + timedelta(minutes=30))] == [1, 2]


def test_gaps():
    series = at(1, 2, every=150)
    assert len(series.gaps()) == 1
    assert series.gaps(timedelta(hours=3)) == []


def test_extremes():
    assert daily_extremes(at(3, 1, 2)) == {START.date(): (1, 3)}
