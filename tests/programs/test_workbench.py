"""What is laid on the bench: a file keeps its mode, and code whose imports are not there does not pass."""

import dspy
import pytest

from bot.programs.watched import Watched
from bot.programs.workbench import Workbench
from sandbox.files import File
from sandbox.interpreter import create_interpreter
from sandbox.room import Sandbox
from tests.programs.world import DownSandbox


def bench(sandbox: Sandbox | None = None) -> Workbench:
    files = {"run.py": File(b"print(1)\n", executable=True), "pkg/__init__.py": File(b""), "pkg/a.py": File(b"x = 1\n")}
    return Workbench(files, sandbox or DownSandbox())


def test_a_file_keeps_its_mode_and_a_new_one_is_not_executable() -> None:
    laid = bench()
    laid.put("run.py", "print(2)\n")
    laid.put("new.py", "print(3)\n")
    assert laid.files["run.py"] == File(b"print(2)\n", executable=True)
    assert laid.files["new.py"] == File(b"print(3)\n", executable=False)


@pytest.mark.rooms
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import nowhere_to_be_found\n", "nowhere_to_be_found"),
        ("from pkg.a import y\n", "cannot import name 'y'"),
        ("from pkg.b import x\n", "partially initialized module"),
        ("# coding: latin-1\nname = '\u00e9'\n", ""),
        ("# coding: nonsense\n", "unknown encoding"),
    ],
)
def test_a_file_is_imported_as_its_tests_would(sandbox: Sandbox, text: str, told: str) -> None:
    laid = bench(sandbox)
    laid.put("pkg/b.py", text)
    opened: list[Watched] = []

    def room() -> Watched:
        opened.append(laid.open())
        return opened[-1]

    interpreter = create_interpreter(room)
    try:
        interpreter.start()
        if not told:
            interpreter.execute(laid.importing("pkg/b.py"))
            return
        with pytest.raises(dspy.CodeInterpreterError, match=told):
            interpreter.execute(laid.importing("pkg/b.py"))
    finally:
        interpreter.shutdown()
