"""Workbench: the repository with what was written so far, and rooms in which a piece of it is tried."""

from dataclasses import dataclass

from bot.programs.sources import import_name, import_root
from bot.programs.watched import Watched
from sandbox.files import File, Tree
from sandbox.room import Limits, Sandbox

IMPORT = """\
import importlib, sys
sys.path[:0] = {roots!r}
with open({path!r}, "rb") as file:
    compile(file.read(), {path!r}, "exec")
if {module!r}:
    importlib.import_module({module!r})
"""
WORKSPACE = "/workspace"


@dataclass
class Workbench:
    """Files as data, and the way to run them. It owns no room: who opens one closes it.

    Attributes:
        files: the snapshot with every file that was written so far.
        sandbox: the maker of rooms.
        limits: limits of the rooms; the sandbox's own when None.
        environment: the dependency environment of the rooms.
    """

    files: Tree
    sandbox: Sandbox
    limits: Limits | None = None
    environment: str | None = None

    def put(self, path: str, text: str) -> None:
        """Lay a file's new text on the bench; the next room has it."""
        known = self.files.get(path)
        self.files = {**self.files, path: File(text.encode(), executable=bool(known and known.executable))}

    def take(self, path: str) -> None:
        """Take a file off the bench, if it is there."""
        self.files = {known: file for known, file in self.files.items() if known != path}

    def open(self) -> Watched:
        """A fresh room with the files as they are on the bench. Raises SandboxError."""
        return Watched(self.sandbox.open(self.files, limits=self.limits, environment=self.environment))

    def importing(self, path: str) -> str:
        """A program of ours that compiles one file and imports it as its tests would."""
        roots = list(dict.fromkeys((f"{WORKSPACE}/{import_root(self.files, path)}".rstrip("/"), WORKSPACE)))
        return IMPORT.format(roots=roots, path=f"{WORKSPACE}/{path}", module=import_name(self.files, path))
