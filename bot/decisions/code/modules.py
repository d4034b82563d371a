"""Modules: which dotted name imports a file of a repository, and which of its files an import means."""

import ast

from bot.decisions.code.definitions import UNPARSABLE
from bot.decisions.code.parsing import syntax_tree
from sandbox.files import Tree


def import_root(files: Tree, path: str) -> str:
    """The folder that has to be on `sys.path` for a file to be imported; "" for the repository's root.

    It is the folder above the topmost package: https://docs.pytest.org/en/stable/explanation/pythonpath.html.
    A file outside of any package is imported from `src` or from the root, if it lies below them.
    """
    folder = path.rpartition("/")[0]
    if f"{folder}/__init__.py" not in files and not path.endswith("/__init__.py"):
        return "src" if path.startswith("src/") else ""
    while folder and (f"{folder}/__init__.py" in files or f"{folder}/__init__.py" == path):
        folder = folder.rpartition("/")[0]
    return folder


def import_name(files: Tree, path: str) -> str:
    """The dotted name that imports a file; "" when its path is no name."""
    root = import_root(files, path)
    inside = path.removeprefix(f"{root}/") if root else path
    parts = inside.removesuffix(".py").split("/")
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else ""


def imported_paths(files: Tree, path: str, source: str) -> list[str]:
    """The repository's own files that a source at a path imports, in order."""
    try:
        tree = syntax_tree(source)
    except UNPARSABLE:
        return []
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name: None for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = above(import_name(files, path), path, node.level, node.module or "")
            names |= dict.fromkeys((origin, *(f"{origin}.{alias.name}" for alias in node.names)))
    return list(dict.fromkeys(found for name in names for found in paths_of(files, name)))


def above(name: str, path: str, level: int, module: str) -> str:
    """The whole name of the module that a `from ... import` names, relative or not.

    Args:
        name: dotted name of the importing file.
        path: its path; a package is its own parent.
        level: how many dots stand before the module.
        module: what stands behind them, "" for nothing.
    """
    if not level:
        return module
    package = name.split(".")
    package = package if path.endswith("/__init__.py") else package[:-1]
    parents = package[: max(0, len(package) - level + 1)]
    return ".".join([*parents, module] if module else parents)


def paths_of(files: Tree, name: str) -> list[str]:
    """The files that a dotted name may mean."""
    inside = name.replace(".", "/")
    return [
        path
        for root in ("", "src/")
        for path in (f"{root}{inside}.py", f"{root}{inside}/__init__.py")
        if name and path in files and files[path].data.strip()
    ]
