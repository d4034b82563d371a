"""Source: a model's code field to plain source, and what can be said of a source without running it."""

import ast

from bot.decisions.code.definitions import UNPARSABLE, Function
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.editing.fences import CODE, unfenced

#: Statements and expressions that fork the way through a function.
FORKS = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.Assert)

THINKING, THOUGHT = "<think>", "</think>"


def extract_code(text: str) -> str:
    """The source in a model's code field: no thinking, no chatter before the fence, no outer fence, no CRLF.

    Fences inside of the code stay. Text that is Python as it stands is taken as it stands. The source ends
    with one line feed; "" where there is none. Whether it is complete is for the parser to say.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = without_thinking(text)
    code = text if is_python(text) else unfenced(text)
    lines = code.split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines) + "\n" if lines else ""


def imports_of(source: str) -> tuple[str, ...]:
    """Top-level names of the modules that a source imports anywhere, sorted; relative imports are left out.

    Empty for text that is no Python.
    """
    tree = _tree(source)
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return tuple(sorted(found))


def complexity_of(source: str) -> int:
    """Cyclomatic complexity of the most complex function, or of the module's own code (1 is straight).

    McCabe's measure: one more than the forks; a function inside of another counts for itself.
    https://en.wikipedia.org/wiki/Cyclomatic_complexity. 1 for text that is no Python.
    """
    tree = _tree(source)
    units: list[ast.AST] = [
        tree,
        *(node for node in ast.walk(tree) if isinstance(node, Function | ast.Lambda)),
    ]
    return max(1 + forks(unit) for unit in units)


def public_names(source: str) -> tuple[str, ...]:
    """Functions, classes and constants at module level that have no leading underscore, in order.

    A literal `__all__` decides where there is one. Empty for text that is no Python.
    """
    names: dict[str, None] = {}
    for node in _tree(source).body:
        for name in _names(node):
            if name == "__all__":
                listed = _strings(node)
                if listed is not None:
                    return listed
            elif not name.startswith("_"):
                names[name] = None
    return tuple(names)


def without_thinking(text: str) -> str:
    """The text below a model's thinking. Thinking that never ends leaves nothing.

    Only what stands above the answer's fence is thinking; inside of it, the same words belong to the code.
    """
    if not text.lstrip().startswith(THINKING) and is_python(text):
        return text
    above, found, below = text.partition(THINKING)
    if found and not _has_open_fence(above) and not _is_code(above):
        return without_thinking(above + below.partition(THOUGHT)[2])
    return _below_orphan(text)


def _below_orphan(text: str) -> str:
    """The text below a `</think>` alone on its line that nothing opened, as some chat templates leave it."""
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.strip() == THOUGHT]
    above = "\n".join(lines[: ends[0]]) if ends else ""
    if not ends or THINKING in above or _has_open_fence(above):
        return text
    return "\n".join(lines[ends[0] + 1 :])


def _has_open_fence(text: str) -> bool:
    return sum(line.lstrip().startswith(("```", "~~~")) for line in text.split("\n")) % 2 == 1


def _is_code(text: str) -> bool:
    return any(line.startswith(CODE) for line in text.split("\n")) or "=" in text


def is_python(text: str) -> bool:
    """Whether a text is Python, and not only comments."""
    try:
        return bool(syntax_tree(text).body)
    except UNPARSABLE:
        return False


def _tree(source: str) -> ast.Module:
    try:
        return syntax_tree(source.removeprefix("\ufeff"))
    except UNPARSABLE:
        return ast.Module(body=[], type_ignores=[])


def forks(unit: ast.AST) -> int:
    """Forks of a unit, those of functions inside of it left out. Not recursive: hostile code may be deep."""
    count, left = 0, list(ast.iter_child_nodes(unit))
    while left:
        node = left.pop()
        if isinstance(node, Function | ast.Lambda):
            continue
        count += _weight(node)
        left += ast.iter_child_nodes(node)
    return count


def _weight(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    if isinstance(node, ast.match_case):
        return 0 if isinstance(node.pattern, ast.MatchAs) and node.pattern.pattern is None and not node.guard else 1
    return int(isinstance(node, FORKS))


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, Function | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _strings(node: ast.stmt) -> tuple[str, ...] | None:
    value = getattr(node, "value", None)
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    return tuple(item.value for item in value.elts if isinstance(item, ast.Constant) and isinstance(item.value, str))
