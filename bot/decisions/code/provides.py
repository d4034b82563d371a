"""Provides: the names that a patch adds, so that a test which misses exactly those is known to be honest."""

import ast

from bot.decisions.code.definitions import UNPARSABLE, Function, inner, named
from bot.decisions.code.parsing import syntax_tree
from bot.words.patch import Patch


def provided_names(patch: Patch) -> tuple[str, ...]:
    """Modules ("pkg.new"), definitions ("pkg.mod:name", "pkg.mod:Class.method") that the patch adds, sorted.

    A module is named by its whole path and, where that has a `src` or `lib` folder in it, by the path below
    that. A new module is also given as an attribute of its package ("pkg:new"), for `from pkg import new`, and
    with the folders above it, which are new if they could not be imported before. Names that a patch imports
    into a module count as well: `from .new import name` in `__init__.py` makes "pkg:name". So do attributes
    that methods set on `self`.
    """
    found: set[str] = set()
    for change in patch.changes:
        if change.after is None or change.test or not change.path.endswith(".py"):
            continue
        new = _names(change.after) - _names(change.before)
        for module in _modules(change.path):
            found.update(f"{module}:{name}" for name in new)
            if change.before is None:
                found |= _packages(module)
    return tuple(sorted(found))


def _modules(path: str) -> list[str]:
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    ways = [parts]
    roots = [number for number, part in enumerate(parts[:-1]) if part in ("src", "lib")]
    if roots:
        ways.append(parts[roots[-1] + 1 :])
    return [".".join(way) for way in ways if way and all(part.isidentifier() for part in way)]


def _packages(module: str) -> set[str]:
    """A new module with the packages above it, and each as an attribute of the one above."""
    parts = module.split(".")
    found = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
    return found | {":".join(name.rsplit(".", 1)) for name in found if "." in name}


def _names(source: str | None) -> set[str]:
    if source is None:
        return set()
    try:
        tree = syntax_tree(source.removeprefix("\ufeff"))
    except UNPARSABLE:
        return set()
    found = set(_bound(tree.body))
    for name, node in named(tree.body):
        found.add(name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{name}.{attribute}" for attribute in _set_on_self(node)}
    return found


def _set_on_self(node: ast.ClassDef) -> set[str]:
    """Attributes that the methods of a class set on `self`."""
    return {
        part.attr
        for method in node.body
        if isinstance(method, Function)
        for part in ast.walk(method)
        if isinstance(part, ast.Attribute)
        and isinstance(part.ctx, ast.Store)
        and isinstance(part.value, ast.Name)
        and part.value.id == "self"
    }


def _bound(body: list[ast.stmt]) -> list[str]:
    """Names that imports and tuple assignments bind at module level."""
    names: list[str] = []
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names += [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.Assign):
            names += [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        else:
            names += _bound(inner(node))
    return names
