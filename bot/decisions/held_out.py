"""Held out: which exercises a program is scored with, and never learns from."""

import hashlib
from collections.abc import Iterable

#: Of the exercises, the part that is held out.
SHARE = 1 / 3
#: With fewer there is nothing to learn from, or nothing to score with.
FEWEST = 4


def split(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names to learn from, and names to hold out; both sorted.

    A hash of its name decides where an exercise belongs, so that no run chooses, and a repeated one splits alike.
    """
    shuffled = sorted(set(names), key=lambda name: hashlib.sha256(name.encode()).digest())
    count = max(2, round(len(shuffled) * SHARE))
    return tuple(sorted(shuffled[count:])), tuple(sorted(shuffled[:count]))
