"""Differences: which lines of two texts correspond, in bounded time whatever stands in them.

`difflib` compares each line with all that are equal to it, once for every block that it finds: a table of ten
thousand equal lines takes it half a minute, and a file that is made for it takes hours.
"""

import difflib
from collections.abc import Sequence
from itertools import accumulate, takewhile

#: Comparisons of two lines, about a second's worth. What is left then counts as rewritten.
MOST = 5_000_000

#: What happened ("equal", "replace", "insert" or "delete"), to which lines of the old text, and of the new one.
Opcode = tuple[str, int, int, int, int]


def differences(old: Sequence[str], new: Sequence[str], most: int = MOST) -> list[Opcode]:
    """How to turn one sequence into another, as `difflib.SequenceMatcher.get_opcodes` tells it.

    Args:
        old: lines or words.
        new: likewise.
        most: comparisons that may be made. What they don't suffice for is "replace", at worst all between the
            first and the last difference.
    """
    top = _alike(old, new)
    end = _alike(old[top:][::-1], new[top:][::-1])
    matcher = _Matcher(old[top : len(old) - end], new[top : len(new) - end], most)
    found: list[Opcode] = [("equal", 0, top, 0, top)] if top else []
    for what, i, j, k, m in matcher.get_opcodes():
        found.append((what, i + top, j + top, k + top, m + top))
    if end:
        found.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return found


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first lines are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


class _Matcher(difflib.SequenceMatcher[str]):
    """One that stops looking when it has compared enough."""

    def __init__(self, old: Sequence[str], new: Sequence[str], most: int) -> None:
        # autojunk would take a line that is found often for no line at all.
        super().__init__(None, old, new, autojunk=False)
        self._left = most
        places: dict[str, list[int]] = self.b2j  # type: ignore[attr-defined]  # not in its stub
        self._costs = [0, *accumulate(1 + len(places.get(line, ())) for line in old)]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        """As there, while it may be looked for; after that nothing matches."""
        self._left -= self._costs[-1 if ahi is None else ahi] - self._costs[alo]
        if self._left < 0:
            return difflib.Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)
