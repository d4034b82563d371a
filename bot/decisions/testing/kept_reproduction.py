"""Kept reproduction: which tests that were seen to fail because of the fault are among the new tests as they were."""

import ast
from collections.abc import Iterator


def not_kept(seen: str, new: str) -> tuple[str, ...]:
    """Names of the tests of `seen` of which the new tests lack something: a statement, or a value of a decorator.

    A test may have another name now, stand in a class, or have more to it.

    Args:
        seen: the text of the test file that failed on the unchanged code.
        new: the text of the new tests; "" for none.
    """
    try:
        before, after = ast.parse(seen), ast.parse(new)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    there = {ast.dump(node) for node in ast.walk(after) if isinstance(node, ast.stmt | ast.expr)}
    return tuple(test.name for test in _tests(before) if any(ast.dump(part) not in there for part in _parts(test)))


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield node


def _parts(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """What must still be there: its statements, and each of the values that it is given."""
    for statement in test.body:
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            yield statement
    for decorator in test.decorator_list:
        for node in ast.walk(decorator):
            if isinstance(node, ast.List | ast.Tuple):
                yield from node.elts
