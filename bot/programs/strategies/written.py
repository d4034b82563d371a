"""Written: code of the file itself, which small models write where a script that changes the file was asked for."""

import ast
from collections.abc import Collection, Iterator

from bot.decisions.code.definitions import UNPARSABLE, Defining, Function, first_line, own_name
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.code.source import extract_code, is_python, without_thinking
from bot.decisions.editing.blocks import begins_with_heading
from bot.decisions.editing.edits import apply_definitions, apply_whole_file
from bot.decisions.editing.replacements import apply_replacements, has_replacements
from bot.programs.sources import plain

Imports = ast.Import | ast.ImportFrom


def as_file(source: str | None, reply: str, functions: Collection[str]) -> str | None:
    """The file's new text, where a model wrote its code down; None where it wrote a script.

    Nothing of the file is lost by it: what has all names of the file is taken whole, single definitions take the
    place of their likes.

    Args:
        source: the file's present text; None for a new file.
        reply: what the model wrote.
        functions: names that a script would call.

    Raises:
        EditError: it is code of the file, and breaks the rules of edits.
    """
    code = extract_code(reply)
    if has_replacements(reply) and not is_python(code):
        return apply_replacements(source, without_thinking(reply))
    if source is not None and begins_with_heading(code):
        return apply_definitions(source, code)
    try:
        tree, present = syntax_tree(code), syntax_tree(plain(source or ""))
    except UNPARSABLE:
        return None
    names, known = names_of(tree.body), names_of(present.body)
    if not names or called(tree) & (set(functions) - names):
        return None
    if known <= names and (known or any(isinstance(node, Function | ast.ClassDef) for node in tree.body)):
        return apply_whole_file(source, code)
    if not all(isinstance(node, Imports | Defining) or is_docstring(node) for node in tree.body):
        return None
    blocks = list(headed(tree.body, code.split("\n"), {node.name: node for node in classes_of(present)}))
    return apply_definitions(source or "", "\n".join(blocks)) if defines(tree) else None


def names_of(body: Collection[ast.stmt]) -> set[str]:
    """The names that statements define, each by one statement."""
    return {name for node in body if (name := own_name(node))}


def called(tree: ast.Module) -> set[str]:
    """The names of functions that are called."""
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def defines(tree: ast.Module) -> bool:
    """Whether there is a function or a class in it, as in no plain assignment of a script."""
    return any(isinstance(node, Function | ast.ClassDef) for node in tree.body)


def is_docstring(node: ast.stmt) -> bool:
    """Whether it is a text that stands by itself."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def classes_of(tree: ast.Module) -> list[ast.ClassDef]:
    """The classes at module level."""
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def headed(
    body: Collection[ast.stmt], lines: list[str], present: dict[str, ast.ClassDef], prefix: str = ""
) -> Iterator[str]:
    """Blocks for `apply_definitions`; of a class that lacks what the present one has, each part is one."""
    for node in body:
        own = present.get(node.name) if isinstance(node, ast.ClassDef) else None
        text = "\n".join(lines[first_line(node) - 1 : node.end_lineno])
        if isinstance(node, Imports):
            yield f"# >>> imports\n{text}\n"
        elif isinstance(node, ast.ClassDef) and own is not None and names_of(own.body) - names_of(node.body):
            yield from headed(node.body, lines, {}, f"{node.name}.")
        elif name := own_name(node):
            yield f"# >>> {prefix}{name}\n{text}\n"
