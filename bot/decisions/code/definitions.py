"""Definitions: the functions, classes and constants of a Python source, by qualified name and by line."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.decisions.code.parsing import syntax_tree

#: What `ast.parse` raises for text that is no Python, or that is made to exhaust it.
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)

#: A line as Python's own tokenizer sees it: form feeds end none, and a lone carriage return does.
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Defining = Function | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition.

    Attributes:
        name: the qualified name, "Parser.feed".
        kind: "def", "async def", "class" or "constant".
        start: its first line, decorators included, from 1.
        end: its last line, included.
        signature: its head in one line, "def feed(self, text: str) -> None".
    """

    name: str
    kind: str
    start: int
    end: int
    signature: str


def definitions(source: str) -> list[Definition]:
    """Every definition that can be addressed by name, in order; those inside of functions can't.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: the source is no Python.
    """
    tree = syntax_tree(source.removeprefix("\ufeff"))
    return [
        Definition(name, kind_of(node), first_line(node), node.end_lineno or node.lineno, signature_of(node))
        for name, node in named(tree.body)
    ]


def outline(source: str) -> str:
    """One line a definition: functions and classes by signature, constants by name, indented by nesting.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: the source is no Python.
    """
    return "\n".join(
        "    " * known.name.count(".")
        + (known.name.rpartition(".")[2] if known.kind == "constant" else known.signature)
        for known in definitions(source)
    )


def named(body: Sequence[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Defining]]:
    """Definitions of a body by qualified name, those in classes and in `if`, `try` and `with` included."""
    for node in body:
        name = own_name(node)
        if name is not None and isinstance(node, Defining):
            yield prefix + name, node
        if isinstance(node, ast.ClassDef):
            yield from named(node.body, f"{prefix}{node.name}.")
        elif not isinstance(node, Function):
            yield from named(inner(node), prefix)


def inner(node: ast.stmt) -> list[ast.stmt]:
    """The statements inside of an `if`, `try` or `with`, which are in the same scope."""
    if not isinstance(node, ast.If | ast.Try | ast.TryStar | ast.With):
        return []
    inside = [*node.body, *getattr(node, "orelse", [])]
    for handler in getattr(node, "handlers", []):
        inside += handler.body
    return inside + getattr(node, "finalbody", [])


def own_name(node: ast.stmt) -> str | None:
    """The one name that a statement defines; None where it defines none, or several."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return None


def kind_of(node: Defining) -> str:
    """The kind, in the words of `Definition.kind`."""
    match node:
        case ast.FunctionDef():
            return "def"
        case ast.AsyncFunctionDef():
            return "async def"
        case ast.ClassDef():
            return "class"
        case _:
            return "constant"


def first_line(node: ast.stmt) -> int:
    """The first line of a statement, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def role_of(node: Defining) -> str:
    """What tells definitions of the same name apart: "setter", "deleter", "overload", else ""."""
    for decorator in getattr(node, "decorator_list", []):
        match decorator:
            case ast.Attribute(value=ast.Name(id=name), attr=role) if name == own_name(node):
                return str(role)
            case ast.Name(id="overload") | ast.Attribute(attr="overload"):
                return "overload"
    return ""


def signature_of(node: Defining) -> str:
    """The head in one line, as Python itself would spell it, cut to 200 characters."""
    if isinstance(node, Function):
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        text = f"{kind_of(node)} {node.name}({ast.unparse(node.args)}){returns}"
    elif isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(base) for base in [*node.bases, *node.keywords])
        text = f"class {node.name}({bases})" if bases else f"class {node.name}"
    else:
        text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 200 else text[:199] + "…"


def lines_of(source: str) -> list[str]:
    """The lines with their endings, numbered as in the syntax tree (the first is at index 0)."""
    return LINE.findall(source)
