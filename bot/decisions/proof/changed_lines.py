"""Changed lines: which lines of a file a patch has added or changed, and what of a line is left as it was."""

import difflib
import re

from bot.decisions.code.definitions import lines_of
from bot.decisions.code.differences import differences
from bot.words.patch import FileChange


def changed_lines(change: FileChange) -> frozenset[int]:
    """Numbers of the lines, from 1, in the file as the patch leaves it. Nothing for a deleted file.

    Lines are Python's own, as in a syntax tree. Where lines were only taken away nothing stands that could be named.
    """
    before, after = lines_of(change.before or ""), lines_of(change.after or "")
    found: set[int] = set()
    for what, _, _, start, end in differences(before, after):
        if what in ("replace", "insert"):
            found.update(range(start + 1, end + 1))
    return frozenset(found)


#: Words, numbers, blanks and single signs: what one sees as a whole when a line is changed.
PART = re.compile(r"\w+|\s+|[^\w\s]")

#: A change of so few lines, of which so much stays, is a change within lines; else all of it counts as new.
FEW, ALIKE = 3, 0.6


def kept_spans(change: FileChange) -> list[tuple[int, int]]:
    """The parts of changed lines that stood there before: first and last place, in bytes of UTF-8 from the start.

    Only of small changes: in a rewritten function a word that is found again is no part that stayed. The byte order
    mark is not counted.
    """
    before, after = (lines_of((text or "").removeprefix("\ufeff")) for text in (change.before, change.after))
    starts = [0]
    for line in after:
        starts.append(starts[-1] + len(line.encode()))
    found = []
    for what, old, old_end, new, new_end in differences(before, after):
        if what == "replace" and max(old_end - old, new_end - new) <= FEW:
            spans = _kept("".join(before[old:old_end]), "".join(after[new:new_end]))
            found += [(starts[new] + start, starts[new] + end) for start, end in spans]
    return found


def _kept(before: str, after: str) -> list[tuple[int, int]]:
    old, new = PART.findall(before), PART.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return []
    places = [0]
    for part in new:
        places.append(places[-1] + len(part.encode()))
    return [(places[block.b], places[block.b + block.size]) for block in matcher.get_matching_blocks() if block.size]


def places(lines: frozenset[int]) -> list[range]:
    """Changed lines that stand together, in order."""
    found: list[range] = []
    for line in sorted(lines):
        if found and found[-1].stop == line:
            found[-1] = range(found[-1].start, line + 1)
        else:
            found.append(range(line, line + 1))
    return found
