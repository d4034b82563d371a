"""A small repository, a task for it, and a sandbox whose engine is down."""

from bot.words.snapshot import Snapshot
from bot.words.task import Task
from sandbox.files import File
from sandbox.room import SandboxError

FILES = {
    "pyproject.toml": "[project]\nname = 'shapes'\nversion = '1'\n",
    "README.md": "# shapes\n\nThe function `area` gives the area of a square.\n\nLicence: MIT\n",
    "shapes/__init__.py": "",
    "shapes/square.py": 'def area(a: float) -> float:\n    """The area of a square."""\n    return a * a\n',
    "shapes/circle.py": "import math\n\n\nclass Circle:\n    def __init__(self, r):\n        self.r = r\n",
    "tests/test_square.py": "from shapes.square import area\n\n\ndef test_area():\n    assert area(2) == 4\n",
}

TASK = Task(number=7, title="Add perimeter to square", body="`shapes.square` needs `perimeter(a)`: 4 times a.")


def snapshot() -> Snapshot:
    return snapshot_of(FILES)


def snapshot_of(files: dict[str, str]) -> Snapshot:
    return Snapshot("0" * 40, {path: File(text.encode()) for path, text in files.items()})


class DownSandbox:
    """An engine that can't be reached."""

    def open(self, files, *, limits=None, environment=None):
        raise SandboxError("No Docker engine answers; start one.")

    def describe(self, environment: str | None = None) -> str:
        return "down"

    def close(self) -> None:
        pass
