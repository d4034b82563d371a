"""A series of readings, cut by time."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tideline.readings import Reading

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Series:
    """Readings in the order of time.

    Args:
        readings: of one gauge.
    """

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = sorted(readings)
        self._moments = [reading.moment for reading in self._readings]

    def __len__(self) -> int:
        return len(self._readings)

    def between(self, start: datetime, end: datetime) -> list[Reading]:
        """Readings of a span of time."""
        return self._readings[bisect_left(self._moments, start) : bisect_right(self._moments, end)]

    def hours(self) -> Iterator[tuple[datetime, list[Reading]]]:
        """Each hour that has readings, by its beginning."""
        yield from self._pieces(HOUR)

    def days(self) -> Iterator[tuple[datetime, list[Reading]]]:
        """Each day that has readings, by its beginning."""
        yield from self._pieces(DAY)

    def gaps(self, longest: timedelta = HOUR) -> list[tuple[datetime, datetime]]:
        """Spans of more than so long without a reading."""
        return [(a, b) for a, b in zip(self._moments, self._moments[1:]) if b - a > longest]

    def _pieces(self, length: timedelta) -> Iterator[tuple[datetime, list[Reading]]]:
        if not self._readings:
            return
        start = _floor(self._moments[0], length)
        while start <= self._moments[-1]:
            if piece := self.between(start, start + length):
                yield start, piece
            start += length


def _floor(moment: datetime, length: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // length * length
