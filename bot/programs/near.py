"""Near: of a file that is too large to be shown, the lines around what a change is about, letter by letter."""

import re
from collections.abc import Iterable, Sequence

from bot.decisions.code.definitions import UNPARSABLE, definitions
from bot.programs.sources import outline_of
from bot.programs.tools.answer import cut, cut_middle

#: Lines above and below one that matters.
AROUND = 8
#: Characters of the outline, and the share of all that it may have.
LONGEST_OUTLINE, SHARE_OF_OUTLINE = 2000, 4
#: What a line is worth for standing in a definition that is to be changed, beside the words that it has.
NAMED = 0.5


def near(source: str, names: Iterable[str], about: str, limit: int, *, outlined: bool = True) -> str:
    """The lines that matter, in order, each run of them below its numbers; then the file's outline.

    Args:
        source: the file's text, with plain line feeds.
        names: qualified names of definitions that are to be changed.
        about: what the change is about; a word counts the more the fewer lines of the file have it.
        limit: characters.
        outlined: whether it is Python, which has an outline.
    """
    lines = source.split("\n")
    told = cut(outline_of(source), min(LONGEST_OUTLINE, limit // SHARE_OF_OUTLINE)) if outlined else ""
    outline = f"# All definitions of the file:\n{told}" if outlined else ""
    left = max(500, limit - len(outline) - 2)
    runs = _runs(_chosen(lines, _worth(lines, source, set(names), about), left))
    if not runs:
        return cut_middle(source, limit)
    shown = "\n".join(f"# lines {run[0] + 1}-{run[-1] + 1}:\n" + "\n".join(lines[n] for n in run) for run in runs)
    return f"{cut_middle(shown, left)}\n\n{outline}".rstrip()


def _worth(lines: Sequence[str], source: str, names: set[str], about: str) -> list[float]:
    """What each line is worth."""
    asked = set(re.findall(r"\w{3,}|\d{2,}", about)) | {name.rpartition(".")[2] for name in names}
    where: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        for word in asked & set(re.findall(r"\w+", line)):
            where.setdefault(word, []).append(number)
    worth = [0.0] * len(lines)
    for numbers in where.values():
        for number in numbers:
            worth[number] += 1 / len(numbers)
    try:
        known = [found for found in definitions(source) if found.name in names]
    except UNPARSABLE:
        known = []
    for found in known:
        worth[found.start - 1] += 1
        for number in range(found.start - 1, min(found.end, len(lines))):
            worth[number] += NAMED
    return worth


def _chosen(lines: Sequence[str], worth: Sequence[float], limit: int) -> set[int]:
    """The most worthy lines with those around them, as many as fit; the very first ones in any case."""
    chosen = set(range(min(AROUND, len(lines))))
    used = sum(len(lines[number]) + 1 for number in chosen)
    for best in sorted((n for n, value in enumerate(worth) if value), key=lambda n: (-worth[n], n)):
        around = set(range(max(0, best - AROUND), min(len(lines), best + AROUND + 1))) - chosen
        size = sum(len(lines[number]) + 1 for number in around) + 20
        if used + size > limit:
            continue
        chosen |= around
        used += size
    return chosen if any(worth) else set()


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers that follow each other."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][-1] == number - 1:
            found[-1].append(number)
        else:
            found.append([number])
    return found
