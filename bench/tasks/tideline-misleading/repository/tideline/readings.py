"""Readings, and how they are written."""

from dataclasses import dataclass
from datetime import UTC, datetime


class ReadingError(ValueError):
    """A line is no reading; the message has its number."""


@dataclass(frozen=True, order=True)
class Reading:
    """What a gauge showed: a moment in UTC, and centimetres."""

    moment: datetime
    level: float


def read(text: str) -> list[Reading]:
    """All readings of a file, in the order of time; of two at the same moment the later line counts.

    Raises:
        ReadingError: a line can't be read, or its time has no zone.
    """
    found: dict[datetime, Reading] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            reading = _reading(line, number)
            found[reading.moment] = reading
    return sorted(found.values())


def _reading(line: str, number: int) -> Reading:
    try:
        when, level = line.split()
        moment = datetime.fromisoformat(when)
        value = float(level)
    except ValueError:
        raise ReadingError(f"line {number} is no reading: {line.strip()[:60]!r}") from None
    if moment.tzinfo is None:
        raise ReadingError(f"line {number} has no time zone: {when}")
    return Reading(moment.astimezone(UTC), value)
