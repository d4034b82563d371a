"""Heads: decorators and signature of a changed test, which pytest and Python run before any test does."""

import ast
from collections.abc import Iterator

from bot.decisions.code.definitions import Function

#: What an annotation may be made of: names of types, and nothing that does anything.
TYPES = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.Load)


def other_head(before: Function, after: Function) -> str:
    """Why a test's head may not become what it is, in a few words; "" when it may.

    Everything of it stays, except that parameters of `parametrize`, and their names, may be other constants, and that
    annotations may come and go. Raises what `ast.dump` does, for what is too deep or too large.
    """
    if type(before) is not type(after) or _decorators(before) != _decorators(after):
        return "keeps its decorators as they are; only constants among its parameters may be others"
    if not set(map(ast.dump, _entries(after))) <= {*map(ast.dump, _entries(before))}:
        return "may have no parameters but constants that are new"
    if _signature(before) != _signature(after):
        return "keeps its arguments as they are"
    known = {*map(ast.dump, _annotations(before))}
    if not all(_is_type(one) or ast.dump(one) in known for one in _annotations(after)):
        return "may have no annotation that does anything"
    return ""


def _decorators(test: Function) -> list[str]:
    """All decorators but those whose parameters may change; of these, what may not."""
    found = []
    for one in test.decorator_list:
        if call := _parametrize(one):
            rest = [keyword for keyword in call.keywords if not (keyword.arg == "ids" and _is_literal(keyword.value))]
            found += [ast.dump(keyword) for keyword in rest]
        else:
            found.append(ast.dump(one))
    return found


def _parametrize(decorator: ast.expr) -> ast.Call | None:
    """`pytest.mark.parametrize(names, [...])`; None for every other decorator."""
    match decorator:
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="pytest"), attr="mark"), attr="parametrize"),
            args=[names, _],
        ) if _is_literal(names):
            return decorator
    return None


def _entries(test: Function) -> Iterator[ast.expr]:
    """Parameters that are no constants; `pytest.param` of constants is one."""
    for call in filter(None, map(_parametrize, test.decorator_list)):
        values = call.args[1]
        for one in values.elts if isinstance(values, ast.List | ast.Tuple) else [values]:
            match one:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="pytest"), attr="param"), args=args, keywords=named):
                    constant = all(map(_is_literal, [*args, *(k.value for k in named if k.arg == "id")]))
                    constant = constant and all(k.arg == "id" for k in named)
                case _:
                    constant = _is_literal(one)
            if not constant:
                yield one


def _signature(test: Function) -> list[str]:
    """Arguments without annotations, and without those that stand for parameters."""
    names = {name for call in filter(None, map(_parametrize, test.decorator_list)) for name in _names(call.args[0])}
    arguments = test.args
    plain = [*arguments.posonlyargs, *arguments.args]
    rest = [one.arg for one in (arguments.vararg, *arguments.kwonlyargs, arguments.kwarg) if one]
    defaults = [ast.dump(one) for one in (*arguments.defaults, *arguments.kw_defaults) if one]
    return [*(one.arg for one in plain if one.arg not in names), "*", *rest, "=", *defaults]


def _names(node: ast.expr) -> list[str]:
    """The names that `parametrize` is told: a text with commas, or several."""
    match ast.literal_eval(node):
        case str() as text:
            return [name.strip() for name in text.split(",")]
        case list() | tuple() as names:
            return [str(name) for name in names]
    return []


def _annotations(test: Function) -> Iterator[ast.expr]:
    arguments = test.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    yield from (one.annotation for one in every if one and one.annotation)
    if test.returns:
        yield test.returns


def _is_type(node: ast.expr) -> bool:
    return all(isinstance(part, TYPES) for part in ast.walk(node))


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True
