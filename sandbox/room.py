"""The protocol of the sandbox: what a driver provides and what its callers may rely on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from sandbox.files import Tree

MIB = 2**20


class Outcome(StrEnum):
    """How a run in a room ended. Each is told apart; only FINISHED means that the code ended by itself."""

    FINISHED = "finished"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    KILLED = "killed"
    OUTPUT_TOO_LARGE = "output too large"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a room may use; all of it is enforced from outside of the code.

    Attributes:
        seconds: wall time of one execution, in seconds.
        lifetime: wall time of the whole room, in seconds.
        memory: bytes of memory, swap and tmpfs together.
        processes: processes and threads at once.
        cpus: CPU cores, fractions allowed.
        output: bytes of captured stdout and of stderr, each.
        workspace: bytes of files in the workspace.
        inodes: files and directories in the workspace.
    """

    seconds: float = 60.0
    lifetime: float = 1800.0
    memory: int = 1024 * MIB
    processes: int = 128
    cpus: float = 1.0
    output: int = 1 * MIB
    workspace: int = 256 * MIB
    inodes: int = 50_000


@dataclass(frozen=True, slots=True)
class Execution:
    """The outcome of one run in a room.

    Attributes:
        outcome: how it ended.
        exit_code: of the process; None where none was seen (killed, timed out).
        stdout: captured text, invalid UTF-8 replaced, cut at `Limits.output`.
        stderr: likewise.
        error: for `Room.execute`: "TypeName: message" of the exception that ended the code, with the
            traceback's lines that belong to the code; "" when there was none.
        result: for `Room.execute`: what the code SUBMITted, as JSON-able data; None when it did not.
        submitted: whether the code called SUBMIT.
        seconds: wall time.
    """

    outcome: Outcome
    exit_code: int | None = None
    stdout: str = ""
    stderr: str = ""
    error: str = ""
    result: object = None
    submitted: bool = False
    seconds: float = 0.0


#: Functions of the host that code in a room may call; arguments and values are JSON-able data.
Tools = Mapping[str, Callable[..., object]]


class SandboxError(Exception):
    """The sandbox itself failed (no engine, no image, a room died at its start); one line says what to do."""


class SandboxAway(SandboxError):
    """What makes the rooms is away, or took one with it, by no doing of any code in it; it may come back."""


class RoomDied(SandboxError):
    """This room is gone (killed, out of memory, protocol broken); another one may be opened."""


class Room(Protocol):
    """One isolated single-use machine. Close it, or use it in a `with` block."""

    limits: Limits

    def put(self, files: Tree) -> None:
        """Write files into the workspace (`/workspace`), making directories. Raises SandboxError."""

    def remove(self, paths: Sequence[str]) -> None:
        """Delete files from the workspace; missing ones are no error."""

    def execute(
        self,
        code: str,
        *,
        seconds: float | None = None,
        tools: Tools | None = None,
        fields: Sequence[str] = (),
    ) -> Execution:
        """Run Python code in the room's persistent interpreter (state is kept between calls).

        Args:
            code: the code.
            seconds: wall time; the room's limit when None.
            tools: functions of the host that the code may call by these names, with JSON-able data.
            fields: names for the values of SUBMIT(a, b), which becomes a mapping then.

        Raises:
            RoomDied: the room was gone before.
        """

    def run(
        self,
        argv: Sequence[str],
        *,
        seconds: float | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: str = "",
        on_report: Callable[[str], None] | None = None,
    ) -> Execution:
        """Run a program in the workspace as the code's user and wait for it, at most `seconds`.

        Args:
            argv: the program and its arguments.
            seconds: wall time; the room's limit when None.
            environment: variables beside the room's own.
            stdin: what the program may read from its standard input, at most 32 KiB.
            on_report: called with each line that the program writes into its report pipe, as it comes. The
                number of that descriptor is then the first line of its standard input, before `stdin`.

        Raises:
            SandboxError: the program can't be started; RoomDied when the room was gone before.
        """

    def collect(self) -> Tree:
        """Read the whole workspace as data. Hostile entries are refused with SandboxError."""

    def read(self, path: str, *, limit: int = MIB) -> bytes | None:
        """One file of the workspace, at most `limit` bytes; None when there is none."""

    def close(self) -> None:
        """End everything in the room and remove it. Never raises; may be called twice."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Sandbox(Protocol):
    """The maker of rooms."""

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> Room:
        """A fresh room with these files in its workspace.

        Args:
            files: the workspace's content.
            limits: the room's limits; the sandbox's own default when None.
            environment: a dependency environment made by `prepare`, mounted read-only; None for none.

        Raises:
            SandboxError: no room can be had; the message says what to do.
        """

    def describe(self, environment: str | None = None) -> str:
        """One line for a reader of evidence: the driver, the image and its Python, the guarantee."""

    def close(self) -> None:
        """Remove every room of this sandbox."""
