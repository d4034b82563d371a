"""Changed lines: which lines of a file a patch has added or changed."""

import difflib

from bot.decisions.definitions import lines_of
from bot.words.patch import FileChange


def changed_lines(change: FileChange) -> frozenset[int]:
    """Numbers of the lines, from 1, in the file as the patch leaves it. Nothing for a deleted file.

    Lines are Python's own, as in a syntax tree. Where lines were only taken away nothing stands that could be named.
    """
    before, after = lines_of(change.before or ""), lines_of(change.after or "")
    found: set[int] = set()
    # autojunk would take a line that is found often for no line at all.
    for what, _, _, start, end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what in ("replace", "insert"):
            found.update(range(start + 1, end + 1))
    return frozenset(found)


def places(lines: frozenset[int]) -> list[range]:
    """Changed lines that stand together, in order."""
    found: list[range] = []
    for line in sorted(lines):
        if found and found[-1].stop == line:
            found[-1] = range(found[-1].start, line + 1)
        else:
            found.append(range(line, line + 1))
    return found
