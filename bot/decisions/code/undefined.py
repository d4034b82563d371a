"""Undefined: names that code uses and nobody defines, such as a forgotten import. An import doesn't find them."""

import ast
import builtins
import symtable
from collections.abc import Iterator

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.parsing import syntax_tree

#: What every module and method has without defining it.
GIVEN = frozenset(dir(builtins)) | {"__file__", "__path__", "__annotations__", "__class__", "__builtins__"}

#: Steps that Python's symbol table may take: for each name of a scope it looks at each scope inside.
MOST = 20_000_000


def undefined_names(source: str) -> frozenset[str]:
    """Global names that are used and neither defined nor imported in a module, by Python's own symbol table.

    Nothing is found in text that is no Python, in a module that imports `*`, and in one of many thousand functions.
    https://docs.python.org/3/library/symtable.html
    """
    try:
        if any(
            isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(syntax_tree(source))
        ):
            return frozenset()
        module = symtable.symtable(source, "module", "exec")
    except UNPARSABLE:
        return frozenset()
    defined = set(GIVEN)
    used: set[str] = set()
    left = MOST
    for table in scopes(module):
        left -= len(table.get_identifiers()) * len(table.get_children())
        if left < 0:
            return frozenset()
        for symbol in table.get_symbols():
            if table is not module and not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.is_imported():
                defined.add(symbol.get_name())
            if symbol.is_referenced():
                used.add(symbol.get_name())
    return frozenset(used - defined)


def scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """A scope and those inside of it."""
    left = [table]
    while left:
        table = left.pop()
        yield table
        left += table.get_children()
