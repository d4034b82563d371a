"""Lookup: definitions of a repository by their name, and the lines that use them."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.map.repository import sketches_of
from bot.decisions.map.sketch import text_of
from bot.decisions.map.symbols import LARGEST_PARSED, Symbol, enclosing, symbols_of
from bot.decisions.proof.protection import is_test_path
from sandbox.files import Tree

#: Bytes of sources that are parsed to find uses; enough for a name that means something.
MOST_BYTES = 3_000_000
MOST_USES = 500


@dataclass(frozen=True, slots=True)
class Use:
    """A line that uses a name.

    Attributes:
        path: the file.
        line: from 1.
        inside: qualified name of the definition around it, "" at module level.
        text: the line, stripped.
    """

    path: str
    line: int
    inside: str
    text: str


def symbols_named(files: Tree, name: str, paths: Iterable[str] = ()) -> list[tuple[str, Symbol]]:
    """Definitions with that name or with a qualified name that ends with it; exact ones alone, where there are any.

    Args:
        files: the repository.
        name: "Parser.feed" or "feed".
        paths: the files to look into; all when empty, own code first.
    """
    short = name.rpartition(".")[2]
    likely = list(paths) or [path for path, sketch in sketches_of(files) if short in sketch.defined]
    every = [(path, symbol) for path in likely for symbol in symbols_of(files[path])]
    exact = [(path, symbol) for path, symbol in every if symbol.name == name]
    return exact or [(path, symbol) for path, symbol in every if symbol.name.endswith(f".{name}")]


def uses_of(files: Tree, name: str) -> list[Use]:
    """Lines that mention a name other than to define it, own code before tests; at most MOST_USES.

    Args:
        files: the repository.
        name: an identifier; of a qualified one the last part, since nothing tells what type an object has.
    """
    short = name.rpartition(".")[2]
    found: list[Use] = []
    size = 0
    for path in sorted((path for path in files if path.endswith(".py")), key=lambda path: (is_test_path(path), path)):
        if short.encode() not in files[path].data:
            continue
        size += len(files[path].data)
        found += _uses_in(path, files, short)
        if size > MOST_BYTES or len(found) >= MOST_USES:
            break
    return found[:MOST_USES]


def _uses_in(path: str, files: Tree, short: str) -> Iterator[Use]:
    source = text_of(files[path].data)
    if source is None:
        return
    lines = source.split("\n")
    symbols = symbols_of(files[path])
    for line in sorted(set(_lines_of(source, short))):
        around = enclosing((symbol for symbol in symbols if symbol.kind != "constant"), line)
        if line <= len(lines):
            yield Use(path, line, around.name if around else "", lines[line - 1].strip())


def _lines_of(source: str, short: str) -> Iterator[int]:
    """Lines on which the syntax tree has the name; of a source that is no Python, or too large, all that have it."""
    try:
        if len(source) > LARGEST_PARSED:
            raise ValueError
        nodes = list(ast.walk(syntax_tree(source)))
    except UNPARSABLE:
        word = re.compile(rf"(?<!def )(?<!class )\b{re.escape(short)}\b")
        yield from (number for number, line in enumerate(source.split("\n"), 1) if word.search(line))
        return
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.alias(name=name) if name.rpartition(".")[2] == short:
                yield node.lineno
            case ast.Attribute(attr=name) if name == short:
                yield node.end_lineno or node.lineno
