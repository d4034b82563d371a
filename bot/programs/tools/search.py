"""search_code: lines that contain a text, or else match a pattern.

A plain text is what most searches want, so that comes first; what nothing contains is tried as a regular
expression. The patterns come from a model: Python's own engine takes exponential time for some, so RE2 does
it, in time proportional to the text (https://github.com/google/re2). Its worst patterns are slow all the same:
they are refused by size, and a search ends after some seconds.
"""

import time
from collections.abc import Iterator
from typing import Any

import re2

from bot.programs.tools.answer import cut, text_of
from sandbox.files import Tree

MOST_HITS = 60
LARGEST_SEARCHED = 500_000
LONGEST_TEXT, LONGEST_LINE = 200, 160
#: Bytes of memory and instructions of one pattern; characters that are matched between two looks at the clock.
MEMORY, LARGEST_PATTERN, PIECE = 2**21, 1000, 65_536
SECONDS = 5.0
SIGNS = frozenset("\\^$.|?*+()[]{}")


def search_code(files: Tree, text: str, seconds: float = SECONDS) -> str:
    """Lines that contain a text, letter case aside: "path:line: text". Where none does, lines that match it."""
    wanted = text.strip()[:LONGEST_TEXT]
    if not wanted:
        return "Give a text to search for."
    hits = list(most(contained(files, wanted.lower())))
    pattern = None if hits else compiled(wanted)
    if hits or pattern is None:
        return told(hits) or f"Nothing contains {wanted!r}."
    try:
        hits = list(most(matching(files, pattern, time.monotonic() + seconds)))
        return told(hits) or f"Nothing contains or matches {wanted!r}."
    except TimeoutError:
        return f"The pattern {wanted!r} takes too long; search for a plain text."
    finally:
        re2.purge()  # its cache would keep the memory of a hundred patterns


def told(hits: list[str]) -> str:
    """The hits, and that there are more."""
    more = "\n... more hits: search for something longer" if len(hits) > MOST_HITS else ""
    return cut("\n".join(hits[:MOST_HITS]) + more)


def most(hits: Iterator[str]) -> Iterator[str]:
    """As many hits as are told, and one more."""
    for _number, hit in zip(range(MOST_HITS + 1), hits, strict=False):
        yield hit


def contained(files: Tree, needle: str) -> Iterator[str]:
    """Lines with that text in them; it is in lower case."""
    for path in sorted(files):
        content = text_of(files[path].data[:LARGEST_SEARCHED])
        if content is not None and needle in content.lower():
            for number, line in enumerate(content.splitlines(), 1):
                if needle in line.lower():
                    yield hit(path, number, line)


def compiled(text: str) -> Any:
    """The text as a pattern; None where it has no sign of one, is none, or is too large a one."""
    options = re2.Options()
    options.case_sensitive, options.never_nl = False, True
    options.log_errors, options.max_mem = False, MEMORY
    try:
        pattern = re2.compile(f"(?m){text}", options) if SIGNS & set(text) else None
    except (re2.error, UnicodeEncodeError):
        return None
    return pattern if pattern and pattern.programsize <= LARGEST_PATTERN else None


def matching(files: Tree, pattern: Any, end: float) -> Iterator[str]:
    """Lines that match; each once. Raises TimeoutError after the moment `end` of `time.monotonic()`."""
    for path in sorted(files):
        content = text_of(files[path].data[:LARGEST_SEARCHED])
        number = 1
        for piece in pieces(content or ""):
            if time.monotonic() > end:
                raise TimeoutError
            place = 0
            while place < len(piece) and (found := pattern.search(piece, place)):
                start = piece.rfind("\n", 0, found.start()) + 1
                place = (piece.find("\n", found.start()) + 1) or len(piece) + 1
                yield hit(path, number + piece.count("\n", 0, start), piece[start : place - 1])
            number += piece.count("\n")


def pieces(content: str) -> Iterator[str]:
    """A text in pieces of whole lines; longer lines are cut."""
    start = 0
    while start < len(content):
        end = content.rfind("\n", start, start + PIECE) + 1 if start + PIECE < len(content) else len(content)
        end = end if end > start else start + PIECE
        yield content[start:end]
        start = end


def hit(path: str, number: int, line: str) -> str:
    """One hit."""
    return f"{path}:{number}: {line.strip()[:LONGEST_LINE]}"
