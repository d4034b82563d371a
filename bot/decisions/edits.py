"""Edits: a model's new text set into a source, with everything else kept byte for byte."""

import ast
import difflib
from collections.abc import Sequence

from bot.decisions.blocks import EditError, Piece, parsed, read_blocks, refuse_omissions, shifted
from bot.decisions.definitions import Defining, Function, first_line, lines_of, named
from bot.decisions.placing import Place, constant_place, definition_place, import_place

__all__ = ["EditError", "apply_definitions", "apply_whole_file"]

BOM = "\ufeff"


def apply_whole_file(old: str | None, new: str, *, python: bool = True) -> str:
    """The new text of a file, with the old one's line endings, byte order mark and final newline.

    Args:
        old: the present text; None for a new file.
        new: the whole new text.
        python: whether it must be Python.

    Raises:
        EditError: it is no Python, leaves code out, or changes nothing.
    """
    if not new.strip():
        raise EditError("The new text is empty.")
    text = _unix(new.removeprefix(BOM)).rstrip("\n") + "\n"
    if python:
        refuse_omissions(text, "The new text")
        parsed(text, "The new text")
    if old is None:
        return text
    return _changed(old, _dressed(text, old))


def apply_definitions(source: str, blocks: str) -> str:
    """The source with single definitions replaced or added, addressed by qualified name.

    Args:
        source: the present text, which must be Python.
        blocks: sections, each headed by a line `# >>> Qualified.name` (or `# >>> imports`).

    Raises:
        EditError: a block is no Python, names what is not there, or nothing changes.
    """
    imports, pieces = read_blocks(blocks)
    text = _unix(source.removeprefix(BOM))
    if not text.endswith("\n") and text:
        text += "\n"
    parsed(text, "The present file")
    for name, parts in pieces.items():
        text = _with_definition(text, name, parts)
    text = _with_imports(text, imports)
    parsed(text, "The file with these blocks in it")
    return _changed(source, _merged(source, text))


def _with_definition(text: str, name: str, pieces: Sequence[Piece]) -> str:
    tree = parsed(text, "The file with these blocks in it")
    present = [node for known, node in named(tree.body) if known == name]
    if not present:
        return _added(text, tree, name, pieces)
    if len(pieces) < len(present):
        where = ", ".join(str(node.lineno) for node in present)
        raise EditError(
            f"`{name}` is defined {len(present)} times (lines {where}). Put all {len(present)} into its block."
        )
    lines = lines_of(text)
    for index in reversed(range(len(present))):
        extra = pieces[index + 1 :] if index == len(present) - 1 else ()
        _replace(lines, present[index], pieces[index], extra, name)
    return "".join(lines)


def _replace(lines: list[str], node: Defining, piece: Piece, extra: Sequence[Piece], name: str) -> None:
    """Set a piece where a definition stands. Decorators and comments above it stay unless the piece has its own."""
    head = lines[node.lineno - 1][: node.col_offset]
    if head.strip():
        raise EditError(f"`{name}` shares line {node.lineno} with other code. Give the whole definition around it.")
    start, end = first_line(node), node.end_lineno or node.lineno
    if _shares_end(lines[end - 1], node):
        raise EditError(f"`{name}` shares line {end} with other code. Give the whole definition around it.")
    above = start
    while above > 1 and lines[above - 2].startswith(f"{head}#"):
        above -= 1
    while end < len(lines) and lines[end].startswith((f"{head} ", f"{head}\t")) and lines[end].strip()[:1] == "#":
        end += 1
    comments = _at(piece.comments, head) or "".join(lines[above - 1 : start - 1])
    decorators = _at(piece.decorators, head) or "".join(lines[start - 1 : node.lineno - 1])
    gap = "\n" if head else "\n\n"
    more = "".join(gap + _at(_full(other), head) for other in extra)
    lines[above - 1 : end] = [comments + decorators + _at(piece.text, head) + more]


def _shares_end(line: str, node: Defining) -> bool:
    """Whether something but a comment follows on the last line."""
    rest = line.encode()[node.end_col_offset or 0 :].decode("utf-8", "replace").strip()
    return bool(rest) and not rest.startswith("#")


