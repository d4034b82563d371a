"""Numbers about numbers."""

from collections.abc import Sequence
from math import sqrt


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean. Raises ValueError for nothing."""
    if not values:
        raise ValueError("nothing has no mean")
    return sum(values) / len(values)


def spread(values: Sequence[float]) -> float:
    """The standard deviation of the population."""
    middle = mean(values)
    return sqrt(sum((value - middle) ** 2 for value in values) / len(values))


def extremes(values: Sequence[float]) -> tuple[float, float]:
    """The smallest and the largest. Raises ValueError for nothing."""
    if not values:
        raise ValueError("nothing has no extremes")
    return min(values), max(values)
