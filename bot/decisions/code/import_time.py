"""Import time: names that are looked up while a module is imported, before any function of it is called."""

import ast

from bot.decisions.code.definitions import Function


def has_lazy_annotations(tree: ast.Module) -> bool:
    """Whether annotations are not evaluated at import: https://peps.python.org/pep-0563/."""
    futures = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
    return any(alias.name == "annotations" for node in futures for alias in node.names)


def needed_at_import(node: ast.stmt, *, lazy: bool) -> set[str]:
    """Names that running a statement of a module looks up; bodies of functions are not run yet.

    Args:
        node: the statement.
        lazy: whether annotations are not evaluated.
    """
    found: set[str] = set()
    left: list[ast.AST] = [node]
    while left:
        part = left.pop()
        if isinstance(part, ast.Name):
            found |= {part.id} if isinstance(part.ctx, ast.Load) else set()
        elif isinstance(part, Function | ast.Lambda):
            left += _run_at_definition(part, lazy)
        elif isinstance(part, ast.AnnAssign) and lazy:
            left += [part.value] if part.value else []
        else:
            left += ast.iter_child_nodes(part)
    return found


def _run_at_definition(function: ast.AST, lazy: bool) -> list[ast.AST]:
    """The parts of a function that run when it is defined: decorators, defaults, annotations."""
    run: list[ast.AST | None] = []
    if isinstance(function, Function):
        run += function.decorator_list
    if isinstance(function, Function | ast.Lambda):
        names = function.args
        run += [*names.defaults, *names.kw_defaults]
        if isinstance(function, Function) and not lazy:
            every = (*names.posonlyargs, *names.args, *names.kwonlyargs, names.vararg, names.kwarg)
            run += [function.returns, *(name.annotation for name in every if name)]
    return [part for part in run if part is not None]
