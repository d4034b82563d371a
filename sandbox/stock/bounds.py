"""Bounds: how much may be held ready."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be held ready.

    Attributes:
        budget: bytes that all rooms together may use, by their limits: idle, lent, starting and closing ones.
        spare: rooms kept idle of each kind that was asked for lately.
        idle: rooms kept idle at most, over all kinds.
        starts: rooms that may be starting at once. An engine makes them no faster side by side.
        rest: seconds after a hand-out in which no room is started ahead, unless one was given back: on few cores a
            start would slow down just what the room was opened for.
        keep: seconds that a room may be idle, and that a kind is remembered after its last use.
        grace: seconds over its lifetime after which a lent room is taken away.
    """

    budget: int
    spare: int = 2
    idle: int = 8
    starts: int = 2
    rest: float = 1.0
    keep: float = 600.0
    grace: float = 2.0
