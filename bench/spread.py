"""Spread: several measurements of one thing, told in a few numbers."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The values, sorted; at least one."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """The spread of these values, of which there is at least one."""
        return cls(tuple(sorted(values)))

    @property
    def median(self) -> float:
        """The middle."""
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        """The smallest."""
        return self.values[0]

    @property
    def high(self) -> float:
        """The largest."""
        return self.values[-1]

    def percentile(self, percent: float) -> float:
        """The smallest value that so many percent of the values do not pass (nearest rank)."""
        return self.values[max(0, math.ceil(len(self.values) * percent / 100) - 1)]

    def as_json(self) -> dict[str, float | int]:
        """The numbers of the report, without the single values."""
        return {
            "count": len(self.values),
            "median": self.median,
            "p95": self.percentile(95),
            "p99": self.percentile(99),
            "min": self.low,
            "max": self.high,
        }
