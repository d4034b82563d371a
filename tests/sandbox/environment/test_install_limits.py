"""Environments that nobody uses any more go, the least recently used first, and never by a clock."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from sandbox.environment.store import Capacity, Entry, Filling, Ground, Kind, Say, trim
from sandbox.room import Limits

GIB = 2**30


class Shelf:
    """A store of entries that are there already; some are in use."""

    def __init__(self, *entries: Entry, used: Sequence[str] = (), capacity: Capacity) -> None:
        self.capacity = capacity
        self.kept = list(entries)
        self.used = used
        self.swept = 0

    def ground(self, python: str, debian: Sequence[str], say: Say) -> Ground:
        raise NotImplementedError

    def find(self, key: str) -> Entry | None:
        raise NotImplementedError

    def fill(
        self, key: str, kind: Kind, ground: Ground, limits: Limits, gate: Path | None = None
    ) -> AbstractContextManager[Filling]:
        raise NotImplementedError

    def entries(self) -> Sequence[Entry]:
        return list(self.kept)

    def remove(self, name: str) -> bool:
        if name in self.used:
            return False
        self.kept = [entry for entry in self.kept if entry.name != name]
        return True

    def sweep(self) -> None:
        self.swept += 1


def some() -> Iterator[Entry]:
    for name, size, used in (("c", 3, 7), ("a", 5, 1), ("d", 1, 9), ("b", 2, 4)):
        yield Entry(name, size * GIB, used)


@pytest.mark.parametrize(
    ("most_bytes", "most_entries", "keep", "used", "gone"),
    [
        (20 * GIB, 40, [], [], []),
        (11 * GIB, 4, [], [], []),
        (10 * GIB, 40, [], [], ["a"]),
        (5 * GIB, 40, [], [], ["a", "b"]),
        (20 * GIB, 2, [], [], ["a", "b"]),
        (0, 40, [], [], ["a", "b", "c", "d"]),
        (20 * GIB, 2, ["a"], [], ["b", "c"]),
        (20 * GIB, 2, [], ["b"], ["a", "c"]),
        (0, 0, ["d"], ["a", "b", "c"], []),
    ],
)
def test_the_least_recently_used_go_until_the_rest_fits(
    most_bytes: int, most_entries: int, keep: list[str], used: list[str], gone: list[str]
) -> None:
    shelf = Shelf(*some(), used=used, capacity=Capacity(most_entries, most_bytes))

    assert trim(shelf, keep=keep) == gone

    assert {entry.name for entry in shelf.kept} == {"a", "b", "c", "d"} - set(gone)
    assert shelf.swept == 1
