"""Lent: a room of the pool in the hands of one caller, until it is closed."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from sandbox.files import Tree
from sandbox.room import MIB, Execution, Limits, Room, Tools


class WarmRoom(Room, Protocol):
    """What the pool needs of a driver's room beside what everybody does."""

    @property
    def id(self) -> str:
        """Name of it that an operator can find."""

    def is_ready(self) -> bool:
        """Whether it lives and waits for an order, as far as can be told without a round trip."""

    def begin(self, limits: Limits) -> None:
        """From now on these limits hold, and the lifetime in them counts from now."""


class Lent:
    """Implements `sandbox.room.Room`; each method is the room's own.

    Closing it does not wait for the room's end: that takes an engine long, and nobody can tell any more what
    happens in there.
    """

    def __init__(self, room: WarmRoom, give_back: Callable[[], None]) -> None:
        self.limits = room.limits
        self.id = room.id
        self._room = room
        self._give_back = give_back

    def put(self, files: Tree) -> None:
        """See `Room.put`."""
        self._room.put(files)

    def remove(self, paths: Sequence[str]) -> None:
        """See `Room.remove`."""
        self._room.remove(paths)

    def execute(
        self,
        code: str,
        *,
        seconds: float | None = None,
        tools: Tools | None = None,
        fields: Sequence[str] = (),
    ) -> Execution:
        """See `Room.execute`."""
        return self._room.execute(code, seconds=seconds, tools=tools, fields=fields)

    def run(
        self,
        argv: Sequence[str],
        *,
        seconds: float | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: str = "",
        on_report: Callable[[str], None] | None = None,
    ) -> Execution:
        """See `Room.run`."""
        return self._room.run(argv, seconds=seconds, environment=environment, stdin=stdin, on_report=on_report)

    def collect(self) -> Tree:
        """See `Room.collect`."""
        return self._room.collect()

    def read(self, path: str, *, limit: int = MIB) -> bytes | None:
        """See `Room.read`."""
        return self._room.read(path, limit=limit)

    def close(self) -> None:
        """Give the room back, which ends everything in it soon. Never raises; may be called twice."""
        self._give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