def _added(text: str, tree: ast.Module, name: str, pieces: Sequence[Piece]) -> str:
    parent, _, own = name.rpartition(".")
    scope = _class(tree, parent, name) if parent else None
    _refuse_confusion(tree, scope, name, own, pieces[0])
    lines = lines_of(text)
    for number, piece in enumerate(pieces):
        constant = piece.kind == "constant"
        place = constant_place(tree, scope, lines, piece.node) if constant else definition_place(tree, scope, lines)
        _insert(lines, place, _at(_full(piece), place.indentation))
        if number < len(pieces) - 1:
            tree = parsed("".join(lines), f"The file with `{name}` in it")
            lines = lines_of("".join(lines))
            scope = _class(tree, parent, name) if parent else None
    return "".join(lines)


def _insert(lines: list[str], place: Place, text: str) -> None:
    """Set a text between two lines, with the blank lines that belong there."""
    before, after = lines[: place.line], lines[place.line :]
    above = _blank_lines(reversed(before)) if before else place.gap
    below = _blank_lines(iter(after)) if after else place.gap
    lead = "\n" * max(0, place.gap - above)
    trail = "\n" * max(0, place.gap_below - below) if after else ""
    lines.insert(place.line, lead + text + trail)


def _blank_lines(lines: object) -> int:
    count = 0
    for line in lines:  # type: ignore[attr-defined]  # any iterator of lines
        if line.strip():
            break
        count += 1
    return count


def _class(tree: ast.Module, parent: str, name: str) -> ast.ClassDef:
    classes = {known: node for known, node in named(tree.body) if isinstance(node, ast.ClassDef)}
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


def _with_imports(text: str, imports: Sequence[ast.Import | ast.ImportFrom]) -> str:
    for wanted in imports:
        tree = parsed(text, "The file with these blocks in it")
        absent = _absent(wanted, tree)
        if absent is None:
            continue
        lines = lines_of(text)
        future = isinstance(absent, ast.ImportFrom) and absent.module == "__future__"
        _insert(lines, import_place(tree, lines, future=future), ast.unparse(absent) + "\n")
        text = "".join(lines)
    return text


def _absent(wanted: ast.Import | ast.ImportFrom, tree: ast.Module) -> ast.Import | ast.ImportFrom | None:
    """The part of an import that the file lacks; None when it lacks nothing."""
    present = {key for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for key in _keys(node)}
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


def _at(text: str, indentation: str) -> str:
    return shifted(text, "", indentation) if indentation and text.strip() else text


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _dressed(text: str, old: str) -> str:
    """The text with the line endings, byte order mark and final newline of the old one."""
    if old.strip() and not old.endswith(("\n", "\r")):
        text = text.rstrip("\n")
    windows = old.count("\r\n")
    if windows and windows * 2 >= old.count("\n"):
        text = text.replace("\n", "\r\n")
    return BOM + text if old.startswith(BOM) else text


def _merged(source: str, text: str) -> str:
    """The new text with every unchanged line exactly as it was in the source, whatever ends it."""
    windows = source.count("\r\n") * 2 >= max(1, source.count("\n"))
    before = lines_of(source.removeprefix(BOM))
    plain = [_unix(line).rstrip("\n") + "\n" for line in before]
    after = lines_of(text)
    merged: list[str] = []
    for tag, i, j, m, n in difflib.SequenceMatcher(None, plain, after, autojunk=False).get_opcodes():
        if tag == "equal":
            merged += before[i:j]
        else:
            merged += [line.replace("\n", "\r\n") if windows else line for line in after[m:n]]
    return _rejoined(source, merged)


def _rejoined(source: str, lines: list[str]) -> str:
    """Joined, with the source's byte order mark and its final newline or lack of one."""
    ending = "\r\n" if source.count("\r\n") * 2 >= max(1, source.count("\n")) else "\n"
    whole = [line if line.endswith(("\n", "\r")) else line + ending for line in lines]
    text = "".join(whole)
    if source.strip() and not source.endswith(("\n", "\r")):
        text = text.rstrip("\r\n")
    return BOM + text if source.startswith(BOM) else text


def _changed(old: str, new: str) -> str:
    if new == old:
        raise EditError("This is what the file says already: nothing changes.")
    return new
