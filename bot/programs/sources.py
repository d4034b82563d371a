"""Python files of a snapshot as a model needs to see them: text, outline, name for an import."""

import ast
from collections.abc import Iterator

from bot.decisions.definitions import outline
from bot.decisions.protection import is_test_path
from bot.programs.tools.answer import cut
from sandbox.files import Tree

__all__ = [
    "excerpt",
    "import_name",
    "import_root",
    "imported_paths",
    "is_test",
    "outline_of",
    "source_of",
    "stub_of",
]

LARGEST = 2_000_000
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def is_test(path: str) -> bool:
    """Whether a path is a test's."""
    return is_test_path(path)


def source_of(files: Tree, path: str) -> str | None:
    """The text of a file; None when there is none, or when it is no UTF-8 text of a sensible size."""
    file = files.get(path)
    if file is None or len(file.data) > LARGEST or b"\0" in file.data:
        return None
    try:
        return file.data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def outline_of(source: str) -> str:
    """The definitions of a Python file, one a line; of an unreadable one its first lines."""
    try:
        return outline(source)
    except UNPARSABLE:
        return cut(source, 300)


def stub_of(source: str) -> str:
    """A Python file without the bodies of its functions: what its users may rely on. Docstrings stay.

    An unreadable file gives its first lines.
    """
    try:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                told = ast.get_docstring(node, clean=False) is not None
                node.body = [*(node.body[:1] if told else []), ast.Expr(ast.Constant(...))]
        return ast.unparse(tree)
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


def imported_paths(files: Tree, source: str) -> list[str]:
    """The repository's own files that a source imports by their whole names, in order."""
    try:
        tree = ast.parse(source)
    except UNPARSABLE:
        return []
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name: None for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module: None} | {f"{node.module}.{alias.name}": None for alias in node.names}
    return [path for name in names for path in paths_of(files, name)]


def paths_of(files: Tree, name: str) -> list[str]:
    """The files that a dotted name may mean."""
    inside = name.replace(".", "/")
    return [
        path
        for root in ("", "src/")
        for path in (f"{root}{inside}.py", f"{root}{inside}/__init__.py")
        if path in files and files[path].data.strip()
    ]


def excerpt(source: str, names: tuple[str, ...], limit: int) -> str:
    """Of a large file what matters for a change: its imports, the named definitions in full, an outline.

    Args:
        source: the file's text.
        names: qualified names.
        limit: characters.
    """
    try:
        tree = ast.parse(source)
    except UNPARSABLE:
        return cut(source, limit)
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    imports = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    named = [text_at(lines, node) for name, node in definitions(tree) if name in names]
    everything = cut(f"# All definitions of the file:\n{outline_of(source)}", max(500, limit // 3))
    left = limit - len(everything) - sum(map(len, imports))
    full = cut("\n\n".join(named) or source, max(500, left))
    return "\n".join(imports) + f"\n\n{full}\n\n{everything}"


def definitions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.stmt]]:
    """Functions, classes and methods by qualified name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from definitions(node, f"{prefix}{node.name}.")


def text_at(lines: list[str], node: ast.stmt) -> str:
    """The lines of a statement, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(lines[first - 1 : node.end_lineno])
