"""Respelling: the code of a patch written differently, so that it means exactly the same.

A test that looks at the text of the code instead of running it sees a difference; an honest one can't.
"""

import ast

from bot.decisions.code.definitions import UNPARSABLE, Function
from bot.decisions.code.parsing import syntax_tree
from bot.words.patch import Patch


def respelled(patch: Patch) -> dict[str, str]:
    """The changed files that are no tests, as Python itself would spell them, by path.

    Without comments, with other line numbers and quotes, and with an empty text at the end of the file and of each
    function, of which nothing is left when Python compiles it: so the syntax tree is another one, too. A file for
    which this can't be done is left out.
    """
    found = {}
    for change in patch.changes:
        if change.after is not None and not change.test and change.path.endswith(".py"):
            text = _respelled(change.after)
            if text is not None:
                found[change.path] = text
    return found


def _respelled(source: str) -> str | None:
    plain = source.removeprefix("\ufeff")
    try:
        tree = syntax_tree(plain)
        for node in list(ast.walk(tree)):
            if isinstance(node, Function) or (isinstance(node, ast.Module) and node.body):
                node.body.append(ast.Expr(ast.Constant("")))
        text = ast.unparse(tree) + "\n"
        same = ast.dump(syntax_tree(text)) == ast.dump(tree)
    except UNPARSABLE:
        return None
    return text if same and "coding" not in "".join(plain.splitlines(keepends=True)[:2]) else None
