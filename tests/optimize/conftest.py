"""A folder of exercises of one kind: a function that has to count both ends of a span."""

from pathlib import Path

import pytest

from bot.decisions.held_out import split

NAMES = ("cable", "fence", "hedge", "river", "wall")
LEARN, HELD = split(NAMES)
BEFORE = "def span(a: int, b: int) -> int:\n    return 0\n"
HIDDEN = """from ruler.{name} import span


def test_long():
    assert span(1, 3) == 3


def test_short():
    assert span(2, 2) == 1
"""
TASK = "kind: bug\nsource: written for a test\nlicence: MIT\n"


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def exercise(folder: Path, name: str) -> None:
    put(folder / "task.yml", TASK)
    put(folder / "issue.md", f"# `span` gives 0\n\nIn `ruler/{name}.py` it should count the posts from a to b.\n")
    put(folder / "repository/ruler/__init__.py", "")
    put(folder / f"repository/ruler/{name}.py", BEFORE)
    put(folder / f"repository/tests/test_{name}.py", f"import ruler.{name}\n\n\ndef test_import():\n    assert ruler\n")
    put(folder / f"hidden/tests/test_hidden_{name}.py", HIDDEN.format(name=name))
    put(folder / f"solution/ruler/{name}.py", BEFORE.replace("0\n", "b - a + 1\n"))


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    for name in NAMES:
        exercise(tmp_path / "tasks" / name, name)
    return tmp_path / "tasks"
