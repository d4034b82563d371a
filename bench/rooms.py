"""Rooms with a stop-watch: thin wrappers of the sandbox's protocol that note when a room was busy."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from bench.spans import Place, Spans
from sandbox.environment.store import Store
from sandbox.files import Tree
from sandbox.room import MIB, Execution, Limits, Room, Sandbox, Tools


class TimedSandbox:
    """Implements `sandbox.room.Sandbox`. The sandbox that it wraps stays its owner's to close."""

    def __init__(self, sandbox: Sandbox, spans: Spans) -> None:
        self._sandbox, self._spans = sandbox, spans

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> "TimedRoom":
        """A timed room; its start ends when its files are in it."""
        with self._spans.at(Place.START):
            room = self._sandbox.open(files, limits=limits, environment=environment)
        return TimedRoom(room, self._spans)

    @property
    def environments(self) -> Store | None:
        """The wrapped sandbox's store, not timed: the demo's repository needs nothing."""
        store: Store | None = getattr(self._sandbox, "environments", None)
        return store

    def describe(self, environment: str | None = None) -> str:
        """The wrapped sandbox's line; it opens a room the first time, so ask once before anything is timed."""
        with self._spans.at(Place.ROOM):
            return self._sandbox.describe(environment)

    def close(self) -> None:
        """Nothing: see the class."""


class TimedRoom:
    """Implements `sandbox.room.Room`; each method is the wrapped room's, timed."""

    def __init__(self, room: Room, spans: Spans) -> None:
        self._room, self._spans = room, spans
        self.limits = room.limits

    def put(self, files: Tree) -> None:
        """See `Room.put`."""
        with self._spans.at(Place.ROOM):
            self._room.put(files)

    def remove(self, paths: Sequence[str]) -> None:
        """See `Room.remove`."""
        with self._spans.at(Place.ROOM):
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
        with self._spans.at(Place.ROOM):
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
        with self._spans.at(Place.ROOM):
            return self._room.run(argv, seconds=seconds, environment=environment, stdin=stdin, on_report=on_report)

    def collect(self) -> Tree:
        """See `Room.collect`."""
        with self._spans.at(Place.ROOM):
            return self._room.collect()

    def read(self, path: str, *, limit: int = MIB) -> bytes | None:
        """See `Room.read`."""
        with self._spans.at(Place.ROOM):
            return self._room.read(path, limit=limit)

    def close(self) -> None:
        """See `Room.close`."""
        with self._spans.at(Place.ROOM):
            self._room.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
