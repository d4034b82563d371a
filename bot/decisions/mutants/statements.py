"""Faults of statements: a value that is not returned, an error that is not raised, a line that is not there."""

import ast
from collections.abc import Iterator, Sequence

from bot.decisions.code.definitions import Function
from bot.decisions.mutants.expressions import Fault, augmented, forced
from bot.decisions.mutants.text import Splice, Text

#: Whose calls say something and change nothing: no test is to be expected to hear it.
TALKERS = frozenset({"log", "logger", "logging", "_log", "_logger", "LOG", "LOGGER", "warnings", "print"})


def faults_of_statement(node: ast.stmt, text: Text) -> Iterator[Fault]:
    """Every fault that a statement can have in itself, those of its expressions and of its body left out."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from _left_at_once(node, text)
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield 1, text.replaced(value, b"None"), f"`{text.shown(node)}` became `return None`"
        case ast.If(test=test):
            yield from forced(test, text, ends=False)
        case ast.While(test=test):
            yield from forced(test, text, ends=True)
        case ast.Raise():
            yield from _raised(node, text)
        case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
            yield from _caught(handlers, text)
        case ast.AugAssign():
            yield from augmented(node, text)
            yield 2, text.replaced(node, b"pass"), f"`{text.shown(node)}` was left out"
        case ast.Assign(targets=targets) if all(isinstance(to, ast.Attribute | ast.Subscript) for to in targets):
            yield 2, text.replaced(node, b"pass"), f"`{text.shown(node)}` was left out"
        case ast.Expr(value=ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom()) if not is_talk(node):
            yield 1, text.replaced(node, b"pass"), f"`{text.shown(node)}` was left out"
        case ast.Delete() | ast.Break() | ast.Continue():
            yield 2, text.replaced(node, b"pass"), f"`{text.shown(node)}` was left out"


def is_talk(node: ast.stmt) -> bool:
    """Whether a statement only logs, warns or prints."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    called: ast.expr = node.value.func
    while isinstance(called, ast.Attribute):
        if called.attr in ("log", "logger", "_log", "_logger"):
            return True
        called = called.value
    return isinstance(called, ast.Name) and called.id in TALKERS


def _left_at_once(node: Function, text: Text) -> Iterator[Fault]:
    """A function that returns before it has done anything, unless that is all it does."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    if not body or isinstance(body[0], ast.Pass | ast.Raise) or _is_nothing(body[0]):
        return
    if len(body) == 1 and isinstance(body[0], ast.Return):
        return  # its value has a fault of its own
    indent = text.indent(body[0])
    if not indent.strip():
        start = text.start(body[0])
        yield 0, Splice(start, start, b"return None\n" + indent), f"`{node.name}` returned before it did anything"


def _is_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _raised(node: ast.Raise, text: Text) -> Iterator[Fault]:
    yield 1, text.replaced(node, b"pass"), f"`{text.shown(node)}` was left out"
    kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if isinstance(kind, ast.Name) and kind.id not in ("Exception", "BaseException") and kind.id[:1].isupper():
        yield 3, text.replaced(kind, b"Exception"), f"`{kind.id}` became `Exception` where it is raised"


def _caught(handlers: Sequence[ast.ExceptHandler], text: Text) -> Iterator[Fault]:
    for handler in handlers:
        first, last = handler.body[0], handler.body[-1]
        if len(handler.body) == 1 and isinstance(first, ast.Raise):
            continue
        kind = text.shown(handler.type) if handler.type else "everything"
        yield 2, Splice(text.start(first), text.end(last), b"raise"), f"`{kind}` was not caught any more"
