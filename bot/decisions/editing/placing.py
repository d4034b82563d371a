"""Placing: where in a source a new definition, constant or import belongs."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from bot.decisions.code.definitions import Function, first_line, own_name
from bot.decisions.code.import_time import has_lazy_annotations, needed_at_import

IMPORTS = (ast.Import, ast.ImportFrom)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign)


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two lines.

    Attributes:
        line: how many lines stand above it.
        indentation: of what is set there.
        gap: blank lines above it.
        gap_below: blank lines below it, where something follows.
    """

    line: int
    indentation: str = ""
    gap: int = 0
    gap_below: int = 0


def definition_place(tree: ast.Module, scope: ast.ClassDef | None, lines: Sequence[str], node: ast.stmt) -> Place:
    """The end of the class, or of the module but above its `if __name__ == "__main__"`.

    What a statement of the module needs while it is imported (a base class, a decorator, a default, an
    annotation) goes above that statement.
    """
    if scope is not None:
        indentation, line = _indentation(scope, lines), _end(scope)
        while line < len(lines) and lines[line].startswith(indentation) and lines[line].strip()[:1] == "#":
            line += 1
        return Place(line, indentation, gap=1)
    last = tree.body[-1] if tree.body else None
    runs_script = isinstance(last, ast.If) and "__name__" in ast.unparse(last.test)
    below = _first_user(tree, node) or (last if runs_script else None)
    if below is None:
        return Place(len(lines), gap=2)
    line = first_line(below) - 1
    while line and lines[line - 1].startswith("#"):
        line -= 1
    return Place(line, gap=2, gap_below=2)


def _first_user(tree: ast.Module, new: ast.stmt) -> ast.stmt | None:
    """The first statement that needs the new one at import, unless that one needs what stands below."""
    lazy = has_lazy_annotations(tree)
    users = (known for known in tree.body if own_name(new) in needed_at_import(known, lazy=lazy))
    user = next(users, None)
    if user is None:
        return None
    needed = needed_at_import(new, lazy=lazy)
    below = tree.body[tree.body.index(user) :]
    return None if any(own_name(known) in needed for known in below) else user


def constant_place(tree: ast.Module, scope: ast.ClassDef | None, lines: Sequence[str], node: ast.stmt) -> Place:
    """Below the imports and constants at the top, or below the last definition that the constant uses."""
    if scope is not None:
        lead = _lead(scope.body, ASSIGNMENTS)
        first = scope.body[0]
        gap = 1 if lead == 1 and _is_docstring(first) else 0
        line = _end(scope.body[lead - 1]) if lead else first_line(first) - 1
        return Place(line, _indentation(scope, lines), gap=gap, gap_below=1 if lead < len(scope.body) else 0)
    used = {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)}
    lead = _lead(tree.body, (*IMPORTS, *ASSIGNMENTS))
    needed = [index for index, known in enumerate(tree.body) if own_name(known) in used]
    last = max([lead - 1, *needed])
    if last < 0:
        return Place(_header(lines), gap=1, gap_below=2 if tree.body else 0)
    after_definition = isinstance(tree.body[last], Function | ast.ClassDef)
    gap = 2 if after_definition else 0 if isinstance(tree.body[last], ASSIGNMENTS) else 1
    return Place(_end(tree.body[last]), gap=gap, gap_below=_below(tree.body, last + 1))


def import_place(tree: ast.Module, lines: Sequence[str], *, future: bool) -> Place:
    """Below the last import at the top; `from __future__` directly below the docstring."""
    documented = bool(tree.body) and _is_docstring(tree.body[0])
    lead = int(documented) if future else _last_import(tree.body)
    below = _below(tree.body, lead, imports=True)
    if not lead:
        return Place(_header(lines), gap=1 if _header(lines) else 0, gap_below=below)
    last = tree.body[lead - 1]
    return Place(_end(last), gap=1 if _is_docstring(last) else 0, gap_below=below)


def _last_import(body: Sequence[ast.stmt]) -> int:
    """How many statements end with the last import above the first function or class."""
    found = 1 if body and _is_docstring(body[0]) else 0
    for index, node in enumerate(body):
        if isinstance(node, Function | ast.ClassDef):
            break
        if isinstance(node, IMPORTS):
            found = index + 1
    return found


def _lead(body: Sequence[ast.stmt], kinds: tuple[type[ast.stmt], ...]) -> int:
    """How many statements at the top are a docstring or of these kinds."""
    count = 0
    for index, node in enumerate(body):
        if not (isinstance(node, kinds) or (index == 0 and _is_docstring(node))):
            break
        count = index + 1
    return count


def _below(body: Sequence[ast.stmt], index: int, *, imports: bool = False) -> int:
    if index >= len(body):
        return 0
    following = body[index]
    if isinstance(following, Function | ast.ClassDef):
        return 2
    if isinstance(following, IMPORTS):
        return 0
    return 1 if imports else 0


def _header(lines: Sequence[str]) -> int:
    """How many comment lines (licence, shebang) stand at the top of a file."""
    count = 0
    while count < len(lines) and lines[count].startswith("#"):
        count += 1
    return count


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _indentation(scope: ast.ClassDef, lines: Sequence[str]) -> str:
    first = scope.body[0]
    return lines[first_line(first) - 1][: first.col_offset]
