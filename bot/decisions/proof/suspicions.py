"""Suspicions: what a patch adds that could make its own tests pass, so that no test of it is believed.

Code under test runs in one process with the test runner, and could speak for it. This reads names, it runs
nothing: names that are put together at run time are not seen. It is one more lock, not the only one.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator

from bot.decisions.code.definitions import UNPARSABLE, Function
from bot.decisions.code.elsewhere import Elsewhere
from bot.decisions.code.imported_names import dotted, imported_by_call, imported_names, root_of
from bot.decisions.code.parsing import syntax_tree
from bot.decisions.editing.text_files import is_documentation
from bot.decisions.proof.telling_names import (
    ALIKE,
    ATTRIBUTES,
    DOTTED,
    END,
    HOOKS,
    IN_TESTS,
    LEAVES,
    MODULES,
    PATCHES,
    REPLACE,
    Finding,
    of_data,
    of_import,
    of_text,
)
from bot.words.patch import FileChange, Patch

#: Modules that programs set attributes of in good faith; what counts in `sys` is among the telling names.
SETTABLE = frozenset({"sys", "logging", "warnings"})

COMPARISONS = frozenset({"__eq__", "__ne__", "__bool__", "__hash__"})
CHANGERS = frozenset({"update", "pop", "popitem", "setdefault", "clear", "insert", "append", "extend", "remove"})

#: Methods by which tests change something until they are told to take it back.
PATCHERS = frozenset({"setattr", "delattr", "setitem", "delitem", "__setattr__", "__delattr__"})

MOST = 20  # reasons a file: nobody reads more


def suspicions(patch: Patch) -> tuple[str, ...]:
    """Why a patch must not count as proven whatever its tests say: one sentence each; empty for most patches.

    What stood in a file before is no reason: only what is found more often after than before. Never raises.
    """
    reasons: list[str] = []
    for change in patch.changes:
        path = change.path[:120].replace("`", "?")
        if change.after is not None and change.path.casefold().endswith(".py"):
            reasons += [f"`{path}` {what}" for what in _added(change)[:MOST]]
        elif change.after is not None and not is_documentation(change.path, {}):
            new = Counter(of_data(change.after)) - Counter(of_data(change.before or ""))
            reasons += [f"`{path}` {verb} (`{name}`)" for verb, name in sorted(new)[:MOST]]
    return tuple(reasons)


def _added(change: FileChange) -> list[str]:
    after = _findings(change, change.after)
    if after is None:
        return ["cannot be read as Python"]
    new = after - (_findings(change, change.before) or Counter())
    return [f"{verb} (`{name}`)" for verb, name in sorted(new)]


def _findings(change: FileChange, source: str | None) -> Counter[Finding] | None:
    """How often each finding stands in a text; None for text that is no Python."""
    try:
        tree = syntax_tree((source or "").removeprefix("\ufeff"))
        found = Counter(_Reading(tree, change).findings())
    except UNPARSABLE:
        return None
    if not change.test:
        return found
    return Counter({key: n for key, n in found.items() if key[1] in IN_TESTS or key[0] in (PATCHES, LEAVES)})


class _Reading:
    """One reading of one syntax tree: every node once, with what its names stand for."""

    def __init__(self, tree: ast.Module, change: FileChange) -> None:
        self.tree = tree
        self.test = change.test
        self.may_exit = not change.test and change.path.rpartition("/")[2] in ("__main__.py", "cli.py")
        self.imported = imported_names(tree, DOTTED.keys() | HOOKS)
        self.elsewhere = Elsewhere(tree, self.imported)

    def findings(self) -> Iterator[Finding]:
        """All findings, one by one; each node is taken with whether it may exit, and whether import runs it."""
        left: list[tuple[ast.AST, bool, bool]] = [(self.tree, self.may_exit, True)]
        while left:
            node, may_exit, at_import = left.pop()
            for finding in self._of(node, at_import):
                if not (may_exit and finding[1] in ("sys.exit", "SystemExit")):
                    yield finding
            later = set(map(id, _body(node)))  # the decorators and defaults of a function run where it stands
            exits = not self.test and getattr(node, "name", "") == "main"
            guarded = set(map(id, node.body)) if isinstance(node, ast.If) and _runs_script(node.test) else set()
            for part in ast.iter_child_nodes(node):
                inside = id(part) in later
                left.append((part, may_exit or (exits and inside) or id(part) in guarded, at_import and not inside))

    def _of(self, node: ast.AST, at_import: bool) -> Iterator[Finding]:
        match node:
            case ast.Import() | ast.ImportFrom():
                yield from of_import(node)
            case ast.Name(ctx=ast.Load()):
                yield from self._of_name(node)
            case ast.Attribute():
                yield from self._of_attribute(node, at_import)
            case ast.Subscript(ctx=ast.Store() | ast.Del()):
                yield from self._of_item(node, at_import)
            case ast.Constant(value=str() | bytes() as text):
                yield from of_text(text)
            case ast.Call():
                yield from self._of_call(node, at_import)
            case ast.Raise(exc=ast.Name(id="SystemExit")):
                yield END, "SystemExit"
            case ast.FunctionDef(name=name) if name in COMPARISONS and _is_constant(node):
                yield ALIKE, name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(body=body)) if name in COMPARISONS:
                if isinstance(body, ast.Constant) and isinstance(body.value, bool):
                    yield ALIKE, name

    def _of_name(self, node: ast.Name) -> Iterator[Finding]:
        for name in sorted(self._meanings(node) & DOTTED.keys()):
            yield DOTTED[name], name

    def _of_attribute(self, node: ast.Attribute, at_import: bool) -> Iterator[Finding]:
        if node.attr in ATTRIBUTES:
            yield ATTRIBUTES[node.attr], node.attr
        for name in sorted(self._meanings(node) & DOTTED.keys()):
            yield DOTTED[name], name
        if not isinstance(node.ctx, ast.Load):
            yield from self._of_setting(node.value, node.attr, at_import, plain=self.elsewhere.is_plain(node))
            if self._meanings(node) & HOOKS:
                yield REPLACE, f"sys.{node.attr}"

    def _of_setting(self, owner: ast.expr, attribute: str, at_import: bool, *, plain: bool) -> Iterator[Finding]:
        """`owner.attribute = ...`, where the owner was imported; `plain`: it becomes a constant."""
        root = root_of(owner)
        if self.test:
            theirs = isinstance(root, ast.Name) and self.elsewhere.has(root)
            if theirs and at_import:
                yield PATCHES, f"{dotted(owner)}.{attribute}"[-80:]
            elif theirs and not self._meanings(root) & SETTABLE and not (plain and self.elsewhere.is_object(owner)):
                yield LEAVES, f"{dotted(owner)}.{attribute}"[-80:]
            return
        for meaning in sorted(self._meanings(owner)):
            module = meaning.partition(".")[0]
            known = isinstance(root, ast.Name) and (root.id in self.imported or root.id == "__builtins__")
            if known and (module == "__builtins__" or (module in sys.stdlib_module_names and module not in SETTABLE)):
                yield REPLACE, f"{meaning}.{attribute}"[-80:]

    def _of_item(self, node: ast.Subscript, at_import: bool) -> Iterator[Finding]:
        """`sys.modules[...] = ...`, and what goes around a module's attributes by `__dict__`."""
        yield from ((REPLACE, name) for name in sorted(self._meanings(node.value) & HOOKS))
        match node.value:
            case ast.Attribute(value=owner, attr="__dict__"):
                yield from self._of_setting(owner, "__dict__", at_import, plain=False)
            case ast.Call(func=ast.Name(id="vars"), args=[owner]):
                yield from self._of_setting(owner, "__dict__", at_import, plain=False)
            case ast.Name(id="__builtins__") if not self.test:
                yield REPLACE, "__builtins__"

    def _of_call(self, node: ast.Call, at_import: bool) -> Iterator[Finding]:
        match node.func:
            case ast.Name(id="SystemExit"):
                yield END, "SystemExit"
            case ast.Name(id="setattr" | "delattr") if len(node.args) > 1:
                name = node.args[1]
                said = str(name.value)[:40] if isinstance(name, ast.Constant) else "*"
                plain = isinstance(node.args[-1], ast.Constant)
                yield from self._of_setting(node.args[0], said, at_import, plain=plain)
            case ast.Attribute(value=owner, attr=attr) if attr in CHANGERS:
                yield from ((REPLACE, name) for name in sorted(self._meanings(owner) & HOOKS))
                if isinstance(owner, ast.Attribute) and owner.attr == "__dict__":
                    yield from self._of_setting(owner.value, "__dict__", at_import, plain=False)
            case ast.Attribute(attr=attr) if self.test and at_import and (attr in PATCHERS or _starts_patch(node)):
                yield PATCHES, attr
        module = imported_by_call(node)
        if module in MODULES and module not in ATTRIBUTES:  # the others are found as a string
            yield MODULES[module], module

    def _meanings(self, node: ast.expr) -> set[str]:
        """What `a.b.c` may stand for, by its last two parts: {"sys.modules"} for `s.modules` after `import sys as s`.

        Short on purpose: a module can be had as an attribute of another, as in `os.sys.modules`.
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute) and len(parts) < 2:
            parts, node = [node.attr, *parts], node.value
        if isinstance(node, ast.Name):
            roots = self.imported.get(node.id) or {node.id}
        else:
            roots = {imported_by_call(node) if isinstance(node, ast.Call) else ""}
        return {".".join([*root.split("."), *parts][-2:]) for root in roots}


def _body(node: ast.AST) -> list[ast.stmt] | list[ast.expr]:
    """What a function or a lambda runs only when it is called; nothing for other nodes."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return node.body
        case ast.Lambda():
            return [node.body]
    return []


def _starts_patch(node: ast.Call) -> bool:
    """Whether it is `patch(...).start()`, of `unittest.mock` or of what is like it."""
    match node.func:
        case ast.Attribute(value=ast.Call(func=called), attr="start"):
            return "patch" in dotted(called)
    return False


def _runs_script(test: ast.expr) -> bool:
    """Whether this is `__name__ == "__main__"`, and nothing else."""
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case ast.Compare(left=ast.Constant(value="__main__"), ops=[ast.Eq()], comparators=[ast.Name(id="__name__")]):
            return True
    return False


def _is_constant(function: ast.FunctionDef) -> bool:
    """Whether every `return` of a function is the same True or False; functions inside of it have their own."""
    returned: set[object] = set()
    left: list[ast.AST] = [*function.body]
    while left:
        node = left.pop()
        if isinstance(node, ast.Return):
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            returned.add(value if isinstance(value, bool) else None)
        elif not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            left += ast.iter_child_nodes(node)
    return len(returned) == 1 and None not in returned
