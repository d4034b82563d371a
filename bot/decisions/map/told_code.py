"""The likeliest code in words: the definitions that an issue leads to, in full where they fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.decisions.map.repository import Findings, Place, RepositoryMap
from bot.decisions.map.sketch import text_of
from bot.decisions.map.told_map import shown
from bot.decisions.proof.protection import is_test_path

#: Characters of a file that is shown whole, and how many of the likeliest files may be.
SMALL, MOST_WHOLE = 2500, 3
#: Definitions that are so much less likely than the first are not shown; nor is a file that is.
LEAST, LEAST_FILE = 0.2, 0.3
#: Share of what is left that one definition may have, and lines that are shown around the one of a traceback.
ONE, AROUND = 0.6, 30
SHORTEST, LONGEST_LINE = 200, 300
#: Lines: of a class that is shown whole, of a function that is, wherever a traceback leads, and of a docstring.
LONGEST_CLASS, LONGEST_FRAMED, LONGEST_DOCSTRING = 60, 90, 6


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines to show.

    Attributes:
        path: the file.
        first: the first line, from 1.
        last: the last line, included.
        what: what they are, to be written behind the path.
        left_out: first and last line of what can be done without; (0, 0) for nothing.
    """

    path: str
    first: int
    last: int
    what: str
    left_out: tuple[int, int] = (0, 0)


def told_code(known: RepositoryMap, findings: Findings, limit: int) -> str:
    """Where the traceback ends, small likely files as a whole, then likely definitions; "" where nothing is likely.

    Args:
        known: the repository.
        findings: where the issue leads.
        limit: characters.
    """
    told: list[str] = []
    seen: list[Piece] = []
    for piece in pieces(known, findings):
        if limit < SHORTEST or any(
            piece.path == other.path and other.first <= piece.first and piece.last <= other.last for other in seen
        ):
            continue
        lines = (text_of(known.files[piece.path].data) or "").split("\n")
        text = told_piece(lines, piece, limit if not told else int(limit * ONE))
        if text:
            told.append(text)
            seen.append(piece)
            limit -= len(text) + 2
    return "\n\n".join(told)


def pieces(known: RepositoryMap, findings: Findings) -> Iterator[Piece]:
    """What to show, the most important first: path, first and last line, what it is."""
    raised = findings.raised
    whole = [path for path, score in findings.files[:MOST_WHOLE] if score >= LEAST_FILE * findings.files[0][1]]
    whole = [path for path in whole if len(known.files[path].data) <= SMALL]
    if raised and raised.path not in whole:
        yield piece_of(raised, ", where the traceback ends")
    for path in sorted(whole, key=lambda path: raised is None or path != raised.path):
        ends = f"; the traceback ends in {raised.symbol.name}" if raised and path == raised.path else ""
        yield Piece(path, 1, known.sketches[path].lines, f", in full{ends}")
    first = findings.files[0][0] if findings.files else ""
    for place in findings.places:
        if place.score < LEAST:
            return
        known_otherwise = place.path in whole or is_long_class(place) or is_one_line(place)
        if not known_otherwise and (place.path == first or not is_test_path(place.path)):
            yield piece_of(place, "")


def is_long_class(place: Place) -> bool:
    """Whether it is a class whose methods are better shown one by one."""
    return place.symbol.kind == "class" and place.symbol.end - place.symbol.start > LONGEST_CLASS


def is_one_line(place: Place) -> bool:
    """Whether the map tells all of it already."""
    return place.symbol.start == place.symbol.end


def piece_of(place: Place, what: str) -> Piece:
    """A definition; where a traceback names a line of a long one, the lines around that."""
    symbol = place.symbol
    line = f"; its line {place.line} is named" if place.line else ""
    first, last = symbol.start, symbol.end
    if place.line and last - first > LONGEST_FRAMED:
        first, last = max(first, place.line - AROUND), min(last, place.line + AROUND)
    begin, end = symbol.told
    left_out = (begin + LONGEST_DOCSTRING // 2, end - 1) if end - begin > LONGEST_DOCSTRING else (0, 0)
    return Piece(place.path, first, last, f"::{symbol.name}, lines {first} to {last}{what}{line}", left_out)


def told_piece(lines: Sequence[str], piece: Piece, limit: int) -> str:
    """Head and lines; as many as fit, "" where that is next to nothing."""
    head = f"{shown(piece.path)}{piece.what}:"
    left = limit - len(head) - 40
    taken: list[str] = []
    begin, end = piece.left_out
    for number, line in enumerate(lines[piece.first - 1 : piece.last], piece.first):
        if begin < number <= end:
            continue
        line = "..." if number == begin else line
        left -= min(len(line), LONGEST_LINE) + 1
        if left < 0:
            taken.append(f"... {piece.last - number + 1} more lines")
            break
        taken.append(line[:LONGEST_LINE])
    if left < 0 and sum(map(len, taken)) < SHORTEST:
        return ""
    return "\n".join([head, *taken]).rstrip() if taken else ""
