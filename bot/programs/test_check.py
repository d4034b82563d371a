"""What new tests must be before they are worth a room: readable, real tests, and harmless to the run."""

import ast

from bot.decisions.code.definitions import first_line
from bot.decisions.code.encoding import encoding_trouble
from bot.decisions.code.parsing import syntax_tree

EXITS = {"exit", "quit", "_exit", "abort", "kill"}
NETWORK = {"socket", "requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib", "telnetlib"}
SOURCE_OF = {"getsource", "getsourcelines", "getsourcefile", "findsource", "get_source", "co_filename"}
READS = {"open", "read_text", "read_bytes", "getline", "getlines"}
TEMPORARY = {"tmp_path", "tmp_path_factory", "tmpdir", "tempfile", "testdir", "pytester"}
NETWORK_PARTS = {"urllib.request", "http.client", "http.server", "xmlrpc.client"}


def trouble_with(tests: str) -> str:
    """Why these tests can't be used, in one sentence for the model; "" when they can."""
    if not tests.strip():
        return "The section tests is empty."
    try:
        tree = syntax_tree(tests)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"The tests are no valid Python: {error}"
    if reason := encoding_trouble(tests):
        return reason
    if not any(is_test_function(node) for node in ast.walk(tree)):
        return "There is no function whose name starts with test_."
    if not any(isinstance(node, ast.Assert) or mentions(node, "raises", "warns") for node in ast.walk(tree)):
        return "The tests assert nothing."
    imported = imported_modules(tree)
    if bad := sorted(name for name in imported if name.split(".")[0] in NETWORK or name in NETWORK_PARTS):
        return f"The tests may not use the network: leave out {', '.join(bad)}."
    if any(isinstance(node, ast.Call) and mentions(node.func, *EXITS) for node in ast.walk(tree)):
        return "The tests may not end the process (exit, abort, kill)."
    if reads_source(tree):
        return (
            "The tests may not look at the text of code (__file__ of a module, inspect.getsource, "
            "reading .py files): they must call it and check what it does."
        )
    if all(is_vacuous(node) for node in ast.walk(tree) if is_test_function(node)):
        return "The tests assert nothing about the code."
    return ""


def without_vacuous(tests: str) -> str:
    """The tests without those that can't fail: where a new module is missing they would look like proof."""
    lines = tests.split("\n")
    body = syntax_tree(tests).body
    inside = [part for node in body if isinstance(node, ast.ClassDef) and not shows_nothing(node) for part in node.body]
    for node in sorted([*body, *inside], key=first_line, reverse=True):
        if shows_nothing(node):
            lines[first_line(node) - 1 : node.end_lineno] = []
    shorter = "\n".join(lines)
    return tests if trouble_with(shorter) else shorter


def shows_nothing(node: ast.stmt) -> bool:
    """Whether it is a test that can't fail, or a class of nothing but such."""
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("Test") and all(shows_nothing(part) for part in node.body)
    return is_test_function(node) and is_vacuous(node)


def is_test_function(node: ast.AST) -> bool:
    """Whether pytest would take it for a test."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")


def is_vacuous(function: ast.AST) -> bool:
    """Whether a test can't fail: it calls nothing, and asserts at most what is no name ("assert True")."""
    if any(isinstance(node, ast.Call | ast.Raise) for node in ast.walk(function)):
        return False
    asserted = [node.test for node in ast.walk(function) if isinstance(node, ast.Assert)]
    return not any(isinstance(part, ast.Name) for test in asserted for part in ast.walk(test))


def reads_source(tree: ast.AST) -> bool:
    """Whether tests look at the text of code: that proves how it is written, not what it does.

    A test may find its own folder by its own `__file__`, and read .py files that it wrote itself.
    """
    nodes = list(ast.walk(tree))
    if any(name.startswith("inspect.") and name.split(".")[1] in SOURCE_OF for name in imported_modules(tree)):
        return True
    if any(mentions(node, *SOURCE_OF) or is_file_of_module(node) for node in nodes):
        return True
    python, own = names_of_files(nodes)
    return any(
        isinstance(node, ast.Call) and mentions(node.func, *READS) and names_python(node, python, own) for node in nodes
    )


def is_file_of_module(node: ast.AST) -> bool:
    """Whether it is `module.__file__`, or its name as a text for getattr; not the test's own `__file__`."""
    return (isinstance(node, ast.Attribute) and node.attr == "__file__") or (
        isinstance(node, ast.Constant) and node.value == "__file__"
    )


def names_of_files(nodes: list[ast.AST]) -> tuple[set[str], set[str]]:
    """Names of variables that hold paths of .py files, and of those that come from a temporary folder."""
    python: set[str] = set()
    own = set(TEMPORARY)
    for _ in range(3):  # a path is seldom passed on more often
        for node in nodes:
            if isinstance(node, ast.Assign | ast.NamedExpr):
                targets, value = node.targets if isinstance(node, ast.Assign) else [node.target], node.value
            elif isinstance(node, ast.For | ast.comprehension):
                targets, value = [node.target], node.iter
            else:
                continue
            names = {part.id for place in targets for part in ast.walk(place) if isinstance(part, ast.Name)}
            if any(mentions(part, *own) for part in ast.walk(value)):
                own |= names
            elif names_python(value, python, own):
                python |= names
    return python, own


def names_python(node: ast.AST, python: set[str], own: set[str]) -> bool:
    """Whether an expression has the path of a .py file in it, outside of temporary folders."""
    parts = list(ast.walk(node))
    if any(mentions(part, *own) for part in parts):
        return False
    return any(has_suffix(part) or (isinstance(part, ast.Name) and part.id in python) for part in parts)


def has_suffix(node: ast.AST) -> bool:
    """Whether a text in it ends with ".py"."""
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return any(isinstance(text, str) and text.endswith(".py") for text in texts)


def mentions(node: ast.AST, *names: str) -> bool:
    """Whether a node is one of these names, alone or behind a dot."""
    return (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Attribute) and node.attr in names)


def imported_modules(tree: ast.AST) -> set[str]:
    """Dotted names of all modules that are imported anywhere in a file."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names
