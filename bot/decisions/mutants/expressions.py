"""Faults of expressions: an operator, a constant, a bound, an argument that is not what it should be."""

import ast
from collections.abc import Iterator

from bot.decisions.code.integers import written
from bot.decisions.mutants.text import Splice, Text, shown

#: A fault: how telling it is (the smaller the more), where and what, and how it is said.
Fault = tuple[int, Splice, str]

#: Constants that a list or a dictionary may have and still be looked at one by one.
FEW = 8

COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
COMPUTED: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
}
#: Names that are called, and what does the opposite.
OPPOSITES = {
    one: other
    for pair in (("min", "max"), ("any", "all"), ("startswith", "endswith"), ("lstrip", "rstrip"), ("lower", "upper"))
    for one, other in (pair, pair[::-1])
}


def faults_of_expression(node: ast.expr, text: Text) -> Iterator[Fault]:
    """Every fault that an expression can have in itself, those of its parts left out."""
    match node:
        case ast.Compare():
            yield from _compared(node, text)
        case ast.BoolOp():
            yield from _joined(node, text)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield _bare(1, node, operand, "not", text)
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
            yield _bare(2, node, operand, "-", text)
        case ast.BinOp():
            yield from _computed(node, text)
        case ast.Constant():
            yield from _constant(node, text)
        case ast.JoinedStr():
            yield 4, text.replaced(node, b"''"), f"`{text.shown(node)}` became `''`"
        case ast.Dict() | ast.List() | ast.Set() | ast.Tuple() if is_table(node):
            empty = {ast.Dict: b"{}", ast.List: b"[]", ast.Set: b"set()", ast.Tuple: b"()"}[type(node)]
            yield 2, text.replaced(node, empty), f"`{text.shown(node)}` became `{empty.decode()}`"
        case ast.IfExp(test=test):
            yield from _forced(test, text, 1)
        case ast.Subscript(slice=ast.Slice() as bounds):
            yield from _bounds(bounds, text)
        case ast.Call():
            yield from _called(node, text)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for condition in (condition for loop in node.generators for condition in loop.ifs):
                yield from _forced(condition, text, 2, (b"True",))


def is_table(node: ast.expr) -> bool:
    """Whether it is a display of many constants: data, of which no test asks for every entry."""
    parts = [part for part in ast.walk(node) if isinstance(part, ast.expr)]
    plain = all(isinstance(part, ast.Constant | ast.Dict | ast.List | ast.Set | ast.Tuple) for part in parts)
    return plain and sum(isinstance(part, ast.Constant) for part in parts) > FEW


def _bare(rank: int, node: ast.UnaryOp, operand: ast.expr, sign: str, text: Text) -> Fault:
    new = b"(" + text.of(operand) + b")"
    return rank, text.replaced(node, new), f"`{sign}` before `{text.shown(operand)}` was dropped"


def augmented(node: ast.AugAssign, text: Text) -> Iterator[Fault]:
    """`+=` in the place of `-=`, and the like."""
    old, new = COMPUTED.get(type(node.op), ("", ""))
    splice = text.operator(node.target, f"{old}=".encode(), f"{new}=".encode()) if old else None
    if splice and not _is_text(node.value):
        yield 2, splice, f"`{old}=` became `{new}=`"


def forced(test: ast.expr, text: Text, *, ends: bool) -> Iterator[Fault]:
    """A condition that always holds, or never does; `ends`: it must not hold for ever."""
    yield from _forced(test, text, 1, (b"False",) if ends else (b"True", b"False"))


def _forced(test: ast.expr, text: Text, rank: int, values: tuple[bytes, ...] = (b"True", b"False")) -> Iterator[Fault]:
    if not isinstance(test, ast.Constant):
        for value in values:
            yield rank, text.replaced(test, value), f"`{text.shown(test)}` became `{value.decode()}`"


def _compared(node: ast.Compare, text: Text) -> Iterator[Fault]:
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        old, new = COMPARED[type(operator)]
        if splice := text.operator(left, old.encode(), new.encode()):
            yield 0, splice, f"`{old}` became `{new}` in `{text.shown(node)}`"
        left = right


def _joined(node: ast.BoolOp, text: Text) -> Iterator[Fault]:
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for left in node.values[:-1]:
        if splice := text.operator(left, old.encode(), new.encode()):
            yield 1, splice, f"`{old}` became `{new}` in `{text.shown(node)}`"


def _computed(node: ast.BinOp, text: Text) -> Iterator[Fault]:
    old, new = COMPUTED.get(type(node.op), ("", ""))
    # With text or a list on one side the other operator only raises: that is no fault that anybody makes.
    if old and not _is_text(node.left) and not _is_text(node.right):
        splice = text.operator(node.left, old.encode(), new.encode())
        if splice:
            yield 2, splice, f"`{old}` became `{new}` in `{text.shown(node)}`"


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    return isinstance(node, ast.JoinedStr | ast.List | ast.ListComp | ast.Tuple)


def _constant(node: ast.Constant, text: Text) -> Iterator[Fault]:
    value: object = node.value
    if isinstance(value, bool):
        new, rank = repr(not value), 2
    elif isinstance(value, int):
        new, rank = written(value + 1), 3
    elif isinstance(value, float):
        new, rank = repr(value + 1), 3
    elif isinstance(value, str):
        new, rank = repr("" if value else "XX"), 4
    elif isinstance(value, bytes):
        new, rank = repr(b"" if value else b"XX"), 4
    else:
        return
    yield rank, text.replaced(node, new.encode()), f"`{text.shown(node)}` became `{shown(new)}`"


def _bounds(bounds: ast.Slice, text: Text) -> Iterator[Fault]:
    for bound in (bounds.lower, bounds.upper):
        # A bound that is a number is a constant, and has its own fault.
        if bound is not None and not isinstance(bound, ast.Constant):
            new = b"(" + text.of(bound) + b") + 1"
            yield 2, text.replaced(bound, new), f"the bound `{text.shown(bound)}` was moved by one"


def _called(node: ast.Call, text: Text) -> Iterator[Fault]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in OPPOSITES:
        end = text.end(node.func)
        new = OPPOSITES[name]
        yield 1, Splice(end - len(name), end, new.encode()), f"`{name}` became `{new}`"
    if len(node.args) > 1 and not any(isinstance(argument, ast.Starred) for argument in node.args[:2]):
        first, second = node.args[:2]
        one, other = text.of(first), text.of(second)
        between = text.data[text.end(first) : text.start(second)]
        if one != other and not isinstance(first, ast.GeneratorExp):
            splice = Splice(text.start(first), text.end(second), other + between + one)
            yield 3, splice, f"`{text.shown(first)}` and `{text.shown(second)}` were swapped in `{text.shown(node)}`"
    yield from _dropped(node, text)


def _dropped(node: ast.Call, text: Text) -> Iterator[Fault]:
    """The last named argument left out, with the comma before it."""
    if not node.keywords or node.keywords[-1].arg is None:
        return
    last = node.keywords[-1]
    others = [*node.args, *(keyword.value for keyword in node.keywords[:-1])]
    start = max((text.end(other) for other in others), default=text.start(last))
    splice = Splice(start, text.end(last.value), b"")
    yield 3, splice, f"`{last.arg}=` was left out of `{text.shown(node)}`"
