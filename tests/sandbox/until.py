"""Waiting for what other threads and processes do."""

import time
from collections.abc import Callable

from sandbox.pool import Pool
from sandbox.stock.place import State


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Return as soon as it is true; fail when it does not become so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.002)


def settled(pool: Pool, count: int, lent: int = 0) -> None:
    """Wait until so many rooms are idle and nothing is under way; others may be in somebody's hands."""

    def true() -> bool:
        with pool._changed:
            states = [place.state for place in pool._stock.places]
        return sorted(states, key=str) == [State.IDLE] * count + [State.LENT] * lent

    until(true)
