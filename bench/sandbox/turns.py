"""Turns: measured in turns, so that a slow moment of the machine meets everything that is compared."""

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from bench.spread import Spread

T = TypeVar("T")

#: Does something so many times and says how many seconds each took.
Burst = Callable[[int], list[float]]


def timed(do: Callable[[], object]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def clocked(make: Callable[[], T]) -> tuple[T, float]:
    """What it makes, and the seconds that it takes."""
    started = time.perf_counter()
    made = make()
    return made, time.perf_counter() - started


def repeated(do: Callable[[], object]) -> Burst:
    """A burst of the same thing; the first one of each does not count, as the one before was somebody else's."""

    def burst(count: int) -> list[float]:
        do()
        return [timed(do) for _ in range(count)]

    return burst


def take_turns(rounds: int, bursts: Mapping[str, tuple[Burst, int]]) -> dict[str, Spread]:
    """Rounds of bursts of so many each, forwards and backwards."""
    found: dict[str, list[float]] = {name: [] for name in bursts}
    for number in range(rounds):
        names = list(bursts)[:: 1 if number % 2 else -1]
        for name in names:
            burst, count = bursts[name]
            found[name] += burst(count)
    return {name: Spread.of(values) for name, values in found.items()}


def settle(is_settled: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something is so, and a moment longer. Gives up in silence: the figure then shows it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_settled():
        time.sleep(0.01)
    time.sleep(0.1)
