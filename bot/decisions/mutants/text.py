"""Mutant text: a source as bytes with the places of its syntax tree, so that a fault is a splice and nothing more."""

import ast
import re
from dataclasses import dataclass

from bot.decisions.code.definitions import lines_of

#: What may stand between an operand and its operator: blanks, closing brackets, line ends, comments.
GAP = re.compile(rb"(?:[\s)\\]|#[^\n]*\n)*")

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes of a source to be replaced.

    Attributes:
        start: the first byte, from 0.
        end: after the last byte; `start` for an insertion.
        new: what stands there instead.
    """

    start: int
    end: int
    new: bytes


Node = ast.expr | ast.stmt | ast.keyword


class Text:
    """A source as `ast` counts it: lines from 1, columns in bytes of UTF-8. A byte order mark is not part of it."""

    def __init__(self, source: str) -> None:
        self.data = source.encode()
        self._starts = [0]
        for line in lines_of(source):
            self._starts.append(self._starts[-1] + len(line.encode()))

    def start(self, node: Node) -> int:
        """Where a node begins."""
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: Node) -> int:
        """Where it ends."""
        assert node.end_lineno is not None and node.end_col_offset is not None  # noqa: S101, PT018 - the parser's own
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.expr | ast.stmt) -> bytes:
        """The text of a node."""
        return self.data[self.start(node) : self.end(node)]

    def shown(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node for a sentence: one line, cut."""
        return shown(self.of(node).decode("utf-8", "replace"))

    def line_of(self, place: int) -> int:
        """The number of the line that a byte is in."""
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._starts[middle] <= place else (low, middle - 1)
        return low + 1

    def indent(self, node: ast.stmt) -> bytes:
        """What stands before a statement in its line, where that is only blanks; else the statement is not first."""
        return self.data[self._starts[node.lineno - 1] : self.start(node)]

    def replaced(self, node: ast.expr | ast.stmt, new: bytes) -> Splice:
        """Something else in the place of a node."""
        return Splice(self.start(node), self.end(node), new)

    def operator(self, left: ast.expr, operator: bytes, new: bytes) -> Splice | None:
        """Another operator behind its left operand; None where something unforeseen stands there.

        Args:
            left: the operand before it.
            operator: as it is written, its words with one blank between them ("is not").
            new: likewise.
        """
        gap = GAP.match(self.data, self.end(left))
        assert gap is not None  # noqa: S101 - it matches the empty text, too
        found = re.compile(rb"\s+".join(map(re.escape, operator.split()))).match(self.data, gap.end())
        return Splice(found.start(), found.end(), new) if found else None


def shown(text: str) -> str:
    """A piece of source for a sentence: one line, cut."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
