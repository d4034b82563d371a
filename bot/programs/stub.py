"""Stub: a Python file without the bodies of its functions, for those who use it and don't write it."""

import ast
import re

from bot.decisions.code.definitions import UNPARSABLE, own_name
from bot.decisions.code.parsing import syntax_tree
from bot.programs.sources import outline_of
from bot.programs.tools.answer import cut

IMPORTS = (ast.Import, ast.ImportFrom)


def stub_of(source: str, about: str = "", limit: int = 0) -> str:
    """What the users of a file may rely on. Docstrings stay; an unreadable file gives its first lines.

    Private functions are left out where a text tells what its user is about and does not name them.

    Args:
        source: the file's text.
        about: what its user is about; of a file that is too long, what is named here comes first and in full,
            and the rest as an outline.
        limit: characters; 0 means all.
    """
    try:
        tree = syntax_tree(source)
        tree.body = [node for node in tree.body if not runs_script(node)]
        words = set(re.findall(r"\w+", about))
        for node in ast.walk(tree):
            if about and isinstance(node, ast.Module | ast.ClassDef):
                node.body = [part for part in node.body if not is_private(part, words)] or node.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                told = ast.get_docstring(node, clean=False) is not None
                node.body = [*(node.body[:1] if told else []), ast.Expr(ast.Constant(...))]
        full = ast.unparse(tree)
        return full if not limit or len(full) <= limit else focused(tree, about, limit)
    except UNPARSABLE:
        return cut(source, 300)


def focused(tree: ast.Module, about: str, limit: int) -> str:
    """Of a long stub what the text names, then an outline of the rest."""
    words = set(re.findall(r"\w+", about))
    named = [node for node in tree.body if own_name(node) in words]
    rest = [node for node in tree.body if node not in named and not isinstance(node, IMPORTS)]
    if not named:
        return cut(ast.unparse(tree), limit)
    imports = [node for node in tree.body if isinstance(node, IMPORTS)]
    first = ast.unparse(ast.Module(body=[*imports, *named], type_ignores=[]))
    others = outline_of(ast.unparse(ast.Module(body=rest, type_ignores=[])))
    return cut(f"{first}\n\n# Further definitions of the file:\n{others}", limit)


def is_private(node: ast.stmt, words: set[str]) -> bool:
    """Whether it is a private function that the words don't have."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return node.name.startswith("_") and not node.name.endswith("__") and node.name not in words


def runs_script(node: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__"`."""
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
