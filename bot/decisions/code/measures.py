"""Measures: what a reader of a Python file wants to be warned of: complex functions, names that are defined twice."""

import ast
from collections.abc import Iterator, Sequence

from bot.decisions.code.definitions import UNPARSABLE, Defining, Function, first_line, inner, named, own_name, role_of
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.code.source import forks


def complexities(source: str) -> dict[tuple[str, int], int]:
    """McCabe's complexity of each function and method, by qualified name and first line.

    A function inside of another counts for itself, as everywhere; it is not told of. Empty for text that is no
    Python.
    """
    try:
        nodes = list(named(syntax_tree(source).body))
    except UNPARSABLE:
        return {}
    return {(name, first_line(node)): 1 + forks(node) for name, node in nodes if isinstance(node, Function)}


def duplicates(source: str) -> dict[str, list[int]]:
    """Functions and classes that a later one of the same name replaces, with the first lines of all of them.

    Those in the branches of an `if` or `try`, overloads, and the parts of a property are no duplicates.
    """
    try:
        return dict(_duplicates(syntax_tree(source).body, ""))
    except UNPARSABLE:
        return {}


def _duplicates(body: Sequence[ast.stmt], prefix: str) -> Iterator[tuple[str, list[int]]]:
    lines: dict[str, list[int]] = {}
    for node in body:
        name = own_name(node)
        if name and isinstance(node, Function | ast.ClassDef) and not _is_variant(node):
            lines.setdefault(prefix + name, []).append(first_line(node))
        if isinstance(node, ast.ClassDef):
            yield from _duplicates(node.body, f"{prefix}{node.name}.")
        elif inside := inner(node):
            yield from (
                (found, at) for found, at in _duplicates(inside, prefix) if found.count(".") > prefix.count(".")
            )
    yield from ((name, at) for name, at in lines.items() if len(at) > 1)


def _is_variant(node: Defining) -> bool:
    """Whether it stands beside another of its name on purpose; "_" is the name of what nobody calls."""
    registered = any("register" in ast.unparse(decorator) for decorator in getattr(node, "decorator_list", []))
    return bool(role_of(node)) or own_name(node) == "_" or registered
