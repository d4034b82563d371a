"""Elsewhere: which names of a test file stand for what other files define."""

import ast
from collections.abc import Iterable, Iterator

from bot.decisions.code.definitions import Function
from bot.decisions.code.imported_names import dotted, root_of

Scope = Function | ast.Lambda


class Elsewhere:
    """Names of one file that stand for what was imported; each is looked up where it stands.

    Args:
        tree: the file.
        imported: the names that its imports bind.
    """

    def __init__(self, tree: ast.Module, imported: Iterable[str]) -> None:
        nodes = list(ast.walk(tree))
        self._names = {*imported}
        self._modules = {name for node in nodes if isinstance(node, ast.Import) for name in _modules(node)}
        self._plain: set[int] = set()
        for node in nodes:
            if isinstance(node, ast.Assign):
                self._learn(node)
        self._own = {id(name) for node in nodes if isinstance(node, Scope) for name in _own(node, self._names)}

    def has(self, name: ast.Name) -> bool:
        """Whether a name stands for something of another file: imported, or another name for it."""
        return name.id in self._names and id(name) not in self._own

    def is_plain(self, target: ast.Attribute) -> bool:
        """Whether what is assigned to it is a constant."""
        return id(target) in self._plain

    def is_object(self, owner: ast.expr) -> bool:
        """Whether it may be something else than a module: a class, or an application with settings."""
        return dotted(owner) not in self._modules

    def _learn(self, node: ast.Assign) -> None:
        if isinstance(node.value, ast.Constant):
            self._plain.update(map(id, node.targets))
        root = root_of(node.value)
        if isinstance(root, ast.Name) and root.id in self._names:
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            self._names |= names
            if not self.is_object(node.value):
                self._modules |= names


def _modules(node: ast.Import) -> Iterator[str]:
    """The texts by which a file can name the modules of an import: "a" and "a.b" after `import a.b`."""
    for alias in node.names:
        parts = [alias.asname] if alias.asname else alias.name.split(".")
        yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _own(scope: Scope, names: set[str]) -> Iterator[ast.Name]:
    """The names in a function that are its own arguments, as a fixture of the same name is."""
    arguments = scope.args
    own = {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)} & names
    if own:
        for node in ast.walk(scope):
            if isinstance(node, ast.Name) and node.id in own:
                yield node
