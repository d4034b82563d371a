"""Weakened: what makes a changed test less of a test than it was, as far as reading both tells."""

import ast
from collections.abc import Iterator

from bot.decisions.code.definitions import UNPARSABLE, Function
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.testing.blind_tests import hides, holds_anyway
from bot.decisions.testing.heads import other_head

#: Words by which a test is kept from running, or its failure from counting.
AVOIDS = ("skip", "xfail", "importorskip", "exit")

#: By what a test reaches what is none of it: the other tests of its file, and what they use.
CALLS = frozenset({"globals", "vars", "setattr", "delattr", "exec", "eval", "__import__"})
INSIDE = frozenset(
    {"__dict__", "__builtins__", "__globals__", "__code__", "__class__", "__setattr__", "__delattr__", "modules"}
)

WITH = ast.With | ast.AsyncWith


def weakened(old: str, new: str) -> str:
    """What makes a changed test less of a test, in a few words; "" when nothing does. Never raises.

    Args:
        old: the function's text, decorators included, as it was.
        new: the same as it would be.
    """
    try:
        before, after = _function(old), _function(new)
        return _weaker(before, after) if before and after else "is no function"
    except UNPARSABLE:
        return "is too large or too deep to be read"


def _weaker(before: Function, after: Function) -> str:
    if avoided := set(_avoided(after)) - set(_avoided(before)):
        return f"may not be kept from failing (`{min(avoided)}`)"
    if any(hides(after)) and not any(hides(before)):
        return "catches the failure of its own assertion"
    if other := other_head(before, after):
        return other
    if reached := set(_reached(after)) - set(_reached(before)):
        return f"may not reach what is none of it (`{min(reached)[:60]}`)"
    kept, asked = _asserted(before), _asserted(after)
    if len(asked) < len(kept):
        return "asks for less than before"
    return "" if set(asked) - set(kept) or not kept else "asks for nothing that it did not ask for before"


def _function(text: str) -> Function | None:
    """A function by itself; one of a class is indented."""
    body = syntax_tree(("if True:\n" if text[:1] in " \t" else "") + text).body
    if body and isinstance(body[0], ast.If):
        body = body[0].body
    return body[0] if len(body) == 1 and isinstance(body[0], Function) else None


def _avoided(test: Function) -> Iterator[str]:
    for node in ast.walk(test):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name.lower().startswith(AVOIDS):
            yield name
        elif isinstance(node, ast.Return | ast.Try | ast.TryStar):
            yield type(node).__name__.lower()


def _reached(test: Function) -> Iterator[str]:
    """By what it reaches others: certain names, also as a text for `getattr`, and what it sets of what is not its own.

    What a function imports is not its own.
    """
    nodes = list(ast.walk(test))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in nodes:
        match node:
            case ast.Name(id=name) if name in CALLS | INSIDE:
                yield name
            case ast.Attribute(attr=name) | ast.Constant(value=str() as name) if name in INSIDE:
                yield name
            case ast.Global(names=names):
                yield from names
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                root: ast.expr = node
                while isinstance(root, ast.Attribute | ast.Subscript):
                    root = root.value
                if not (isinstance(root, ast.Name) and root.id in own):
                    yield ast.unparse(node)


def _asserted(test: Function) -> list[str]:
    """What is asserted, and the cases for which it is: each entry of a list of parameters is one more.

    What never runs, and what holds whatever the code does, is not counted.
    """
    found: list[str] = []
    around = {id(item.context_expr) for node in ast.walk(test) if isinstance(node, WITH) for item in node.items}
    for node in _alive(test):
        match node:
            case ast.Assert(test=asserted) if _looks(asserted) and not holds_anyway(asserted):
                found.append(ast.unparse(asserted))
            case ast.Call(
                func=ast.Attribute(attr="parametrize"), args=[_, ast.List(elts=cases) | ast.Tuple(elts=cases)]
            ):
                found += map(ast.unparse, cases)
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args):
                checks = name.startswith("assert") and any(map(_looks, args))
                raises = name in ("raises", "warns") and (id(node) in around or len(args) > 1)
                if checks or raises or name == "fail":
                    found.append(ast.unparse(node))
    return found


def _alive(test: Function) -> Iterator[ast.AST]:
    """The nodes of a test that run: nothing under a condition that never holds, and no function that nobody calls."""
    named = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    left: list[ast.AST] = [test]
    while left:
        node = left.pop()
        yield node
        match node:
            case ast.If(test=condition) | ast.While(test=condition) if not _looks(condition):
                holds = isinstance(condition, ast.Constant) and bool(condition.value)
                left += node.body if holds else node.orelse
            case ast.For(iter=ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[])):
                left += node.orelse
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if node is not test and name not in named:
                pass
            case _:
                left += ast.iter_child_nodes(node)


def _looks(node: ast.expr) -> bool:
    """Whether an expression can come to one thing or another: there is a name in it."""
    return any(isinstance(part, ast.Name) for part in ast.walk(node))
