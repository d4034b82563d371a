"""Segments: a Python source cut into its statements, so that each can be taken from one text or from another."""

import ast
import copy
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.decisions.code.definitions import Defining, Function, first_line, lines_of, named, own_name, role_of

DOCTEST = ">>>"


@dataclass(frozen=True)
class Segment:
    """A statement (or several that share a line) with the empty lines and comments above it.

    Attributes:
        key: what it is found again by in another text of the same file: kind, name or syntax, and which of its like.
        name: its qualified name; "" for what is no definition.
        nodes: its syntax.
        lead: what stands between the statement before and this one.
        text: its lines; of a class with a body of its own only its head.
        inside: the statements of such a class.
    """

    key: tuple[object, ...]
    name: str
    nodes: tuple[ast.stmt, ...]
    lead: str
    text: str
    inside: tuple["Segment", ...] | None = None

    @property
    def whole(self) -> str:
        """All of its lines, those above it included."""
        return self.lead + self.text + "".join(part.whole for part in self.inside or ())

    @property
    def names(self) -> set[str]:
        """What it defines, by qualified name."""
        scope = self.name.rpartition(".")[0] if self.name else str(self.key[0]).rpartition(":")[2]
        return {name for name, _ in named(self.nodes, f"{scope}." if scope else "")}


@dataclass(frozen=True)
class Source:
    """A whole source: its statements, and what stands below the last one."""

    parts: tuple[Segment, ...]
    tail: str

    @property
    def text(self) -> str:
        """The source again."""
        return "".join(part.whole for part in self.parts) + self.tail


def cut(text: str, tree: ast.Module) -> Source:
    """The statements of a source.

    Args:
        text: without a byte order mark.
        tree: its syntax.
    """
    lines = lines_of(text)
    parts, end = _parts(tree.body, lines, 0, "")
    return Source(parts, "".join(lines[end:]))


def _parts(body: Sequence[ast.stmt], lines: list[str], end: int, scope: str) -> tuple[tuple[Segment, ...], int]:
    found: list[Segment] = []
    for index, node in enumerate(body):
        start, last = first_line(node) - 1, node.end_lineno or node.lineno
        if start < end:  # it shares a line with the one before
            more = "".join(lines[end:last])
            above = found.pop()
            found.append(_joined(above, node, more, scope))
        else:
            found.append(_segment(node, lines, end, scope, documented=not index))
        end = max(end, last)
    return _numbered(found), end


def _segment(node: ast.stmt, lines: list[str], end: int, scope: str, *, documented: bool) -> Segment:
    start, last = first_line(node) - 1, node.end_lineno or node.lineno
    lead = "".join(lines[end:start])
    name = own_name(node)
    qualified = f"{scope}.{name}" if scope and name else name or ""
    key: tuple[object, ...] = ("def", name, role_of(node)) if name and isinstance(node, Defining) else ()
    if documented and _is_docstring(node):
        key = ("doc",)
    key = key or (f"code:{scope}", ast.dump(node))
    if not isinstance(node, ast.ClassDef) or not _has_own_lines(node, lines):
        return Segment(key, qualified, (node,), lead, "".join(lines[start:last]))
    head = first_line(node.body[0]) - 1
    while not lines[head - 1].strip() or lines[head - 1].lstrip().startswith("#"):
        head -= 1
    inside, _ = _parts(node.body, lines, head, qualified)
    return Segment(key, qualified, (node,), lead, "".join(lines[start:head]), inside)


def _joined(above: Segment, node: ast.stmt, more: str, scope: str) -> Segment:
    nodes = (*above.nodes, node)
    text = above.whole.removeprefix(above.lead) + more
    return Segment((f"code:{scope}", *map(ast.dump, nodes)), "", nodes, above.lead, text)


def _numbered(parts: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments with keys that differ: the second of its like is another one than the first."""
    seen: Counter[tuple[object, ...]] = Counter()
    numbered = []
    for part in parts:
        numbered.append(replace(part, key=(*part.key, seen[part.key])))
        seen[part.key] += 1
    return tuple(numbered)


def _has_own_lines(node: ast.ClassDef, lines: Sequence[str]) -> bool:
    """Whether the body of a class begins on a line of its own."""
    first = node.body[0]
    line = lines[first_line(first) - 1]
    return (
        not line[: len(line) - len(line.lstrip())].strip() and first_line(first) > node.lineno and _leads(first, line)
    )


def _leads(node: ast.stmt, line: str) -> bool:
    """Whether nothing but white space stands before a statement on its line."""
    decorated = first_line(node) < node.lineno
    return line.lstrip().startswith("@") if decorated else not line.encode()[: node.col_offset].strip()


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def code_of(nodes: Sequence[ast.stmt], *, documented: bool = True) -> list[str]:
    """What statements mean, whatever they look like.

    Args:
        nodes: the statements.
        documented: whether docstrings count. Those with examples that can be run as tests always do.
    """
    return [ast.dump(node if documented else _undocumented(node)) for node in nodes]


def head_of(node: ast.stmt) -> str:
    """What a class is without its body: its name, bases and decorators."""
    bare = copy.copy(node)
    bare.body = []  # type: ignore[attr-defined]  # only ever a class
    return ast.dump(bare)


def _undocumented(node: ast.stmt) -> ast.stmt:
    if _is_docstring(node):
        return node if DOCTEST in ast.dump(node) else ast.Pass()
    node = copy.deepcopy(node)
    for part in ast.walk(node):
        if not isinstance(part, Function | ast.ClassDef) or not _is_docstring(part.body[0]):
            continue
        if DOCTEST not in ast.dump(part.body[0]):
            part.body[0:1] = [] if len(part.body) > 1 else [ast.Pass()]
    return node
