"""What new tests must be before they are worth a room: readable, real tests, and harmless to the run."""

import ast

from bot.decisions.definitions import first_line

EXITS = {"exit", "quit", "_exit", "abort", "kill"}
NETWORK = {"socket", "requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib", "telnetlib"}
NETWORK_PARTS = {"urllib.request", "http.client", "http.server", "xmlrpc.client"}


def trouble_with(tests: str) -> str:
    """Why these tests can't be used, in one sentence for the model; "" when they can."""
    if not tests.strip():
        return "The section tests is empty."
    try:
        tree = ast.parse(tests)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"The tests are no valid Python: {error}"
    if not any(is_test_function(node) for node in ast.walk(tree)):
        return "There is no function whose name starts with test_."
    if not any(isinstance(node, ast.Assert) or mentions(node, "raises", "warns") for node in ast.walk(tree)):
        return "The tests assert nothing."
    imported = imported_modules(tree)
    if bad := sorted(name for name in imported if name.split(".")[0] in NETWORK or name in NETWORK_PARTS):
        return f"The tests may not use the network: leave out {', '.join(bad)}."
    if any(isinstance(node, ast.Call) and mentions(node.func, *EXITS) for node in ast.walk(tree)):
        return "The tests may not end the process (exit, abort, kill)."
    if all(is_vacuous(node) for node in ast.walk(tree) if is_test_function(node)):
        return "The tests assert nothing about the code."
    return ""


def without_vacuous(tests: str) -> str:
    """The tests without those that can't fail: where a new module is missing they would look like proof."""
    lines = tests.split("\n")
    body = ast.parse(tests).body
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
