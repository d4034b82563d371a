"""Shelf: what was made of files, kept by their content, so that the next map of nearly the same files costs little."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Keeps values until their weight is too much, and drops those first that were not asked for the longest.

    Safe to use from several threads; two may make the same value at once, which does no harm.

    Args:
        most: the weight of all values together.
        weigh: the weight of one.
    """

    def __init__(self, most: int, weigh: Callable[[T], int]) -> None:
        self._most, self._weigh = most, weigh
        self._weight = 0
        self._values: dict[str, T] = {}
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], T]) -> T:
        """The value of a key, made where it is not kept.

        Args:
            key: of the content (`File.signature`) that the value is made of, and of nothing else.
            make: makes it.
        """
        with self._lock:
            if key in self._values:
                self._values[key] = value = self._values.pop(key)
                return value
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._weight += self._weigh(value)
            while self._weight > self._most and self._values:
                oldest = next(iter(self._values))
                self._weight -= self._weigh(self._values.pop(oldest))
        return value

    def __len__(self) -> int:
        return len(self._values)
