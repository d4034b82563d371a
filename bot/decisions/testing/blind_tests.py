"""Blind tests: new tests that can't see whether the change works, as far as reading them tells.

It is held against a patch only when none of its tests looks at a result, or when one hides what it saw. What it
misses is for the runs against faults to find (`vacuity`).
"""

import ast
from collections.abc import Collection, Iterable, Iterator

from bot.decisions.code.definitions import UNPARSABLE, Function
from bot.decisions.code.parsing import syntax_tree
from bot.words.patch import Patch

#: Ways to say what must hold without `assert`, by the beginning of a name.
CHECKS = ("assert", "raises", "warns", "fail", "check", "expect", "verify", "compare", "validate", "deprecated_call")

#: What is held against tests that look at nothing.
NOTHING = "No new test looks at a result: they assert nothing, or only what holds of nearly everything."

#: What asks for a type. It is true of nearly every result, unless the result had another one before.
TYPES = frozenset({"isinstance", "issubclass"})

#: What is true of nearly every result.
TRUISMS = frozenset({"isinstance", "issubclass", "hasattr", "callable", "type", "id", "bool"})
NAMES_OF_CODE = frozenset({"__version__", "__doc__", "__file__", "__name__", "__module__", "__all__"})

#: What shows the text of code, or what became of it.
TEXTS = frozenset({"getsource", "getsourcelines", "getsourcefile", "__code__", "co_consts", "co_code", "co_names"})
READS = frozenset({"read_text", "read_bytes", "open", "exists", "is_file", "stat", "readlines", "getsize", "getmtime"})

CAUGHT = frozenset({"AssertionError", "Exception", "BaseException", "Failed"})


def blind_tests(patch: Patch) -> Iterator[str]:
    """What the new tests do that shows nothing, a sentence each. Never raises."""
    code = [change.path for change in patch.changes if not change.test and change.after is not None]
    seen, sees = [], False
    for path, tree in _trees(patch):
        tests = list(_tests(tree))
        seen += tests
        sees = sees or any(map(_looks, tests))
        for what in dict.fromkeys(_tricks(tree, tests, code)):
            yield f"`{path[:120].replace('`', '?')}` {what}."
    if seen and not sees and not types_alone(patch):
        yield NOTHING


def types_alone(patch: Patch) -> bool:
    """Whether all that the new tests look at is what type something has.

    That may be what was asked for, and reading does not tell: `bot.decisions.proof.vacuity` has the runs decide.
    """
    tests = [test for _, tree in _trees(patch) for test in _tests(tree)]
    asserted = (node.test for test in tests for node in ast.walk(test) if isinstance(node, ast.Assert))
    try:
        return any(map(_asks_a_type, asserted)) and not any(map(_looks, tests))
    except UNPARSABLE:  # what is too deep to be read is held against the patch elsewhere
        return False


def _asks_a_type(test: ast.expr) -> bool:
    return isinstance(test, ast.Call) and _name(test.func) in TYPES


def _trees(patch: Patch) -> Iterator[tuple[str, ast.Module]]:
    """The new test files that can be read, with their paths."""
    for change in patch.changes:
        if not change.test or change.before is not None or change.after is None or not change.path.endswith(".py"):
            continue
        try:
            yield change.path, syntax_tree(change.after.removeprefix("\ufeff"))
        except UNPARSABLE:
            continue


def _tests(tree: ast.Module) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.name.startswith("test"):
            yield node


