"""Formatting: of what a formatter would change, that which touches the lines of a patch and no more."""

import ast
import inspect
import re
from collections.abc import Iterator

from bot.decisions.code.definitions import UNPARSABLE, Function, lines_of
from bot.decisions.code.differences import differences
from bot.decisions.code.encoding import BOM
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.editing.dressing import ends_unfinished, line_ending

#: What a formatter changes within a line that it leaves a line.
SIGNS = re.compile(r"[\s\"'(),]")


def formatted_where_changed(before: str | None, written: str, formatted: str) -> str:
    """The written text with those changes of the formatter that touch lines which are not as before.

    Args:
        before: the file as it was; None for a new one, of which every line is new.
        written: as the patch has it.
        formatted: what the formatter made of that.

    Returns:
        The text in the line endings of the written one. It means the same: where the formatter's text, or the
        part of it that is taken, would mean something else, the written text itself.
    """
    mark = BOM if written.startswith(BOM) else ""
    written, formatted = written.removeprefix(BOM), formatted.removeprefix(BOM)
    for fine in (True, False):
        text = _merged(None if before is None else before.removeprefix(BOM), written, formatted, fine=fine)
        if same_code(written, text):
            return mark + text
    return mark + written


def _merged(before: str | None, written: str, formatted: str, *, fine: bool) -> str:
    lines, own, new = lines_of(written), _bare(written), _bare(formatted)
    touched = _touched(_bare(before), own) if before is not None else [(0, len(own))]
    ending, result = line_ending(written), list[str]()
    for i, j, k, m in _hunks(own, new, fine=fine):
        if own[i:j] != new[k:m] and any(_meets(i, j, start, end) for start, end in touched):
            result += [line + ending for line in new[k:m]]
        else:
            result += lines[i:j]
    text = "".join(result)
    if ends_unfinished(written):
        return text.rstrip("\r\n")
    return text if not text or text.endswith(("\n", "\r")) else text + ending


def _hunks(own: list[str], new: list[str], *, fine: bool) -> Iterator[tuple[int, int, int, int]]:
    """What corresponds to what. With `fine`, lines that say the same in other signs stand for themselves."""
    for what, i, j, k, m in differences(own, new):
        if not fine or what != "replace":
            yield i, j, k, m
            continue
        words, other = ([SIGNS.sub("", line) for line in lines] for lines in (own[i:j], new[k:m]))
        for alike, a, b, c, d in differences(words, other):
            if alike == "equal":
                yield from ((i + n, i + n + 1, k + c - a + n, k + c - a + n + 1) for n in range(a, b))
            else:
                yield i + a, i + b, k + c, k + d


def _meets(i: int, j: int, start: int, end: int) -> bool:
    """Whether lines overlap with those that were touched; what has no length need only stand beside them."""
    return i <= end and start <= j if i == j or start == end else i < end and start < j


def _bare(text: str) -> list[str]:
    return [line.rstrip("\r\n") for line in lines_of(text)]


def _touched(before: list[str], written: list[str]) -> list[tuple[int, int]]:
    """Where the written lines differ from those before; a place where lines were taken away has no length."""
    return [(k, m) for what, _, _, k, m in differences(before, written) if what != "equal"]


def same_code(one: str, other: str) -> bool:
    """Whether two texts mean the same but for the order of imports and the margins of docstrings."""
    try:
        return _meaning(one) == _meaning(other)
    except UNPARSABLE:
        return False


def _meaning(text: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """The code of a module without its own imports, and these."""
    tree = syntax_tree(text.removeprefix(BOM))
    imports: list[tuple[object, ...]] = []
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef | ast.Module):
            _settle_docstring(node)
        elif isinstance(node, ast.Constant):
            node.kind = None  # u"" and "" are the same
    for node in tree.body:
        if isinstance(node, ast.Import):
            imports += [("", alias.name, alias.asname or "", 0) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports += [(node.module or "", alias.name, alias.asname or "", node.level) for alias in node.names]
    rest = [ast.dump(node) for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return rest, sorted(imports, key=str)


def _settle_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module) -> None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        cleaned = inspect.cleandoc(first.value.value)
        first.value.value = "\n".join(line.rstrip() for line in cleaned.split("\n")).strip()
