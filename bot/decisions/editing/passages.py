"""Passages: where some lines that a model wrote down from memory stand in a file, and what is closest if nowhere.

The text of this file also runs in the rooms of a model's scripts, by itself: it needs the standard library only.
"""

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

#: Lines of one passage: it is compared with every place of the file.
MOST_LINES = 400
#: Places that are named when there are several.
MOST_PLACES = 6
#: What is compared letter by letter, where no line of a passage is in the file.
LONGEST_LINE, MOST_COMPARED = 300, 5000
#: Of the short difference that is shown.
SHOWN_LINES, SHOWN_SIGNS = 10, 100
#: How alike a line must be to be called close.
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of a file that are meant.

    Attributes:
        start: index of the first one.
        end: index after the last one.
        written: margin that all of them have in what the model wrote.
        there: margin that they have in the file.
    """

    start: int
    end: int
    written: str = ""
    there: str = ""

    @property
    def told(self) -> str:
        """Its lines, as a person counts them."""
        return f"{self.start + 1}-{self.end}" if self.end - self.start > 1 else str(self.end)


def passages(lines: Sequence[str], wanted: Sequence[str]) -> list[Passage]:
    """Every place of a file where the wanted lines stand, by the strictest measure by which they stand anywhere.

    First letter by letter, then without white space at the ends of lines, then at another margin that is the same
    for all lines, then without regard to empty lines.

    Args:
        lines: the file's, without line endings.
        wanted: the passage's, likewise; at least one isn't blank.
    """
    measures: tuple[Callable[[Sequence[str], Sequence[str]], Iterator[Passage]], ...] = (
        lambda there, passage: _same(there, passage),
        lambda there, passage: _same([line.rstrip() for line in there], [line.rstrip() for line in passage]),
        _moved,
        _without_blanks,
    )
    for measure in measures:
        if found := list(measure(lines, wanted)):
            return found
    return []


def _same(lines: Sequence[str], wanted: Sequence[str]) -> Iterator[Passage]:
    length, first, lines, wanted = len(wanted), wanted[0], list(lines), list(wanted)
    for start in range(len(lines) - length + 1):
        if lines[start] == first and lines[start : start + length] == wanted:
            yield Passage(start, start + length)


def _moved(lines: Sequence[str], wanted: Sequence[str]) -> Iterator[Passage]:
    bare, asked = [line.strip() for line in lines], [line.strip() for line in wanted]
    for place in _same(bare, asked):
        if margins := _margins(lines[place.start : place.end], wanted):
            yield Passage(place.start, place.end, *margins)


def _without_blanks(lines: Sequence[str], wanted: Sequence[str]) -> Iterator[Passage]:
    full = [number for number, line in enumerate(lines) if line.strip()]
    asked = [line for line in wanted if line.strip()]
    for place in _moved([lines[number] for number in full], asked):
        yield Passage(full[place.start], full[place.end - 1] + 1, place.written, place.there)


def _margins(lines: Sequence[str], wanted: Sequence[str]) -> tuple[str, str] | None:
    """The margins of the wanted lines and of those of the file, if all lines differ by nothing else."""
    there, written = margin_of(lines), margin_of(wanted)
    pairs = zip(lines, wanted, strict=True)
    if all(line[len(there) :].rstrip() == own[len(written) :].rstrip() for line, own in pairs):
        return written, there
    return None


def margin_of(lines: Sequence[str]) -> str:
    """The white space with which every line begins; blank lines don't count."""
    starts = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()]
    first, last = min(starts, default=""), max(starts, default="")
    length = next((number for number, sign in enumerate(first) if last[number] != sign), len(first))
    return first[:length]


def at_margin(line: str, place: Passage) -> str | None:
    """A line of a passage's new text, moved to the margin that the passage has in the file; None where it can't be."""
    written, there = place.written, place.there
    if written == there or not line.strip():
        return line
    if line.startswith(written):
        return there + line.removeprefix(written)
    surplus = len(written) - len(there)
    if surplus <= 0:
        return there[: -len(written) or None] + line
    return None if line[:surplus].strip() else line[surplus:]


def closest(lines: Sequence[str], wanted: Sequence[str], where: str = "your SEARCH") -> str:
    """What of a file is most like a passage that is nowhere in it, with line numbers and the difference."""
    place = _likest(lines, wanted)
    if place is None:
        return "Nothing in the file is like it."
    difference = list(_difference(lines[place.start : place.end], wanted))
    more = ["..."] if len(difference) > SHOWN_LINES else []
    shown = "\n".join([*difference[:SHOWN_LINES], *more])
    which = f"Lines {place.told} are" if place.end - place.start > 1 else f"Line {place.told} is"
    return f"{which} the closest (- in the file, + in {where}):\n{shown}"


def _likest(lines: Sequence[str], wanted: Sequence[str]) -> Passage | None:
    asked = [line.strip() for line in wanted]
    bare = [line.strip() for line in lines]
    known = Counter(line for line in asked if line)
    length = min(len(asked), len(bare))
    hits = [line in known for line in bare]
    scores = [(0, 0)] if not length else []
    count = sum(hits[:length])
    for start in range(len(bare) - length + 1 if length else 0):
        scores.append((count, start))
        count += (hits[start + length] if start + length < len(bare) else 0) - hits[start]
    best = sorted(scores, key=lambda score: (-score[0], score[1]))[:8]
    if not best[0][0]:
        return _alike(bare, asked, length)
    ratings = [(*_likeness(bare[start : start + length], asked), -start) for count, start in best if count]
    start = -max(ratings)[2]
    return Passage(start, start + length)


def _likeness(there: Sequence[str], asked: Sequence[str]) -> tuple[float, int]:
    """How much of the lines is alike in the same order, and how many stand at the same place."""
    ratio = difflib.SequenceMatcher(None, there, asked, autojunk=False).ratio()
    return ratio, sum(map(str.__eq__, there, asked))


def _alike(bare: Sequence[str], asked: Sequence[str], length: int) -> Passage | None:
    """By the letters of one line, where no whole line is the same."""
    longest = max(asked, key=len)[:LONGEST_LINE]
    among = list(dict.fromkeys(line for line in bare if line and len(line) <= LONGEST_LINE))[:MOST_COMPARED]
    close = difflib.get_close_matches(longest, among, n=1, cutoff=ALIKE)
    if not close:
        return None
    start = max(0, min(bare.index(close[0]) - asked.index(max(asked, key=len)), len(bare) - length))
    return Passage(start, start + length)


def _difference(lines: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
    there, own = [line.rstrip() for line in lines], [line.rstrip() for line in wanted]
    for what, i, j, k, m in difflib.SequenceMatcher(None, there, own, autojunk=False).get_opcodes():
        if what != "equal":
            yield from (f"- {line[:SHOWN_SIGNS]}" for line in there[i:j])
            yield from (f"+ {line[:SHOWN_SIGNS]}" for line in own[k:m])