def _looks(test: Function) -> bool:
    """Whether anything in a test depends on what the code gives."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) and not holds_anyway(node.test):
            return True
        if isinstance(node, ast.Call) and _name(node.func).lstrip("_").lower().startswith(CHECKS):
            return True
        if isinstance(node, ast.Raise):
            return True
    return False


def holds_anyway(test: ast.expr) -> bool:
    """Whether an assertion holds of nearly every result. Raises RecursionError for one that is too deep."""
    match test:
        case ast.Constant() | ast.Tuple():
            return True  # a tuple with something in it is always true
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(map(holds_anyway, values))
        case ast.BoolOp(values=values):
            return all(map(holds_anyway, values))
        case ast.Call(func=called):
            return _name(called) in TRUISMS
        case ast.Compare(left=left, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]):
            return not isinstance(left, ast.Constant)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()], comparators=[right]):
            return (
                _is_near_to_all(left)
                or _is_near_to_all(right)
                or (
                    _is_same(left, right)
                    or bool({_name(left), _name(right)} & NAMES_OF_CODE)
                    or (isinstance(left, ast.Call) and _name(left.func) == "type")
                )
            )
    return False


def _is_same(left: ast.expr, right: ast.expr) -> bool:
    try:
        return ast.dump(left) == ast.dump(right)
    except UNPARSABLE:  # too deep, or a number that Python refuses to write
        return False


def _is_near_to_all(node: ast.expr) -> bool:
    """Whether it is `approx(expected, abs=...)` or `rel=`, with a tolerance as large as what is expected."""
    match node:
        case ast.Call(func=called, args=[ast.Constant(value=int() | float() as expected)], keywords=keywords):
            wide = {"abs": abs(expected), "rel": 1.0}
            return _name(called) == "approx" and any(
                isinstance(one.value, ast.Constant)
                and isinstance(one.value.value, int | float)
                and one.value.value >= wide.get(one.arg or "", float("inf"))
                for one in keywords
            )
    return False


def _tricks(tree: ast.Module, tests: Collection[Function], code: Collection[str]) -> Iterator[str]:
    ours = set(_imported(tree, code))
    for test in tests:
        if any(_root(decorator) in ours for decorator in test.decorator_list):
            yield "lets the code under test decorate its own tests"
        yield from hides(test)
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name, bases=bases) if name.startswith("Test"):
                if any(_root(base) in ours for base in bases):
                    yield "lets a test class inherit from the code under test"
            case ast.Assign(targets=[ast.Name(id="pytest_plugins")]):
                yield "loads plugins of pytest"
            case ast.FunctionDef(name=name) if name.startswith("pytest_"):
                yield f"has a hook of pytest (`{name[:60]}`)"
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in TEXTS:
                yield f"looks at the text of code (`{name}`)"
            case ast.Call(func=called) if _name(called) in READS and _names_code(node, code):
                yield "looks at the file of the code instead of running it"


def hides(test: Function) -> Iterator[str]:
    """An assertion whose failure is caught around it."""
    for node in ast.walk(test):
        if isinstance(node, ast.Try) and _asserts(node.body) and any(map(_swallows, node.handlers)):
            yield f"catches the failure of its own assertion (`{test.name[:60]}`)"
        if isinstance(node, ast.With | ast.AsyncWith) and _asserts(node.body):
            calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
            if any(_name(call.func) in ("suppress", "raises") and _any_name(call.args, CAUGHT) for call in calls):
                yield f"catches the failure of its own assertion (`{test.name[:60]}`)"


def _swallows(handler: ast.ExceptHandler) -> bool:
    catches = handler.type is None or _any_name([handler.type], CAUGHT)
    tells = any(isinstance(node, ast.Raise | ast.Assert) for part in handler.body for node in ast.walk(part))
    tells = tells or any(
        isinstance(node, ast.Call) and _name(node.func) == "fail" for part in handler.body for node in ast.walk(part)
    )
    return catches and not tells


def _asserts(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Assert) for part in body for node in ast.walk(part))


def _any_name(nodes: Iterable[ast.expr], names: Collection[str]) -> bool:
    return any(_name(part) in names for node in nodes for part in ast.walk(node) if isinstance(part, ast.expr))


def _imported(tree: ast.Module, code: Collection[str]) -> Iterator[str]:
    """Names that a test file imports from the changed code."""
    tops = {path.removeprefix("src/").split("/")[0].removesuffix(".py") for path in code}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in tops:
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in tops:
                    yield alias.asname or alias.name.split(".")[0]


def _names_code(call: ast.Call, code: Collection[str]) -> bool:
    """Whether a call is about a file of the changed code."""
    files = {path.rpartition("/")[2] for path in code}
    for node in ast.walk(call):
        if isinstance(node, ast.Attribute) and node.attr == "__file__" and _root(node) != "__file__":
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.rpartition("/")[2] in files:
            return True
    return False


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""
