"""Edits: a model's new text set into a source, with everything else kept byte for byte."""

import ast
import difflib
import itertools
from collections.abc import Iterable, Sequence

from bot.decisions.code.definitions import Defining, Function, first_line, lines_of, named, role_of
from bot.decisions.code.encoding import BOM
from bot.decisions.editing.blocks import (
    EditError,
    Piece,
    UnchangedError,
    begins_with_heading,
    parsed,
    read_blocks,
    refuse_omissions,
    shifted,
)
from bot.decisions.editing.dressing import accepted, dressed, line_ending
from bot.decisions.editing.placing import Place, constant_place, definition_place, import_place

__all__ = ["EditError", "UnchangedError", "apply_definitions", "apply_whole_file"]


def apply_whole_file(old: str | None, new: str, *, python: bool = True) -> str:
    """The new text of a file, with the old one's line endings, byte order mark and final newline.

    Args:
        old: the present text; None for a new file.
        new: the whole new text.
        python: whether it must be Python.

    Raises:
        EditError: it is no Python, leaves code out, or changes nothing.
    """
    if old is not None and python and begins_with_heading(new):
        return apply_definitions(old, new)  # the model chose the other form: taken whole, it would lose the rest
    if not new.strip():
        raise EditError("The new text is empty.")
    text = new.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    if python:
        refuse_omissions(text, "The new text", old or "")
        parsed(text, "The new text")
    return accepted(old, text if old is None else dressed(text, old), python=python)


def apply_definitions(source: str, blocks: str) -> str:
    """The source with single definitions replaced or added, addressed by qualified name.

    Args:
        source: the present text, which must be Python.
        blocks: sections, each headed by a line `# >>> Qualified.name` (or `# >>> imports`).

    Raises:
        EditError: a block is no Python, names what is not there, or nothing changes.
    """
    imports, pieces = read_blocks(blocks)
    ending = line_ending(source)
    text = source.removeprefix(BOM)
    unfinished = bool(text) and not text.endswith(("\n", "\r"))
    text += ending if unfinished else ""
    # What is replaced goes first: it may need what is added, which is then placed above it.
    present = {name for name, _ in named(parsed(text, "The present file").body)}
    for name, parts in sorted(pieces.items(), key=lambda block: block[0] not in present):
        text = _with_definition(text, name, parts, ending)
    text = _with_imports(text, imports, ending)
    parsed(text, "The file with these blocks in it")
    text = text.rstrip("\r\n") if unfinished else text
    return accepted(source, BOM + text if source.startswith(BOM) else text)


def _with_definition(text: str, name: str, pieces: Sequence[Piece], ending: str) -> str:
    tree = parsed(text, "The file with these blocks in it")
    present = [node for known, node in named(tree.body) if known == name]
    if not present:
        return _added(text, tree, name, pieces, ending)
    pairs, extra = _paired(name, present, pieces)
    lines = lines_of(text)
    _append(lines, present[-1], extra, ending)
    for node, piece in reversed(pairs):
        _replace(lines, node, piece, name, ending)
    return "".join(lines)


def _paired(
    name: str, present: Sequence[Defining], pieces: Sequence[Piece]
) -> tuple[list[tuple[Defining, Piece]], list[Piece]]:
    """Which piece replaces which definition of that name, and which pieces are new.

    A getter and its setter, or overloads, have the same name: each piece takes the place of its like, and what
    has no like stays.
    """
    if len(pieces) == len(present) > 1:
        return list(zip(present, pieces, strict=True)), []
    left = list(pieces)
    pairs = []
    for node in present:
        like = next((piece for piece in left if role_of(piece.node) == role_of(node)), None)
        if like:
            left.remove(like)
            pairs.append((node, like))
        elif role_of(node) in {role_of(piece.node) for piece in pieces}:
            where = ", ".join(str(node.lineno) for node in present)
            count = len(present)
            raise EditError(f"`{name}` is defined {count} times (lines {where}). Give all of them there.")
    if any(not role_of(piece.node) for piece in left):
        raise EditError(f"The block `{name}` defines `{name}` more than once.")
    return pairs, left


def _append(lines: list[str], node: Defining, pieces: Sequence[Piece], ending: str) -> None:
    """Set further definitions of the same name below a definition."""
    margin = lines[node.lineno - 1][: node.col_offset]
    if pieces and margin.strip():
        raise EditError(f"Line {node.lineno} holds other code as well. Give the whole definition around it.")
    gap = ending if margin else ending * 2
    end = node.end_lineno or node.lineno
    lines[end:end] = ["".join(gap + _at(_full(piece), margin, ending) for piece in pieces)] if pieces else []


def _replace(lines: list[str], node: Defining, piece: Piece, name: str, ending: str) -> None:
    """Set a piece where a definition stands. Decorators and comments above it stay unless it has its own."""
    head = lines[node.lineno - 1][: node.col_offset]
    start, end = first_line(node), node.end_lineno or node.lineno
    shared = node.lineno if head.strip() else end if _shares_end(lines[end - 1], node) else 0
    if shared:
        raise EditError(f"`{name}` shares line {shared} with other code. Give the whole definition around it.")
    above = start
    while above > 1 and lines[above - 2].startswith(f"{head}#"):
        above -= 1
    while end < len(lines) and lines[end].startswith((f"{head} ", f"{head}\t")) and lines[end].strip()[:1] == "#":
        end += 1
    comments = _at(piece.comments, head, ending) or "".join(lines[above - 1 : start - 1])
    decorators = _at(piece.decorators, head, ending) or "".join(lines[start - 1 : node.lineno - 1])
    lines[above - 1 : end] = [comments + decorators + _at(piece.text, head, ending)]


