"""Stoppable: a sandbox whose rooms end when the job is stopped, whatever goes on in them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from bot.workflow.stop_watch import Watch
from sandbox.environment.store import Entry, Filling, Ground, Kind, Say, Store
from sandbox.files import Tree
from sandbox.room import MIB, Execution, Limits, Outcome, Room, Sandbox, SandboxError, Tools

T = TypeVar("T")


class StoppableRoom:
    """Implements `sandbox.room.Room`; each method is the room's own. Raises Cancelled when the job was stopped."""

    def __init__(self, room: Room, watch: Watch) -> None:
        self.limits = room.limits
        self._room, self._watch = room, watch
        watch.add(room)

    def put(self, files: Tree) -> None:
        """See `Room.put`."""
        self._do(lambda: self._room.put(files))

    def remove(self, paths: Sequence[str]) -> None:
        """See `Room.remove`."""
        self._do(lambda: self._room.remove(paths))

    def execute(
        self, code: str, *, seconds: float | None = None, tools: Tools | None = None, fields: Sequence[str] = ()
    ) -> Execution:
        """See `Room.execute`."""
        return self._ran(lambda: self._room.execute(code, seconds=seconds, tools=tools, fields=fields))

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
        return self._ran(
            lambda: self._room.run(argv, seconds=seconds, environment=environment, stdin=stdin, on_report=on_report)
        )

    def collect(self) -> Tree:
        """See `Room.collect`."""
        return self._do(self._room.collect)

    def read(self, path: str, *, limit: int = MIB) -> bytes | None:
        """See `Room.read`."""
        return self._do(lambda: self._room.read(path, limit=limit))

    def close(self) -> None:
        """See `Room.close`."""
        self._watch.remove(self._room)
        self._room.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _do(self, act: Callable[[], T]) -> T:
        self._watch.check()
        try:
            return act()
        except SandboxError:
            self._watch.check()
            raise

    def _ran(self, act: Callable[[], Execution]) -> Execution:
        execution = self._do(act)
        if execution.outcome is not Outcome.FINISHED:
            self._watch.check()  # nobody takes a room that we have closed for code that failed
        return execution


@dataclass
class _Filling:
    """Implements `sandbox.environment.store.Filling`."""

    room: Room
    settle: Callable[..., Entry]


class StoppableStore:
    """Implements `sandbox.environment.store.Store`; each method is the store's own."""

    def __init__(self, store: Store, watch: Watch) -> None:
        self._store, self._watch, self.capacity = store, watch, store.capacity
        self.find, self.entries, self.remove, self.sweep = store.find, store.entries, store.remove, store.sweep

    def ground(self, python: str, debian: Sequence[str], say: Say) -> Ground:
        """See `Store.ground`. One whose job was stopped is made ready for the next."""
        return self._watch.unless(lambda: self._store.ground(python, debian, say))

    @contextmanager
    def fill(self, key: str, kind: Kind, ground: Ground, limits: Limits, gate: Path | None = None) -> Iterator[Filling]:
        """See `Store.fill`."""
        self._watch.check()
        with self._store.fill(key, kind, ground, limits, gate) as filling:
            yield _Filling(StoppableRoom(filling.room, self._watch), filling.settle)


class StoppableSandbox:
    """Implements `sandbox.room.Sandbox`.

    Args:
        sandbox: makes the rooms.
        watch: of the job that they are for.
    """

    def __init__(self, sandbox: Sandbox, watch: Watch) -> None:
        self._inner, self._watch = sandbox, watch

    @property
    def sandbox(self) -> "StoppableSandbox":
        """What makes the rooms of a pool, where this is one."""
        return StoppableSandbox(getattr(self._inner, "sandbox", self._inner), self._watch)

    @property
    def environments(self) -> StoppableStore | None:
        """The store, where there is one."""
        store: Store | None = getattr(self._inner, "environments", None)
        return None if store is None else StoppableStore(store, self._watch)

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> StoppableRoom:
        """See `Sandbox.open`. Raises Cancelled when the job was stopped."""
        opened = self._watch.unless(
            lambda: self._inner.open(files, limits=limits, environment=environment), lambda room: room.close()
        )
        return StoppableRoom(opened, self._watch)

    def describe(self, environment: str | None = None) -> str:
        """See `Sandbox.describe`."""
        return self._inner.describe(environment)

    def close(self) -> None:
        """Close the job's rooms; the sandbox is for others, too."""
        self._watch.close()


@contextmanager
def stoppable(sandbox: Sandbox, stopped: Callable[[], bool]) -> Iterator[StoppableSandbox]:
    """The same sandbox for one job, as long as that is under way."""
    watch = Watch(stopped)
    try:
        yield StoppableSandbox(sandbox, watch)
    finally:
        watch.close()
