"""Figure: one thing that was measured, what stands beside it, and what is wished for."""

from dataclasses import dataclass
from typing import Any

from bench.spread import Spread


@dataclass(frozen=True)
class Aim:
    """What is wished for, and whether this run found it so. No test: nothing fails when it is not met."""

    words: str
    met: bool

    def __str__(self) -> str:
        return f"{self.words}: {'met' if self.met else 'not met'}"


def at_most(limit: float, found: float, unit: str = "×") -> Aim:
    """Nothing over the limit is wished for."""
    return Aim(f"≤ {limit:g} {unit}", found <= limit)


def at_least(limit: float, found: float, unit: str = "×") -> Aim:
    """Nothing below the limit is wished for."""
    return Aim(f"≥ {limit:g} {unit}", found >= limit)


@dataclass(frozen=True)
class Line:
    """One line of a figure.

    Attributes:
        words: what was measured.
        spread: in seconds, or in what `form` says; None where nothing could be measured.
        form: "ms" writes seconds as milliseconds; anything else is a format of the number as it is (".2f").
        ratio: of two medians, in words ("1.2 ×"); "" for none.
        aim: what is wished for of the spread or of the ratio.
        note: why there is no spread.
    """

    words: str
    spread: Spread | None = None
    form: str = "ms"
    ratio: str = ""
    aim: Aim | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Every number, and the words beside it."""
        told: dict[str, Any] = {"line": self.words, **(self.spread.as_json() if self.spread else {})}
        if self.ratio:
            told["ratio"] = self.ratio
        if self.aim:
            told["aim"], told["met"] = self.aim.words, self.aim.met
        if self.note:
            told["not_measured"] = self.note
        return told


@dataclass(frozen=True)
class Figure:
    """One thing that was measured; the first line is ours."""

    title: str
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        """Every line."""
        return {"figure": self.title, "lines": [line.as_json() for line in self.lines]}


def times(ours: Spread, plain: Spread) -> float:
    """How many times longer ours takes, by the medians."""
    return ours.median / plain.median


def written(ratio: float) -> str:
    """The ratio of our line to the next one."""
    return f"{ratio:.2f} ×" if ratio >= 0.1 else f"{ratio:.1g} ×"


def slower(other: Spread, ours: Spread) -> str:
    """The ratio of another one's line to ours."""
    ratio = times(other, ours)
    return f"{ratio:.0f} × ours" if ratio >= 10 else f"{ratio:.2f} × ours"