def _shares_end(line: str, node: Defining) -> bool:
    """Whether something but a comment follows on the last line."""
    rest = line.encode()[node.end_col_offset or 0 :].decode("utf-8", "replace").strip()
    return bool(rest) and not rest.startswith("#")


def _added(text: str, tree: ast.Module, name: str, pieces: Sequence[Piece], ending: str) -> str:
    parent, _, own = name.rpartition(".")
    for number, piece in enumerate(pieces):
        scope = _class(tree, parent, name) if parent else None
        if not number:
            _refuse_confusion(tree, scope, name, own, piece)
        lines = lines_of(text)
        constant = piece.kind == "constant"
        place = (
            constant_place(tree, scope, lines, piece.node)
            if constant
            else definition_place(tree, scope, lines, piece.node)
        )
        _insert(lines, place, _at(_full(piece), place.indentation, ending), ending)
        text = "".join(lines)
        tree = parsed(text, f"The file with `{name}` in it")
    return text


def _insert(lines: list[str], place: Place, text: str, ending: str) -> None:
    """Set a text between two lines, with the blank lines that belong there."""
    before, after = lines[: place.line], lines[place.line :]
    lead = max(0, place.gap - _blank_lines(reversed(before))) if before else 0
    trail = max(0, place.gap_below - _blank_lines(after)) if after else 0
    lines.insert(place.line, ending * lead + text + ending * trail)


def _blank_lines(lines: Iterable[str]) -> int:
    return sum(1 for _ in itertools.takewhile(lambda line: not line.strip(), lines))


def _class(tree: ast.Module, parent: str, name: str) -> ast.ClassDef:
    classes = {known: node for known, node in named(tree.body) if isinstance(node, ast.ClassDef)}
    functions = {known for known, node in named(tree.body) if isinstance(node, Function)}
    if parent in functions:
        raise EditError(f"`{name}` is inside of a function. Give the whole of `# >>> {parent}`.")
    if parent not in classes:
        close = difflib.get_close_matches(parent, classes, n=1, cutoff=0.0)
        hint = f" The closest is `{close[0]}`." if close else " The file has no class."
        raise EditError(f"There is no class `{parent}` for `{name}`.{hint}")
    found = classes[parent]
    if found.body[0].lineno == found.lineno:
        raise EditError(f"The body of `{parent}` stands on one line. Give the whole class as `# >>> {parent}`.")
    return found


def _refuse_confusion(tree: ast.Module, scope: ast.ClassDef | None, name: str, own: str, piece: Piece) -> None:
    """Refuse what would be added although something of that name is there already, in another way."""
    body = scope.body if scope else tree.body
    for node in body:
        if isinstance(node, Function | ast.ClassDef):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store) and inner.id == own:
                raise EditError(f"`{name}` is set together with others on line {inner.lineno}: it can't be replaced.")
    if scope is None and isinstance(piece.node, Function) and piece.node.args.args[:1]:
        methods = [known for known, _ in named(tree.body) if known.endswith(f".{own}")]
        if methods and piece.node.args.args[0].arg in ("self", "cls"):
            raise EditError(f"`{own}` is a method. Head its block `# >>> {methods[0]}`.")


def _with_imports(text: str, imports: Sequence[ast.Import | ast.ImportFrom], ending: str) -> str:
    """The text with the imports that it lacks: all of them are placed by one look at its syntax."""
    tree = parsed(text, "The file with these blocks in it")
    present = {key for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for key in _keys(node)}
    absent: dict[bool, str] = {}
    for wanted in imports:
        lacking = _absent(wanted, present)
        if lacking is None:
            continue
        present.update(_keys(lacking))
        future = isinstance(lacking, ast.ImportFrom) and lacking.module == "__future__"
        absent[future] = absent.get(future, "") + ast.unparse(lacking) + ending
    lines = lines_of(text)
    places = {future: import_place(tree, lines, future=future) for future in absent}
    if len(places) == 2 and places[True].line == places[False].line:  # no import stands between them yet
        absent = {False: absent[True] + absent[False]}
    for future in sorted(absent):  # `from __future__` stands above the others, so it is set in after them
        _insert(lines, places[future], absent[future], ending)
    return "".join(lines)


def _absent(
    wanted: ast.Import | ast.ImportFrom, present: set[tuple[object, ...]]
) -> ast.Import | ast.ImportFrom | None:
    """The part of an import that the file lacks; None when it lacks nothing."""
    names = [alias for alias, key in zip(wanted.names, _keys(wanted), strict=True) if key not in present]
    if not names:
        return None
    if isinstance(wanted, ast.Import):
        return ast.Import(names=names)
    return ast.ImportFrom(module=wanted.module, names=names, level=wanted.level)


def _keys(node: ast.Import | ast.ImportFrom) -> list[tuple[object, ...]]:
    origin = (node.module, node.level) if isinstance(node, ast.ImportFrom) else ()
    return [(*origin, alias.name, alias.asname or alias.name) for alias in node.names]


def _full(piece: Piece) -> str:
    return piece.comments + piece.decorators + piece.text


def _at(text: str, indentation: str, ending: str) -> str:
    moved = shifted(text, "", indentation) if indentation and text.strip() else text
    return moved.replace("\n", ending)
