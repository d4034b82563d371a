"""Replacements: a model's SEARCH/REPLACE blocks set into a file, with every byte outside of them kept.

A block is

    <<<<<<< SEARCH
    lines as they stand in the file
    =======
    lines in their place
    >>>>>>> REPLACE

What stands outside of blocks (fences, a file's name, chatter) is not looked at.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.decisions.code.definitions import lines_of
from bot.decisions.code.encoding import BOM
from bot.decisions.editing.blocks import EditError, parsed, refuse_omissions
from bot.decisions.editing.dressing import accepted, line_ending
from bot.decisions.editing.edits import apply_whole_file
from bot.decisions.editing.passages import MOST_LINES, MOST_PLACES, Passage, at_margin, closest, passages

#: The markers, with what models write beside them: another number of signs, another word, a file's name.
BEGINNING = re.compile(r"<{5,9} ?(?:SEARCH|ORIGINAL|OLD|BEFORE|HEAD)\b.{0,200}", re.IGNORECASE)
DIVIDER = re.compile(r"={5,9}")
END = re.compile(r">{5,9} ?(?:REPLACE|UPDATED|NEW|AFTER)\b.{0,200}|>{7}", re.IGNORECASE)
FENCE = re.compile(r"(?:```|~~~)[\w+-]{0,20}")

#: Blocks in one reply, and lines `=======` in one block: each may be the divider, and is looked for in the file.
MOST, MOST_DIVIDERS = 40, 8

HOW = "A block is `<<<<<<< SEARCH`, lines of the file, `=======`, the lines in their place, `>>>>>>> REPLACE`."


@dataclass(frozen=True, slots=True)
class Block:
    """One block.

    Attributes:
        number: from 1, as the model wrote them.
        ways: its search and replace lines; several where a line `=======` of the text itself could be the divider.
    """

    number: int
    ways: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @property
    def name(self) -> str:
        """What the block is called in a message."""
        first = next((line.strip() for line in self.ways[0][0] if line.strip()), "")
        return f"Block {self.number} (`{first[:60]}`)" if first else f"Block {self.number}"


@dataclass(frozen=True, slots=True)
class Change:
    """Lines for one place of the file, and the block that they come from."""

    place: Passage
    lines: tuple[str, ...]
    block: Block


def has_replacements(text: str) -> bool:
    """Whether a text has SEARCH/REPLACE blocks in it, complete or not."""
    return any(BEGINNING.fullmatch(line.strip()) for line in text.split("\n"))


def apply_replacements(source: str | None, text: str, *, python: bool = True) -> str:
    """The file with its blocks set in. Each SEARCH is looked for in the file as it is, not as other blocks leave it.

    Args:
        source: the present text; None for a new file, which one block with an empty SEARCH may fill.
        text: what the model wrote.
        python: whether the file must be Python.

    Raises:
        EditError: a block is incomplete, is nowhere in the file or at several places, or meets another one; or the
            result is no Python. Tells the closest place, or all of them.
        UnchangedError: nothing changes.
    """
    blocks = list(_blocks(text.replace("\r\n", "\n").replace("\r", "\n"), python=python))
    if not (source or "").removeprefix(BOM).strip():
        return apply_whole_file(source, _filling(blocks), python=python)
    assert source is not None  # noqa: S101  (no text is filled above)
    mark = BOM if source.startswith(BOM) else ""
    lines = lines_of(source.removeprefix(BOM))
    for block in blocks:
        refuse_omissions("\n".join(block.ways[0][1]), block.name, source)
    changes = _changes([line.rstrip("\r\n") for line in lines], blocks)
    new = mark + _with_changes(lines, changes, line_ending(source))
    if python:
        parsed(new.removeprefix(BOM), "The file with these blocks in it")
    return accepted(source, new, python=python)


def _blocks(text: str, *, python: bool) -> Iterator[Block]:
    """Every block. Raises EditError for one that is not complete.

    Around lines of Python a fence is the model's; in a text it may be what has to be written.
    """
    number, inside = 0, list[str]()
    for line in text.split("\n"):
        words = line.strip()
        if BEGINNING.fullmatch(words):
            _refuse_open(number, opened=bool(inside))
            number, inside = number + 1, [words]
            if number > MOST:
                raise EditError(f"There are more than {MOST} blocks. Change less at once.")
        elif inside and END.fullmatch(words):
            yield _block(number, inside[1:], _unfenced if python else tuple)
            inside = []
        elif inside:
            inside.append(line)
    _refuse_open(number, opened=bool(inside))
    if not number:
        raise EditError(f"There is no block. {HOW}")


def _refuse_open(number: int, *, opened: bool) -> None:
    if opened:
        raise EditError(f"Block {number} has no line `>>>>>>> REPLACE`. If it was cut off, write it to its end.")


def _block(number: int, lines: Sequence[str], side: Callable[[Sequence[str]], tuple[str, ...]]) -> Block:
    dividers = [index for index, line in enumerate(lines) if DIVIDER.fullmatch(line.strip())]
    if not dividers:
        raise EditError(f"Block {number} has no line `=======` between its old and its new lines. {HOW}")
    if len(dividers) > MOST_DIVIDERS:
        raise EditError(
            f"Block {number} has more than {MOST_DIVIDERS} lines `=======`. Give only the lines that change, or "
            "write several blocks."
        )
    ways = tuple((side(lines[:at]), side(lines[at + 1 :])) for at in dividers if at <= MOST_LINES)
    if not ways:
        raise EditError(f"The SEARCH of block {number} has more than {MOST_LINES} lines. Give only those that change.")
    return Block(number, ways)


def _unfenced(lines: Sequence[str]) -> tuple[str, ...]:
    """One side of a block without a fence around all of it."""
    full = [index for index, line in enumerate(lines) if line.strip()]
    if len(full) > 1 and all(FENCE.fullmatch(lines[index].strip()) for index in (full[0], full[-1])):
        return tuple(lines[full[0] + 1 : full[-1]])
    return tuple(lines)


def _filling(blocks: Sequence[Block]) -> str:
    """The whole text of a file that has none yet."""
    search, replace = blocks[0].ways[0]
    if len(blocks) > 1 or any(line.strip() for line in search):
        raise EditError("The file is empty or new: write one block whose SEARCH is empty, or the whole text.")
    return "\n".join(replace)


def _changes(lines: Sequence[str], blocks: Sequence[Block]) -> list[Change]:
    """What is set where, from the top of the file to its end."""
    times: dict[tuple[object, ...], list[Block]] = {}
    for block in blocks:
        times.setdefault(block.ways, []).append(block)
    found = [change for same in times.values() for change in _found(lines, same[0], len(same))]
    found.sort(key=lambda change: change.place.start)
    for above, below in itertools.pairwise(found):
        if below.place.start < above.place.end:
            raise EditError(
                f"{above.block.name} and {below.block.name} both hold line {below.place.start + 1}. Make one of them."
            )
    return found


def _found(lines: Sequence[str], block: Block, times: int) -> list[Change]:
    """The places of a block that was written so many times."""
    if not any(line.strip() for line in block.ways[0][0]):
        raise EditError(f"The SEARCH of block {block.number} is empty. Give the lines of the file that are to change.")
    ways = [(passages(lines, search), search, replace) for search, replace in block.ways]
    fitting = [way for way in ways if way[0]]
    if not fitting:
        raise EditError(f"{block.name} is not in the file. {closest(lines, block.ways[0][0])}")
    places, search, replace = fitting[-1]  # the longest: shorter ones are its beginnings
    if len(places) not in (1, times):
        told = ", ".join(place.told for place in places[:MOST_PLACES]) + (", ..." if places[MOST_PLACES:] else "")
        raise EditError(
            f"{block.name} stands in the file {len(places)} times (lines {told}). Add lines above or below, so that "
            "only one place is meant."
        )
    return [Change(place, _fitted(place, search, replace, lines, block), block) for place in places]


def _fitted(
    place: Passage, search: Sequence[str], replace: Sequence[str], lines: Sequence[str], block: Block
) -> tuple[str, ...]:
    """The new lines at the margin of the place, without the empty lines that SEARCH had beyond it."""
    new, around = list(replace), list(search)
    for side, edge in ((0, lines[place.start]), (-1, lines[place.end - 1])):
        while edge.strip() and new and not around[side].strip() and not new[side].strip():
            around.pop(side)
            new.pop(side)
    return tuple(_at_margin(line, place, block) for line in new)


def _at_margin(line: str, place: Passage, block: Block) -> str:
    moved = at_margin(line, place)
    if moved is None:
        raise EditError(f"{block.name}: `{line.strip()[:60]}` stands left of the margin. Indent as the file does.")
    return moved


def _with_changes(lines: Sequence[str], changes: Sequence[Change], ending: str) -> str:
    parts, done = list[str](), 0
    for change in changes:
        place = change.place
        new = "".join(line + ending for line in change.lines)
        if place.end == len(lines) and not lines[-1].endswith(("\n", "\r")):
            new = new.removesuffix(ending)
        parts += [*lines[done : place.start], new]
        done = place.end
    return "".join([*parts, *lines[done:]])
