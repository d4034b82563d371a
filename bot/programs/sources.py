"""Python files of a snapshot as a model needs to see them: text, outline, name for an import."""

import ast

from bot.decisions.definitions import definitions, outline
from bot.decisions.protection import is_test_path
from bot.programs.tools.answer import cut
from sandbox.files import Tree

__all__ = [
    "import_name",
    "import_root",
    "imported_paths",
    "is_test",
    "original_of",
    "outline_of",
    "source_of",
]

LARGEST = 2_000_000
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def is_test(path: str) -> bool:
    """Whether a path is a test's."""
    return is_test_path(path)


def original_of(files: Tree, path: str) -> str | None:
    """The exact text of a file; None when there is none, or when it is no UTF-8 text of a sensible size."""
    file = files.get(path)
    if file is None or len(file.data) > LARGEST or b"\0" in file.data:
        return None
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def source_of(files: Tree, path: str) -> str | None:
    """The text of a file as a model is shown it: with plain line feeds, without a byte order mark."""
    source = original_of(files, path)
    return None if source is None else plain(source)


def plain(source: str) -> str:
    """A text with plain line feeds and without a byte order mark: neither is worth a model's tokens."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def outline_of(source: str, *, numbered: bool = False) -> str:
    """The definitions of a Python file, one a line; of an unreadable one its first lines.

    Args:
        source: the file's text.
        numbered: whether each line begins with the number of the definition's first line.
    """
    try:
        told = outline(source).split("\n")
        if not numbered:
            return "\n".join(told)
        return "\n".join(f"{known.start}: {line}" for known, line in zip(definitions(source), told, strict=False))
    except UNPARSABLE:
        return cut(source, 300)


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
        tree = ast.parse(source)
    except UNPARSABLE:
        return []
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name: None for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = imported_from(files, path, node)
            names |= dict.fromkeys((origin, *(f"{origin}.{alias.name}" for alias in node.names)))
    return list(dict.fromkeys(found for name in names for found in paths_of(files, name)))


def imported_from(files: Tree, path: str, node: ast.ImportFrom) -> str:
    """The whole name of the module that a `from ... import` names, relative or not."""
    if not node.level:
        return node.module or ""
    package = import_name(files, path).split(".")
    package = package if path.endswith("/__init__.py") else package[:-1]
    above = package[: len(package) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def paths_of(files: Tree, name: str) -> list[str]:
    """The files that a dotted name may mean."""
    inside = name.replace(".", "/")
    return [
        path
        for root in ("", "src/")
        for path in (f"{root}{inside}.py", f"{root}{inside}/__init__.py")
        if name and path in files and files[path].data.strip()
    ]
