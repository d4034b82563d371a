"""One run."""

from collections.abc import Iterator
from dataclasses import dataclass

from runlog.geometry import distance


@dataclass(frozen=True)
class Point:
    """One point of a track.

    Attributes:
        seconds: since the start; never less than that of the point before.
        latitude: degrees.
        longitude: degrees.
        height: metres above the sea.
    """

    seconds: float
    latitude: float
    longitude: float
    height: float = 0.0

    @property
    def place(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.latitude, self.longitude


@dataclass(frozen=True)
class Activity:
    """A run with its track.

    Attributes:
        name: what the runner calls it.
        points: in the order of time.
    """

    name: str
    points: tuple[Point, ...]

    @property
    def metres(self) -> float:
        """The whole distance."""
        return sum(length for _, length in self.legs())

    @property
    def seconds(self) -> float:
        """The whole time, pauses included."""
        return self.points[-1].seconds - self.points[0].seconds if self.points else 0.0

    def legs(self) -> Iterator[tuple[float, float]]:
        """Seconds and metres between each two neighbouring points."""
        for before, after in zip(self.points, self.points[1:]):
            yield after.seconds - before.seconds, distance(before.place, after.place)

    def climbed(self, noise: float = 1.0) -> float:
        """Metres that went up, single steps below the noise left out."""
        steps = (after.height - before.height for before, after in zip(self.points, self.points[1:]))
        return sum(step for step in steps if step >= noise)
