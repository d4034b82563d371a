"""A sandbox whose rooms are plain objects: for what an engine can't be made to do on demand."""

import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from sandbox.files import Tree
from sandbox.room import MIB, Execution, Limits, Outcome, RoomDied, Tools


class PlainRoom:
    """Keeps files, runs nothing."""

    def __init__(self, sandbox: "PlainSandbox", number: int, limits: Limits, environment: str | None) -> None:
        self.id = f"room-{number}"
        self.limits, self.made_with, self.environment = limits, limits, environment
        self.files: dict[str, object] = {}
        self.dead = self.closed = False
        self._sandbox = sandbox

    def begin(self, limits: Limits) -> None:
        self.limits = limits

    def is_ready(self) -> bool:
        return not self.dead

    def put(self, files: Tree) -> None:
        if self.dead or self.closed:
            raise RoomDied("this room is gone")
        self.files.update(files)

    def remove(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.files.pop(path, None)

    def execute(
        self, code: str, *, seconds: float | None = None, tools: Tools | None = None, fields: Sequence[str] = ()
    ) -> Execution:
        if self.dead or self.closed:
            raise RoomDied("this room is gone")
        return Execution(Outcome.FINISHED, stdout=code)

    def run(
        self,
        argv: Sequence[str],
        *,
        seconds: float | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: str = "",
        on_report: Callable[[str], None] | None = None,
    ) -> Execution:
        return self.execute(" ".join(argv))

    def collect(self) -> Tree:
        return {}

    def read(self, path: str, *, limit: int = MIB) -> bytes | None:
        return None

    def close(self) -> None:
        if self._sandbox.slow_close:
            time.sleep(self._sandbox.slow_close)
        with self._sandbox.lock:
            if not self.closed:
                self.closed = True
                self._sandbox.memory -= self.limits.memory

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class PlainSandbox:
    """Makes plain rooms and watches what happens.

    Attributes:
        limits: of a room that asks for none.
        failures: what the next starts raise, one after the other.
        gate: starts wait until it is open.
        slow_close: seconds that a room's end takes.
        made: every room, in the order of their starts.
        tries: the moments of all starts, failed ones too.
        memory: bytes that rooms may use now, and `most_memory` ever, from their start to their end.
        most_starting: starts at once, ever.
    """

    limits: Limits = Limits(memory=100 * MIB)  # noqa: RUF009 - frozen
    failures: list[Exception] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    slow_close: float = 0.0
    made: list[PlainRoom] = field(default_factory=list)
    tries: list[float] = field(default_factory=list)
    memory: int = 0
    most_memory: int = 0
    starting: int = 0
    most_starting: int = 0
    is_closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.gate.set()

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> PlainRoom:
        assert not files, "a room that is started ahead is empty"
        chosen = limits or self.limits
        with self.lock:
            self.tries.append(time.monotonic())
            self.starting += 1
            self.most_starting = max(self.most_starting, self.starting)
            self.memory += chosen.memory
            self.most_memory = max(self.most_memory, self.memory)
            failure = self.failures.pop(0) if self.failures else None
        self.gate.wait()
        time.sleep(0.001)
        with self.lock:
            self.starting -= 1
            if failure is not None:
                self.memory -= chosen.memory
                raise failure
            room = PlainRoom(self, next(self.numbers), chosen, environment)
            self.made.append(room)
            return room

    def living(self) -> list[PlainRoom]:
        with self.lock:
            return [room for room in self.made if not room.closed]

    def describe(self, environment: str | None = None) -> str:
        return "plain objects"

    def close(self) -> None:
        self.is_closed = True
