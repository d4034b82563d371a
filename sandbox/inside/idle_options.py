"""Idle options: those of a plugin that is not installed, which say only how fast tests run or what is measured.

Runs inside the room. This file is also sent as text to the workers of pytest-xdist: it needs nothing but pytest.
"""

from collections.abc import Callable, Sequence
from typing import Any

ALWAYS, MAYBE, NEVER = "always", "maybe", "never"

#: Whether an option takes a value that may be the next word.
#: https://pytest-xdist.readthedocs.io/en/stable/distribution.html
#: https://pytest-cov.readthedocs.io/en/latest/config.html
TAKES = {
    **dict.fromkeys(("-n", "--numprocesses", "--maxprocesses", "--max-worker-restart", "--dist", "--tx"), ALWAYS),
    **dict.fromkeys(("-d", "--loadscope-reorder", "--no-loadscope-reorder"), NEVER),
    **dict.fromkeys(("--cov-report", "--cov-config", "--cov-fail-under", "--cov-context", "--cov-precision"), ALWAYS),
    **dict.fromkeys(("--cov-append", "--cov-branch", "--cov-reset", "--no-cov", "--no-cov-on-fail"), NEVER),
    "--cov": MAYBE,
}


def idle_hook() -> Callable[..., Any]:
    """The hook of a plugin that takes idle options out of the arguments before pytest refuses them.

    It can't give them a meaning of nothing instead: a conftest file may bring an option of the same name.
    """
    import pytest

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(early_config: Any, parser: Any, args: list[str]) -> Any:
        # An option's value looks like the name of a file as long as nobody knows the option.
        told = parser.parse_known_args(without_idle(args, parser)).file_or_dir
        early_config.known_args_namespace.file_or_dir = told
        yield
        args[:] = without_idle(args, parser)

    return pytest_load_initial_conftests


def without_idle(args: Sequence[str], parser: Any) -> list[str]:
    """The arguments without idle options that the parser does not know, and their values."""
    kept: list[str] = []
    words = iter(enumerate(args, 1))
    for following, word in words:
        name = word[:2] if word[:2] == "-n" else word.partition("=")[0]
        if name not in TAKES or knows(parser, name):
            kept.append(word)
        elif name == word and (TAKES[name] is ALWAYS or (TAKES[name] is MAYBE and is_value(args[following:]))):
            next(words, None)
    return kept


def is_value(words: Sequence[str]) -> bool:
    """Whether what follows an option may be its value."""
    return bool(words) and not words[0].startswith("-")


def knows(parser: Any, name: str) -> bool:
    """Whether an option is known, by a plugin or by a conftest file."""
    try:
        return f"{name}=1" not in parser.parse_known_and_unknown_args([f"{name}=1"])[1]
    except Exception:  # noqa: BLE001 - known, and it takes no such value
        return True
