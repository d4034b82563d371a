"""Hyphenation by patterns, after Liang: digits between letters say how good a break there is, odd ones allow it."""

import re
from collections.abc import Iterable

#: A few patterns of English, enough for our labels.
ENGLISH = (".pre1", "1tion", "1ment", "er1n", "1ing.", "n1t2a", "a1li", "1ly.", "ex1", "con1", "2ng", "m1p", "4ng.")


class Hyphenator:
    """Finds where words may be divided.

    Args:
        patterns: in Liang's notation; "." stands for the end of a word.
        left: letters that stay before a hyphen at least.
        right: letters that come after it at least.
    """

    def __init__(self, patterns: Iterable[str] = ENGLISH, left: int = 2, right: int = 3) -> None:
        self._values = dict(_parsed(pattern) for pattern in patterns)
        self._longest = max(map(len, self._values), default=0)
        self._left, self._right = left, right

    def places(self, word: str) -> list[int]:
        """Where a word may be divided, as lengths of its first part."""
        marked = f".{word.lower()}."
        points = [0] * (len(marked) + 1)
        for start in range(len(marked)):
            for end in range(start + 1, min(len(marked), start + self._longest) + 1):
                for offset, value in enumerate(self._values.get(marked[start:end], ())):
                    points[start + offset] = max(points[start + offset], value)
        last = len(word) - self._right
        return [place for place in range(self._left, last + 1) if points[place + 1] % 2]

    def parts(self, word: str) -> list[str]:
        """A word in its parts."""
        cuts = [0, *self.places(word), len(word)]
        return [word[a:b] for a, b in zip(cuts, cuts[1:])]


def _parsed(pattern: str) -> tuple[str, tuple[int, ...]]:
    letters = re.sub(r"\d", "", pattern)
    values = [0] * (len(letters) + 1)
    place = 0
    for sign in pattern:
        if sign.isdigit():
            values[place] = int(sign)
        else:
            place += 1
    return letters, tuple(values)
