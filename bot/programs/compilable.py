"""Compilable programs: which programs `intern optimize` compiles, each as an empty one, to know its signatures by.

The programs that write an existing test anew and text that is no Python are not among them: nothing measures yet
whether they became better.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from bot.programs.compiled_file import signature_digest
from bot.programs.form import Form
from bot.programs.planner import planning_program
from bot.programs.strategies.choice import STRATEGIES
from bot.programs.test_writer import TestWriter
from bot.programs.workbench import Workbench
from bot.words.plan import ModuleSpec
from sandbox.room import Room, SandboxError


class NoSandbox:
    """The sandbox of a program that is only looked at."""

    def open(self, *_files: Any, **_options: Any) -> Room:
        """Refuse."""
        raise SandboxError("This program is only looked at.")

    def describe(self, *_environment: Any, **_named: Any) -> str:
        """No words."""
        return ""

    def close(self) -> None:
        """Nothing is open."""


def empty(strategy: Callable[[Workbench, Form], Any]) -> Any:
    """A strategy for no file."""
    return strategy(Workbench({}, NoSandbox()), Form(ModuleSpec(path="a.py", purpose=""), None, 1000))


#: The programs that write the code of a file, by the strategy's name, and all others.
CODE: Mapping[str, Callable[[], Any]] = {name: partial(empty, make) for name, make in STRATEGIES.items()}
EMPTY: Mapping[str, Callable[[], Any]] = {
    **CODE,
    "tests": TestWriter,
    "plan": planning_program,
}


@cache
def signatures_of_programs() -> Mapping[str, str]:
    """Of each compilable program the digest of its signatures in this version."""
    return {name: signature_digest(make()) for name, make in EMPTY.items()}
