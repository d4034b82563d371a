"""Tool call: how tools are told to a model, and what a small model's way of asking for one means."""

import ast
import inspect
from collections.abc import Callable
from typing import Any


def described(tool: Callable[..., str]) -> str:
    """One line for a tool: name, arguments with their defaults, what it does."""
    given = (
        name if parameter.default is parameter.empty else f"{name}={parameter.default!r}"
        for name, parameter in inspect.signature(tool).parameters.items()
    )
    return f"{tool.__name__}({', '.join(given)}): {tool.__doc__}"


def parameters_of(tool: Callable[..., str]) -> list[str]:
    """The names of a tool's arguments, in order."""
    return list(inspect.signature(tool).parameters)


def tool_name(text: str) -> str:
    """The bare name in what a model wrote ("`read_file`", "read_file(...)")."""
    return text.strip().strip("`'\" ").split("(")[0].strip().lower()


def arguments_of(text: str, names: list[str]) -> dict[str, Any]:
    """The literal arguments of a call, by the names that its parameters have; {} for anything else."""
    try:
        call = ast.parse(text.strip().strip("`"), mode="eval").body
        if not isinstance(call, ast.Call):
            return {}
        given = {name: ast.literal_eval(value) for name, value in zip(names, call.args, strict=False)}
        return given | {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError, SystemError):
        return {}
