"""Light rooms: they run nothing, but are opened, counted, closed and lost as real ones."""
# ruff: noqa: ARG002 - the protocol's shape

import itertools
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.files import Tree
from sandbox.room import MIB, Execution, Limits, Outcome, RoomDied, SandboxError, Tools


class LightRoom:
    """A room is a file while it is open, so that anybody can count the rooms of a process."""

    def __init__(self, place: Path, limits: Limits, dies: bool) -> None:
        self.limits, self.id = limits, place.name
        self._place, self._dies = place, dies
        place.touch()

    def put(self, files: Tree) -> None:
        """They are not kept."""
        self._alive()

    def remove(self, paths: Sequence[str]) -> None:
        """There are none."""

    def execute(
        self, code: str, *, seconds: float | None = None, tools: Tools | None = None, fields: Sequence[str] = ()
    ) -> Execution:
        """All code does what it should."""
        self._alive()
        return Execution(Outcome.FINISHED, exit_code=0)

    def run(
        self,
        argv: Sequence[str],
        *,
        seconds: float | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: str = "",
        on_report: Callable[[str], None] | None = None,
    ) -> Execution:
        """All programs do what they should."""
        return self.execute("")

    def collect(self) -> Tree:
        """Nothing is there."""
        return {}

    def read(self, path: str, *, limit: int = MIB) -> bytes | None:
        """Nothing is there."""
        return None

    def close(self) -> None:
        """Remove it."""
        self._place.unlink(missing_ok=True)

    def _alive(self) -> None:
        if self._dies:
            raise RoomDied("this room is gone (as the soak wants it)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class LightSandbox:
    """Makes light rooms.

    Args:
        folder: where they are.
        failing: the share of rooms that can't be had, or die, half and half.
        seconds: that it takes to open one.
    """

    def __init__(self, folder: Path, failing: float = 0.0, seconds: float = 0.0) -> None:
        self._folder, self._failing, self._seconds = folder, failing, seconds
        self._numbers = itertools.count(time.monotonic_ns())
        self._dice = random.SystemRandom()
        self.limits = Limits()

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> LightRoom:
        """A room, or none."""
        time.sleep(self._seconds)
        fate = self._dice.random()
        if fate < self._failing / 2:
            raise SandboxError("no room can be had (as the soak wants it)")
        place = self._folder / f"{os.getpid()}-{next(self._numbers)}"
        return LightRoom(place, limits or self.limits, fate < self._failing)

    def describe(self, environment: str | None = None) -> str:
        """What a reader of evidence is told."""
        return "rooms that run nothing"

    def close(self) -> None:
        """Remove the rooms of this process."""
        for place in self._folder.glob(f"{os.getpid()}-*"):
            place.unlink(missing_ok=True)
