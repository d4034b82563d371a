"""Furnished: one room for all steps of a strategy, with the repository, our functions and what they need in it."""

import inspect
import json
from collections.abc import Mapping
from typing import Any

import dspy

from bot.decisions.editing import passages
from bot.programs.sources import LARGEST
from bot.programs.strategies import room_functions
from bot.programs.tools.snippet import roots_of
from bot.programs.watched import Watched
from bot.programs.workbench import Workbench
from sandbox.files import File
from sandbox.interpreter import create_interpreter
from sandbox.room import Execution, Outcome, SandboxError

#: Compiled under a name that no traceback shows: the functions' own lines are no news to a model.
SET_UP = """\
exec(compile({source!r}, "functions", "exec"), globals())
FILE, ROOTS, CHECK_SECONDS, TEST_SECONDS = {settings!r}
"""
#: What the functions import of ours; its source stands above theirs in the room.
IMPORTED = "from bot.decisions.editing.passages import Passage, at_margin, closest, passages\n"
#: Seconds of one step at most, and the shares of it that a check and the tests may take, so that they end first.
LONGEST_STEP = 90.0
CHECK_SHARE, TEST_SHARE = 0.3, 0.7


class FurnishedRoom:
    """Implements `dspy.CodeInterpreter` by `create_interpreter`, over rooms that have our functions in them.

    A room that dies is replaced once, as that does; the next one has the files as they lie on the bench then.

    Args:
        bench: the repository and the maker of rooms.
        path: the one file that is read back.
        variables: JSON-able values that code finds under these names in each room.
    """

    def __init__(self, bench: Workbench, path: str, variables: Mapping[str, Any] | None = None) -> None:
        self._bench, self._path, self._variables = bench, path, variables or {}
        self._interpreter = create_interpreter(self._open, seconds=LONGEST_STEP)
        self._room: Watched | None = None

    def _open(self) -> Watched:
        room = self._bench.open()
        try:
            self._furnish(room)
        except BaseException:
            room.close()
            raise
        self._room = room
        return room

    def _furnish(self, room: Watched) -> None:
        seconds = min(LONGEST_STEP, room.limits.seconds)
        settings = (self._path, roots_of(self._bench.files), seconds * CHECK_SHARE, seconds * TEST_SHARE)
        set_up = SET_UP.format(source=source_of_functions(), settings=settings)
        ended = room.furnish(set_up + assignments(self._variables))
        if ended.outcome is not Outcome.FINISHED or ended.error:
            raise SandboxError(f"the room could not be furnished: {ended.error or ended.outcome.value}")

    @property
    def tools(self) -> dict[str, Any]:
        """Functions of the host that code may call."""
        return self._interpreter.tools

    @property
    def output_fields(self) -> list[dict[str, Any]] | None:
        """What SUBMIT takes."""
        return self._interpreter.output_fields

    @output_fields.setter
    def output_fields(self, fields: list[dict[str, Any]] | None) -> None:
        self._interpreter.output_fields = fields

    @property
    def last(self) -> Execution | None:
        """How the last execution went, which dspy's protocol drops."""
        return self._room.last if self._room else None

    def start(self) -> None:
        """Open the room, if there is none. Raises dspy.CodeInterpreterError."""
        self._interpreter.start()

    def execute(self, code: str, variables: Mapping[str, Any] | None = None) -> Any:
        """Run code as `RoomInterpreter.execute` does.

        Args:
            code: Python.
            variables: nothing but what the room was furnished with; it is not set again, so that what code makes
                of it lives on.
        """
        if unknown := set(variables or ()) - set(self._variables):
            raise dspy.CodeInterpreterError(f"the room was not furnished with {sorted(unknown)}")
        return self._interpreter.execute(code)

    def text(self) -> str | None:
        """The file's text as it is in the room; None where it is gone or no text. Raises SandboxError."""
        if self._room is None:
            raise SandboxError("there is no room")
        data = self._room.read(self._path, limit=LARGEST)
        try:
            return None if data is None or b"\0" in data else data.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def put(self, text: str) -> None:
        """Lay the file's text into the room. Raises SandboxError."""
        if self._room is not None:
            self._room.put({self._path: File(text.encode())})

    def restore(self) -> None:
        """Lay everything that is on the bench into the room again. Raises SandboxError."""
        if self._room is not None:
            self._room.put(self._bench.files)

    def shutdown(self) -> None:
        """Close the room. May be called twice."""
        self._interpreter.shutdown()


def source_of_functions() -> str:
    """Our functions as one text that needs nothing of ours: the room has no bot in it, or another one."""
    return inspect.getsource(passages) + inspect.getsource(room_functions).replace(IMPORTED, "")


def assignments(variables: Mapping[str, Any]) -> str:
    """Code that sets variables; their values are data in it, never code."""
    pairs = [f"{name} = json.loads({json.dumps(value)!r})\n" for name, value in variables.items()]
    return "".join(["import json\n", *pairs] if pairs else [])
