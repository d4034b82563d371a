"""nox's sessions, read and never run: https://nox.thea.codes/en/stable/config.html."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from sandbox.environment.declaration.hint import Hint
from sandbox.environment.purpose import is_for_tests
from sandbox.environment.repository import Repository

PATH = "noxfile.py"
INSTALL = "install"
#: nox.project.dependency_groups(pyproject, "test")
GROUPS = "dependency_groups"
#: With which uv, poetry and pdm are told extras or groups.
FLAGS = ("--group", "--only-group", "--with", "--only", "--extra", "--extras", "-E", "-G")


def read_nox(repository: Repository) -> list[Hint]:
    """What the sessions for the tests install with literal arguments."""
    functions = (node for node in repository.code(PATH).body if isinstance(node, ast.FunctionDef))
    found = [_session(function) for function in functions if _is_session(function) and is_for_tests(function.name)]
    return [hint for hint in found if hint.lines or hint.extras or hint.groups]


def _is_session(function: ast.FunctionDef) -> bool:
    return any("session" in _name(each) for each in function.decorator_list)


def _session(function: ast.FunctionDef) -> Hint:
    lines: list[str] = []
    asked: list[str] = []
    for call in _calls(function):
        arguments = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if _name(call.func) == GROUPS:
            asked += arguments
        elif _name(call.func) == INSTALL:
            lines += _joined(arguments)
        elif _name(call.func) in ("run", "run_install", "run_always"):
            for flag, value in pairwise(arguments):
                if flag in FLAGS:
                    asked += value.split(",")
    return Hint(PATH, tuple(lines), extras=tuple(asked), groups=tuple(asked))


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Call))


def _name(node: ast.expr) -> str:
    """The last word of a dotted name, or of what is called."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _joined(arguments: list[str]) -> list[str]:
    """Arguments of pip as lines of a requirement file: an option and its value are one line."""
    lines: list[str] = []
    takes_value = False
    for argument in arguments:
        if takes_value:
            lines[-1] += f" {argument}"
        else:
            lines.append(argument)
        takes_value = argument in ("-r", "-c", "-e", "--requirement", "--constraint", "--editable") and not takes_value
    return [line for line in lines if not line.startswith(("-U", "--upgrade", "-q"))]
