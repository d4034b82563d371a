"""Imported names: what a name in a file may stand for, as far as its imports tell."""

import ast
import sys
from collections.abc import Container

DEEPEST = 6  # parts of `a.b.c` that are looked at, from the right


def imported_names(tree: ast.Module, subjects: Container[str]) -> dict[str, set[str]]:
    """What each imported name may stand for; ".": something that is not of the standard library.

    A name that is no subject here is cut to its module, so that no set grows with the file.
    """
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        above = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        relative = isinstance(node, ast.ImportFrom) and bool(node.level)
        for alias in node.names:
            whole = above + alias.name
            top = whole.partition(".")[0]
            subject = whole if whole in subjects else top
            known = not relative and top in sys.stdlib_module_names
            name = alias.asname or (alias.name if isinstance(node, ast.ImportFrom) else top)
            found.setdefault(name, set()).add(subject if known else ".")
    return found


def imported_by_call(node: ast.Call) -> str:
    """The module that `__import__("x.y")` or `import_module("x.y")` names, cut to "x"; "" for other calls."""
    match node.func:
        case ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"):
            name = node.args[0] if node.args else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                return name.value.partition(".")[0]
    return ""


def root_of(node: ast.expr) -> ast.expr:
    """The `a` of `a.b.c`."""
    for _ in range(DEEPEST):
        node = node.value if isinstance(node, ast.Attribute) else node
    return node


def dotted(node: ast.expr) -> str:
    """The text of `a.b.c`, its end where it is long."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < DEEPEST:
        parts, node = [node.attr, *parts], node.value
    return ".".join([node.id, *parts] if isinstance(node, ast.Name) else parts)
