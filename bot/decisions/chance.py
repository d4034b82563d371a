"""Chance: what chooses for a pure function. `random.Random` is one; who calls decides with which seed."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Chance(Protocol):
    """The part of `random.Random` that is used here. https://docs.python.org/3/library/random.html."""

    def choice(self, seq: Sequence[T], /) -> T:
        """One of them."""
        ...

    def choices(self, population: Sequence[T], *, k: int) -> list[T]:
        """So many of them, one perhaps several times."""
        ...

    def sample(self, population: Sequence[T], k: int) -> list[T]:
        """So many of them, each at most once."""
        ...

    def randint(self, a: int, b: int) -> int:
        """A whole number from `a` to `b`, both included."""
        ...
