"""Spans: who was busy when, noted from any thread."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where time is spent, the bot itself aside. Where two overlap, the earlier in this list has it."""

    MODEL = "model"
    GITHUB = "github"
    START = "room start"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, in seconds of `time.perf_counter()`."""

    place: Place
    start: float
    end: float


class Spans:
    """Every span so far."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: list[Span] = []

    @contextmanager
    def at(self, place: Place) -> Iterator[None]:
        """Note how long the block takes, also when it fails."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._add(Span(place, start, time.perf_counter()))

    def ended(self, place: Place, seconds: float) -> None:
        """Note what has just ended and was timed by somebody else."""
        now = time.perf_counter()
        self._add(Span(place, now - seconds, now))

    def since(self, moment: float) -> list[Span]:
        """The spans that began at this moment or later."""
        with self._lock:
            return [span for span in self._spans if span.start >= moment]

    def _add(self, span: Span) -> None:
        with self._lock:
            self._spans.append(span)


def covered(spans: Sequence[Span]) -> float:
    """Seconds in which at least one of the spans was open."""
    total, reached = 0.0, float("-inf")
    for span in sorted(spans, key=lambda one: one.start):
        total += max(0.0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return total


def split(spans: Sequence[Span]) -> dict[Place, float]:
    """Seconds by place; no second is counted twice, so that the sum is `covered(spans)`."""
    parts: dict[Place, float] = {}
    taken: list[Span] = []
    for place in Place:
        before = covered(taken)
        taken += [span for span in spans if span.place is place]
        parts[place] = covered(taken) - before
    return parts
