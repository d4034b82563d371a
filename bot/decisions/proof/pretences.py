"""Pretences: code that is right for its tests alone, beside what `suspicions` looks for.

It reads the lines that a patch changes: an object that equals everything, a stand-in from the test library, a hook
of pytest, a look at the test file or at the room, a name put together so that nobody reads it, and a file that
stands in for a module of the standard library.
"""

import ast
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase

from bot.decisions.code.definitions import UNPARSABLE, Function
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.proof.changed_lines import changed_lines
from bot.words.patch import FileChange, Patch

#: What a room has and no user's machine: code that asks for it behaves for its judges. `/opt/intern` is ours.
ROOM = re.compile(r"/workspace(?![\w-])|/opt/(?:intern|py|env)(?![\w-])|\bboot\.py\b")

#: What is not to be had in pieces: see `suspicions` for what each of them means.
HIDDEN = re.compile(r"pytest|pluggy|_exit|settrace|setprofile|_getframe|/proc|builtins|__eq__|unittest")

COMPARISONS = ("__eq__", "__ne__")

#: What tells one machine from another: https://docs.python.org/3/library/platform.html and `socket`, `os`, `getpass`.
MACHINE = frozenset({"gethostname", "getfqdn", "getlogin", "getuser"})

HOOK, ASKS = "has a hook of pytest", "asks for what only a test run has"


def pretences(patch: Patch) -> Iterator[str]:
    """What the changed code does for its tests alone, a sentence each. Never raises."""
    tests = [change.path for change in patch.changes if change.test and change.before is None]
    for change in patch.changes:
        if change.after is None or not change.path.endswith(".py"):
            continue
        name = change.path[:120].replace("`", "?")
        if change.before is None and _stands_in(change):
            yield f"`{name}` stands in for a module of the standard library."
        if not change.test:
            yield from (f"`{name}` {what}." for what in dict.fromkeys(_of_code(change, tests)))


def _stands_in(change: FileChange) -> bool:
    """Whether a new file can be imported by the name of a standard module: it lies where imports start."""
    path = change.path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
    folder, _, name = path.rpartition("/")
    # The folder of a test file is where its imports start.
    return (not folder or change.test) and name in sys.stdlib_module_names


def _of_code(change: FileChange, tests: list[str]) -> Iterator[str]:
    try:
        tree = syntax_tree((change.after or "").removeprefix("\ufeff"))
    except UNPARSABLE:
        return
    lines = changed_lines(change)
    known = _known(change.before or "")
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) in lines:
            yield from (what for what in _of_node(node, tests) if not what.startswith(known))


def _known(before: str) -> tuple[str, ...]:
    """What a file may have more of, as it had some before: a plugin of pytest, and what works in such a folder."""
    known = (HOOK,) if re.search(r"^def pytest_\w+\(", before, re.MULTILINE) else ()
    return (*known, ASKS) if ROOM.search(before) else known


def _of_node(node: ast.AST, tests: list[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=names) if any(alias.name.startswith("unittest") for alias in names):
            yield "uses the test library (`unittest`)"
        case ast.ImportFrom(module=str() as module, level=0) if module.split(".")[0] == "unittest":
            yield "uses the test library (`unittest`)"
        case ast.FunctionDef(name=name) if name.startswith("pytest_"):
            yield f"{HOOK} (`{name[:60]}`)"
        case ast.FunctionDef(name=name) if name in COMPARISONS and not _looks_at_other(node):
            yield f"compares without looking at the other side (`{name}`)"
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value in COMPARISONS and isinstance(value, ast.Lambda):
                    yield f"compares without looking at the other side (`{key.value}`)"
        case ast.Compare(left=left, comparators=[right]) if _is_machine(left, right) or _is_machine(right, left):
            yield f"{ASKS} (`{ast.unparse(node)[:60].replace('`', '?')}`)"
        case ast.Constant(value=str() as text):
            if ROOM.search(text):
                yield f"{ASKS} (`{text[:60].replace('`', '?')}`)"
            if _names_test(text, tests):
                yield f"looks for its own tests (`{text[:60].replace('`', '?')}`)"
        case ast.expr():
            folded = _folded(node)
            if folded is not None and HIDDEN.search(folded):
                yield f"puts a name together so that it can't be read (`{folded[:60].replace('`', '?')}`)"


def _is_machine(asked: ast.expr, expected: ast.expr) -> bool:
    """Whether the name of the machine, or of its user, is compared with a certain one."""
    match asked:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="platform"), attr="node")) | ast.Attribute(attr="nodename"):
            named = True
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            named = name in MACHINE
        case _:
            named = False
    return named and isinstance(expected, ast.Constant) and isinstance(expected.value, str)


def _looks_at_other(function: Function) -> bool:
    names = [argument.arg for argument in function.args.args]
    other = names[1] if len(names) > 1 else ""
    return any(isinstance(node, ast.Name) and node.id == other for part in function.body for node in ast.walk(part))


def _names_test(text: str, tests: list[str]) -> bool:
    """Whether a text names a new test file, by its name, its module or a pattern."""
    if "test" not in text or len(text) > 200 or "\n" in text:
        return False
    for path in tests:
        name = path.rpartition("/")[2]
        stem = name.removesuffix(".py")
        if stem in text or fnmatchcase(name, text.rpartition("/")[2]) or text.rstrip("/") == path.split("/")[0]:
            return True
    return False


def _folded(node: ast.expr) -> str | None:
    """The text that an expression of constants gives; None for every other one, and for a plain constant."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = _text(left), _text(right)
            return one + other if one is not None and other is not None else None
        case ast.Subscript(value=ast.Constant(value=str() as text), slice=ast.Slice(lower=None, upper=None, step=step)):
            return text[::-1] if step is not None and ast.unparse(step) == "-1" else None
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as between), attr="join"), args=[parts]):
            return _joined(between, parts)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="bytes"), attr="fromhex"), args=[ast.Constant(value=str() as text)]
        ):
            return bytes.fromhex(text).decode("latin-1") if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", text) else None
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="replace"), args=[one, other]):
            old, new = _text(one), _text(other)
            return text.replace(old, new) if old and new is not None else None
    return None


def _joined(between: str, parts: ast.expr) -> str | None:
    """What `join` makes of a list of constants, of characters by number included."""
    match parts:
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            texts = [_text(one) for one in elts]
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="chr"), ast.List(elts=elts) | ast.Tuple(elts=elts)]):
            texts = [_character(one) for one in elts]
        case ast.GeneratorExp(
            elt=ast.Call(func=ast.Name(id="chr")),
            generators=[ast.comprehension(iter=ast.List(elts=elts) | ast.Tuple(elts=elts))],
        ):
            texts = [_character(one) for one in elts]
        case _:
            return None
    return between.join(text for text in texts if text is not None)


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    return _character(node) if isinstance(node, ast.Call) else _folded(node)


def _character(node: ast.expr) -> str | None:
    number = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else node
    if isinstance(number, ast.Constant) and isinstance(number.value, int) and 0 <= number.value < 0x110000:
        return chr(number.value)
    return None
