"""Read tracks."""

import csv

from runlog.activity import Activity, Point


class TrackError(ValueError):
    """A track can't be read; the message names the line."""


def read_track(text: str, name: str = "run") -> Activity:
    """Read a track: lines of seconds, latitude, longitude and, where the watch has it, height.

    Args:
        text: the file. Lines that are empty or begin with "#" are passed over.
        name: of the activity.

    Raises:
        TrackError: a line has no such numbers, or time runs backwards.
    """
    points: list[Point] = []
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        if not row or row[0].lstrip().startswith("#"):
            continue
        point = _point(row, number)
        if points and point.seconds < points[-1].seconds:
            raise TrackError(f"line {number}: {point.seconds:g} s is before {points[-1].seconds:g} s")
        points.append(point)
    return Activity(name, tuple(points))


def _point(row: list[str], number: int) -> Point:
    if len(row) not in (3, 4):
        raise TrackError(f"line {number}: {len(row)} columns, not 3 or 4")
    try:
        values = [float(cell) for cell in row]
    except ValueError:
        raise TrackError(f"line {number}: {', '.join(row)} are no numbers") from None
    if not (-90 <= values[1] <= 90 and -180 <= values[2] <= 180):
        raise TrackError(f"line {number}: no such place on earth")
    return Point(*values)
