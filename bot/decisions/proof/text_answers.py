"""Text answers: a table of a data file that a patch brings, which has in it what the patch's own tests expect."""

import re
from collections.abc import Collection, Iterator

from bot.words.patch import FileChange

#: A larger file is no list of a few answers.
LARGEST = 200_000

PARTS, CELLS, NAMED = re.compile(r"[\n,{}\[\]]"), re.compile(r"[,;\t|]"), re.compile(r"[:=]")
#: What is everywhere.
PLAIN = frozenset({"", "0", "1", "-1", "2", "true", "false", "null", "none"})


def text_groups(change: FileChange) -> Iterator[list[tuple[str, str]]]:
    """Keys with their values, and the first with the last cells of rows, as far as they are new; none of a large file.

    A table that was there before and gets a few rows more is none: what an issue asks for may be just those.
    """
    text, before = change.after or "", change.before or ""
    if max(len(text), len(before)) > LARGEST:
        return
    for split in (_named, _rows):
        old, new = set(split(before)), list(dict.fromkeys(split(text)))
        added = [pair for pair in new if pair not in old]
        if len(added) > len(old):
            yield added


def plainly(constants: Collection[str]) -> frozenset[str]:
    """Constants as Python writes them, as a data file may."""
    return frozenset(constant.strip("'\"") for constant in constants)


def _named(text: str) -> Iterator[tuple[str, str]]:
    for part in PARTS.split(text):
        yield from _pair(NAMED.split(part, maxsplit=1))


def _rows(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        yield from _pair(CELLS.split(line.strip(" [](){},;|")))


def _pair(cells: list[str]) -> Iterator[tuple[str, str]]:
    words = [cell.strip(" \t\"'-") for cell in cells]
    if len(words) > 1 and words[0] != words[-1] and not {words[0].casefold(), words[-1].casefold()} & PLAIN:
        yield words[0][:58], words[-1][:58]
