"""Copied answers: code that knows the inputs of its own tests and gives what they expect.

No run finds this: the tests pass, and notice every fault in the list of answers. It is seen by reading: constants
that stand together in a test, an input and what is to come of it, stand together in the code as well. A table that
the change is honestly about has more in it than what the tests ask; a list of answers has not. What stood in a table
of the same change before it, perhaps in another file, is moved and nothing new.
"""

import ast
from collections.abc import Iterator

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.integers import written
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.editing.text_files import is_documentation
from bot.decisions.proof.changed_lines import changed_lines
from bot.decisions.proof.text_answers import plainly, text_groups
from bot.words.patch import FileChange, Patch

#: One answer may be the case that the issue is about; two are a list.
LEAST = 2

#: A list of answers has hardly anything else in it.
SHARE = 0.6

Pair = tuple[str, str]


def copied_answers(patch: Patch) -> Iterator[str]:
    """Files with a list of answers that stand in the new tests, a sentence each. Never raises."""
    rows = [row for change in patch.changes if change.test and change.before is None for row in _rows(change)]
    if not rows:
        return
    plain = [plainly(row) for row in rows]
    stood = set(_before(patch))
    for change in patch.changes:
        if change.test or change.after is None or is_documentation(change.path, {}):
            continue  # examples in documentation may be those of the tests, and no new test is run with them
        python = change.path.endswith(".py")
        groups, known = (_groups(change), rows) if python else (text_groups(change), plain)
        copied = {pair for group in groups for pair in _copied([pair for pair in group if pair not in stood], known)}
        if len(copied) >= LEAST:
            named = ", ".join(f"{key} gives {value}" for key, value in sorted(copied)[:2])
            yield f"`{change.path[:120].replace('`', '?')}` has the answers of its own tests in it ({named[:200]})."


def _before(patch: Patch) -> Iterator[Pair]:
    """The pairs of all tables that the patch's files had before."""
    for change in patch.changes:
        if change.before is not None and not change.test and change.path.endswith(".py"):
            left = FileChange(path=change.path, before=None, after=change.before)
            yield from (pair for group in _groups(left) for pair in group)


def _rows(change: FileChange) -> Iterator[frozenset[str]]:
    """The constants of each test case: of each assertion, and of each tuple in a list of parameters."""
    for node in ast.walk(_tree(change)):
        if isinstance(node, ast.Assert | ast.Tuple):
            found = frozenset(filter(None, map(_constant, ast.walk(node))))
            if 2 <= len(found) <= 12:
                yield found
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                pair = frozenset(filter(None, (_constant(key), _constant(value))))
                if len(pair) == 2:
                    yield pair


def _copied(group: list[Pair], rows: list[frozenset[str]]) -> list[Pair]:
    """The pairs of one table that are test cases, if they are most of it."""
    found = [pair for pair in group if any({*pair} <= row for row in rows)]
    return found if len(found) >= SHARE * len(group) else []


def _groups(change: FileChange) -> Iterator[list[Pair]]:
    """Tables that the patch adds or changes: of dictionaries, of comparisons and of `case` in one file."""
    lines, tree = changed_lines(change), _tree(change)
    compared: list[Pair] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield list(_pairs((key, value) for key, value in pairs if key is not None and value.lineno in lines))
        elif isinstance(node, ast.If | ast.IfExp) and node.test.lineno in lines:
            compared += _pairs((key, _given(node.body)) for key in _asked(node.test))
        elif isinstance(node, ast.match_case) and node.pattern.lineno in lines:
            keys = [part.value for part in ast.walk(node.pattern) if isinstance(part, ast.MatchValue)]
            compared += _pairs((key, _given(node.body)) for key in keys)
    yield compared


def _pairs(found: Iterator[tuple[ast.expr, ast.expr | None]]) -> Iterator[Pair]:
    for key, value in found:
        one, other = _constant(key), _constant(value)
        if one and other and one != other:
            yield one, other


def _asked(test: ast.expr) -> Iterator[ast.expr]:
    """The constants that something is compared with for equality."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and all(isinstance(operator, ast.Eq | ast.In) for operator in node.ops):
            for side in (node.left, *node.comparators):
                yield from side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]


def _given(body: ast.expr | list[ast.stmt]) -> ast.expr | None:
    """What a branch gives: a returned value, an assigned one, or the expression itself."""
    if isinstance(body, ast.expr):
        return body
    match body:
        case [ast.Return(value=value)] | [ast.Assign(value=value)]:
            return value
    return None


def _constant(node: ast.AST | None) -> str | None:
    """A constant that says something, as it is written; None for others: 0, 1, True and "" are everywhere."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    if isinstance(node, ast.Constant) and node.value not in (0, 1, -1, 2, "", b"", None):
        value = node.value
        return (written(value) if isinstance(value, int) else repr(value))[:60]
    if isinstance(node, ast.Tuple | ast.List) and node.elts and all(isinstance(one, ast.Constant) for one in node.elts):
        return ast.unparse(node)[:60]
    return None


def _tree(change: FileChange) -> ast.Module:
    try:
        return syntax_tree((change.after or "").removeprefix("\ufeff"))
    except UNPARSABLE:
        return ast.Module(body=[], type_ignores=[])
