"""The functions of a room: one matcher with the blocks of a reply, and nothing of ours that a room lacks."""

import ast

import pytest

from bot.decisions.editing.replacements import apply_replacements
from bot.programs.strategies.furnished import source_of_functions
from bot.programs.strategies.room_functions import EditError, replaced

SOURCE = "class A:\n    def f(self):\n        x = 1\n\n        return x\n\n    def g(self):\n        return 2\n"


def test_the_text_for_the_room_needs_the_standard_library_only() -> None:
    text = source_of_functions()
    roots = {
        (node.module or "").partition(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert "bot" not in roots
    room: dict[str, object] = {"__name__": "__main__"}
    exec(compile(text, "functions", "exec"), room)  # noqa: S102 - our own source, as the room runs it
    assert room["replaced"](SOURCE, "x = 1\nreturn x", "return 1") == replaced(SOURCE, "x = 1\nreturn x", "return 1")
    defined = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(defined) == len(set(defined)), "one text has one namespace"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f(self):\n    x = 1\n\n    return x", "def f(self):\n    return 1"),  # another margin
        ("    def f(self):  \n        x = 1\n        return x", "    def f(self):\n        return 1"),  # no blank line
        ("\n        return 2\n\n", "        return 3\n"),
    ],
)
def test_an_edit_and_a_block_find_the_same_place(old: str, new: str) -> None:
    block = f"<<<<<<< SEARCH\n{old.strip(chr(10))}\n=======\n{new.strip(chr(10))}\n>>>>>>> REPLACE"
    assert replaced(SOURCE, old, new) == apply_replacements(SOURCE, block)


def test_what_fits_nowhere_or_twice_is_told() -> None:
    with pytest.raises(EditError, match=r"old is not there. Line 8 is the closest \(- in the file, \+ in old\)"):
        replaced(SOURCE, "        return 22", "        return 3")
    with pytest.raises(EditError, match=r"stands there 2 times \(lines 3, 8\)"):
        replaced(SOURCE.replace("return 2", "x = 1"), "x = 1", "x = 2")
