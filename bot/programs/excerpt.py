"""Excerpt: of a file that is too large to be shown, what a change is about."""

import ast
import re
from collections.abc import Iterable, Mapping

from bot.decisions.code.definitions import UNPARSABLE, Defining, first_line, named
from bot.decisions.code.parsing import syntax_tree
from bot.programs.sources import outline_of
from bot.programs.tools.answer import cut, cut_middle

#: Characters: of all definitions that are shown for orientation, and of the outline.
LONGEST_ORIENTATION, LONGEST_OUTLINE = 2500, 2000


def excerpt(source: str, names: Iterable[str], about: str, limit: int) -> str:
    """The definitions to change in the form in which they are to be written, then what they build on.

    Args:
        source: the file's text, with plain line feeds.
        names: qualified names to change; those that the file lacks count for nothing.
        about: what the change is about; definitions that it names are shown for orientation.
        limit: characters.
    """
    try:
        tree = syntax_tree(source)
    except UNPARSABLE:
        return cut(source, limit)
    known: dict[str, list[Defining]] = {}
    for name, node in named(tree.body):
        known.setdefault(name, []).append(node)
    imports = "\n".join(ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    lines = source.split("\n")
    asked = [name for name in names if name in known]
    shown = [f"# >>> {name}\n{text_of(lines, known[name])}" for name in asked]
    near = [f"# {name}\n{text_of(lines, known[name])}" for name in related(known, asked, names, about)]
    everything = cut(outline_of(source), min(LONGEST_OUTLINE, limit // 3))
    left = max(500, limit - len(imports) - len(everything) - 200)
    parts = [
        f"# Its imports:\n{imports}",
        cut_middle("\n\n".join(shown) or ("" if near else source), left),
        listed("# For orientation:", near, min(LONGEST_ORIENTATION, left - sum(map(len, shown)))),
        f"# All definitions of the file:\n{everything}",
    ]
    return "\n\n".join(part for part in parts if part)


def related(known: Mapping[str, list[Defining]], asked: list[str], names: Iterable[str], about: str) -> list[str]:
    """Definitions to know: how the classes begin, what the asked ones use, what the text names.

    Whole classes are left out: the outline tells of them.
    """
    found = [f"{name.rpartition('.')[0]}.__init__" for name in names if "." in name]
    found += [use for name in asked for node in known[name] for use in uses(node, name.rpartition(".")[0])]
    words = set(re.findall(r"\w+", about))
    found += [name for name in known if name.rpartition(".")[2] in words]
    inside = tuple(f"{name}." for name in asked)
    return [
        name
        for name in dict.fromkeys(found)
        if name in known
        and name not in asked
        and not name.startswith(inside)
        and not isinstance(known[name][0], ast.ClassDef)
    ]


def uses(node: ast.AST, owner: str) -> Iterable[str]:
    """Names that a definition uses; attributes of `self` by the name of its class."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in ("self", "cls"):
            yield f"{owner}.{part.attr}"


def listed(title: str, texts: Iterable[str], limit: int) -> str:
    """Those texts that fit below a title; "" when none does."""
    fitting = []
    for text in texts:
        limit -= len(text) + 2
        if limit >= 0:
            fitting.append(text)
    return "\n\n".join([title, *fitting]) if fitting else ""


def text_of(lines: list[str], nodes: Iterable[ast.stmt]) -> str:
    """The lines of statements, decorators included, as they stand in the file."""
    return "\n\n".join("\n".join(lines[first_line(node) - 1 : node.end_lineno]) for node in nodes)
