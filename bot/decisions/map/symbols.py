"""Symbols: the definitions of one file with the names that each of them uses."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bot.decisions.code.definitions import UNPARSABLE, Defining, Function, first_line, kind_of, named, signature_of
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.map.shelf import Shelf
from bot.decisions.map.sketch import HEAD, text_of
from sandbox.files import File

#: Characters of a source from which on it is not parsed, and definitions of a file that are looked at.
LARGEST_PARSED, MOST = 400_000, 3000
MOST_USES = 400
#: Names that a qualified name is made of where it is only guessed.
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Symbol:
    """One definition.

    Attributes:
        name: the qualified name, "Parser.feed".
        kind: "def", "async def", "class" or "constant".
        start: its first line, decorators included, from 1.
        end: its last line, included.
        signature: its head in one line.
        uses: names that it mentions, attributes by their last part; of a class without those of its methods.
        told: first and last line of its docstring; (0, 0) without one.
    """

    name: str
    kind: str
    start: int
    end: int
    signature: str
    uses: frozenset[str]
    told: tuple[int, int] = (0, 0)

    @property
    def short(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


def _weight(symbols: tuple[Symbol, ...]) -> int:
    return sum(10 + len(symbol.uses) for symbol in symbols) + 1


_symbols: Shelf[tuple[Symbol, ...]] = Shelf(300_000, _weight)


def symbols_of(file: File) -> tuple[Symbol, ...]:
    """The definitions of a Python file, in order; of one that is broken or very large as far as its lines tell."""
    return _symbols.get(file.signature, lambda: read_symbols(text_of(file.data) or ""))


def read_symbols(source: str) -> tuple[Symbol, ...]:
    """The same from a text with plain line feeds."""
    if len(source) <= LARGEST_PARSED:
        try:
            return tuple(_symbol(name, node) for name, node in islice(named(syntax_tree(source).body), MOST))
        except UNPARSABLE:
            pass
    return tuple(islice(_rough(source), MOST))


def enclosing(symbols: Iterable[Symbol], line: int) -> Symbol | None:
    """The innermost definition that a line stands in."""
    around = [symbol for symbol in symbols if symbol.start <= line <= symbol.end]
    return min(around, key=lambda symbol: (symbol.end - symbol.start, -symbol.start), default=None)


def _symbol(name: str, node: Defining) -> Symbol:
    uses = frozenset(islice(dict.fromkeys(_used(node)), MOST_USES))
    end = node.end_lineno or node.lineno
    return Symbol(name, kind_of(node), first_line(node), end, signature_of(node), uses, _docstring_of(node))


def _docstring_of(node: Defining) -> tuple[int, int]:
    match getattr(node, "body", None):
        case [ast.Expr(value=ast.Constant(value=str())) as told, *_]:
            return told.lineno, told.end_lineno or told.lineno
    return 0, 0


def _used(node: ast.AST) -> Iterator[str]:
    left: list[ast.AST] = [node]
    while left:
        part = left.pop()
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        inside = ast.iter_child_nodes(part)
        left += (child for child in inside if not (isinstance(node, ast.ClassDef) and isinstance(child, Function)))


def _rough(source: str) -> Iterator[Symbol]:
    """Definitions by the lines that begin them; each reaches to the next line that is indented no deeper."""
    heads: list[tuple[int, int, str, str]] = []
    line, seen = 1, 0
    for match in islice(HEAD.finditer(source), MOST):
        line, seen = line + source.count("\n", seen, match.start()), match.start()
        text = source[match.start() : match.start() + 400].partition("\n")[0]
        heads.append((len(text) - len(text.lstrip()), line, match[1], text.strip()))
    last = line + min(200, source.count("\n", seen))
    above: list[tuple[int, str]] = []
    ends = _ends(heads, last)
    for (indent, start, name, text), end in zip(heads, ends, strict=True):
        while above and above[-1][0] >= indent:
            above.pop()
        kind = "class" if text.startswith("class") else "async def" if text.startswith("async") else "def"
        qualified = ".".join([*(outer for _, outer in above[-DEEPEST:]), name])
        yield Symbol(qualified, kind, start, end, text.rstrip(":")[:200], frozenset())
        above.append((indent, name))


def _ends(heads: list[tuple[int, int, str, str]], last: int) -> list[int]:
    """The last line of each definition. Linear: each head is put on the stack and taken off once."""
    ends = [last] * len(heads)
    open_ones: list[int] = []
    for number, (indent, start, _, _) in enumerate(heads):
        while open_ones and heads[open_ones[-1]][0] >= indent:
            ends[open_ones.pop()] = start - 1
        open_ones.append(number)
    return ends
