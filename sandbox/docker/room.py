"""A room in a Docker container."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Self

from docker.errors import DockerException
from requests.exceptions import RequestException

from sandbox.conversation import Conversation
from sandbox.docker.attach import Attachment, DeadlinePassed, LineTooLong
from sandbox.docker.engine import Client
from sandbox.docker.profile import CODE_USER, DEPENDENCIES, MAIN_USER, PYTHON, TOOLS, WORKSPACE
from sandbox.files import Tree
from sandbox.message import End, ProtocolBroken, Report, Unstartable, parse
from sandbox.room import MIB, Execution, Limits, Outcome, RoomDied, SandboxError, Tools
from sandbox.tar import check_path, pack, unpack

BOOT = (PYTHON, "-I", f"{TOOLS}/sandbox/inside/boot.py")
FILES_SECONDS = 60.0
GRACE = 1.0
GONE = (EOFError, OSError, DockerException, RequestException)

#: The environment of everything that runs in a room; nothing of the host's is in it.
ENVIRONMENT = {
    "PATH": "/opt/py/bin:/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp",  # noqa: S108 - the room's own
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPATH": f"{WORKSPACE}/src:{WORKSPACE}:{DEPENDENCIES}",
}


class DockerRoom:
    """One container; made by `DockerSandbox.open`. Implements `sandbox.room.Room`.

    Its main process only waits for the room's lifetime to end. What runs in it are programs of ours, started
    from a read-only place as the code's user: `tar`, the runner of a program, the persistent interpreter.
    """

    def __init__(self, client: Client, container: str, limits: Limits) -> None:
        self.limits = limits
        self.id = container
        self._client = client
        self._born = int(time.time())
        self._end = time.monotonic() + limits.lifetime
        self._conversation: Conversation | None = None
        self._death = ""

    # Files

    def put(self, files: Tree) -> None:
        """Write files into the workspace, making directories. Raises SandboxError."""
        if not files:
            return
        # Not the engine's own copy: on a tmpfs it is lost without a word (https://github.com/moby/moby/issues/22020).
        archive = pack(files)
        argv = ["tar", "-x", "--no-same-owner", "--recursive-unlink", "-C", WORKSPACE, "-f", "-"]
        with self._program(argv) as (program, deadline):
            program.send(archive, deadline)
            list(program.chunks(deadline))
            code = program.exit_code(deadline)
        if code != 0:
            size = f"{self.limits.workspace // MIB} MiB and {self.limits.inodes} files"
            raise SandboxError(f"the files don't fit into the workspace: it holds {size}")

    def remove(self, paths: Sequence[str]) -> None:
        """Delete files from the workspace; missing ones are no error."""
        for start in range(0, len(paths), 500):
            self._shell('rm -rf -- "$@"', *(check_path(path) for path in paths[start : start + 500]))

    def collect(self) -> Tree:
        """Read the whole workspace as data. Hostile entries are refused with SandboxError."""
        script = f"read go; exec tar -c --format=gnu --hard-dereference --sort=name -C {WORKSPACE} -f - ."
        with self._program(["sh", "-c", script]) as (program, deadline):
            program.send(b"go\n", deadline)
            return unpack(program.chunks(deadline), size=self.limits.workspace, count=self.limits.inodes)

    def read(self, path: str, *, limit: int = MIB) -> bytes | None:
        """One file of the workspace, at most `limit` bytes; None when there is none."""
        inside = f'case "$f" in {WORKSPACE}/*) test -f "$f";; *) false;; esac'
        script = f'f=$(realpath -e -- "{WORKSPACE}/$1") && {inside} && exec head -c {int(limit)} -- "$f"'
        data, code = self._shell(script, check_path(path))
        return data[:limit] if code == 0 else None

    def _shell(self, script: str, *words: str) -> tuple[bytes, int | None]:
        """Run a script of ours as the code's user; `words` are its "$1", "$2", ..."""
        with self._program(["sh", "-c", "read go; " + script, "sh", *words]) as (program, deadline):
            program.send(b"go\n", deadline)
            return b"".join(program.chunks(deadline)), program.exit_code(deadline)

    @contextmanager
    def _program(self, argv: Sequence[str]) -> Iterator[tuple[Attachment, float]]:
        """A program of ours that moves files, and its deadline. One that does not end kills the room."""
        deadline = self._deadline(FILES_SECONDS)
        try:
            with closing(self._attach(argv)) as program:
                yield program, deadline
        except DeadlinePassed:
            self._die(f"moving files took over {FILES_SECONDS:g} seconds")
            raise RoomDied(f"the room is gone: {self._death}") from None
        except GONE as error:
            self._die(self._why_gone().value)
            raise RoomDied(f"the room is gone: {self._death}") from error

    # Code

    def execute(
        self,
        code: str,
        *,
        seconds: float | None = None,
        tools: Tools | None = None,
        fields: Sequence[str] = (),
    ) -> Execution:
        """Run Python code in the room's persistent interpreter; see `Room.execute`."""
        limit, started = seconds or self.limits.seconds, time.monotonic()
        self._check_alive()
        try:
            end = self._talk().ask(code, tools or {}, fields, limit, self._deadline(limit + GRACE))
        except DeadlinePassed:
            return self._lost(Outcome.TIMED_OUT, started, f"TimeoutError: no end after {limit:g} seconds")
        except ProtocolBroken as error:
            return self._lost(Outcome.KILLED, started, f"the room broke the protocol: {error}")
        except GONE:
            return self._lost(self._why_gone(), started)
        except BaseException:
            self._die("it was interrupted")  # the code still waits for an answer that nobody will give
            raise
        return self._ended(end)

    def run(
        self,
        argv: Sequence[str],
        *,
        seconds: float | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: str = "",
        on_report: Callable[[str], None] | None = None,
    ) -> Execution:
        """Run a program in the workspace as the code's user and wait for it; see `Room.run`."""
        limit, started = seconds or self.limits.seconds, time.monotonic()
        self._check_alive()
        order = {
            "argv": list(argv),
            "environment": {**ENVIRONMENT, **(environment or {})},
            "directory": WORKSPACE,
            "stdin": stdin,
            "seconds": limit,
            "output": self.limits.output,
            "report": on_report is not None,
        }
        try:
            end = self._follow(order, self._deadline(limit + GRACE), on_report or (lambda _: None))
        except DeadlinePassed:
            return self._lost(Outcome.TIMED_OUT, started)
        except (LineTooLong, ProtocolBroken):
            return self._lost(Outcome.KILLED, started)
        except GONE:
            return self._lost(self._why_gone(), started)
        except BaseException:
            self._die("it was interrupted")
            raise
        if isinstance(end, Unstartable):
            raise SandboxError(f"the program can't be started: {end.error}")
        return self._ended(end)

    def _follow(
        self, order: Mapping[str, object], deadline: float, on_report: Callable[[str], None]
    ) -> End | Unstartable:
        """Start the runner and listen until its last line."""
        with closing(self._attach([*BOOT, "runner"])) as program:
            program.send(json.dumps(order).encode() + b"\n", deadline)
            while (line := program.line(deadline, 4 * self.limits.output + MIB)) is not None:
                message = parse(line)
                if isinstance(message, End | Unstartable):
                    return message
                if not isinstance(message, Report):
                    raise ProtocolBroken(f"a message of kind {message.kind!r}")
                on_report(message.line)
        raise EOFError

    def _talk(self) -> Conversation:
        if self._conversation is None:
            self._conversation = Conversation(self._attach([*BOOT, "worker"]), self.limits.output)
        return self._conversation

    # Life and death

    def close(self) -> None:
        """End everything in the room and remove it. Never raises; may be called twice, and from another thread.

        Whoever waits for the room then gets an Execution that was KILLED.
        """
        self._die("it was closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _attach(self, argv: Sequence[str], user: str = CODE_USER) -> Attachment:
        self._check_alive()
        return Attachment(self._client, self.id, argv, user=user, environment=ENVIRONMENT)

    def _check_alive(self) -> None:
        if not self._death and time.monotonic() > self._end:
            self._die(f"its lifetime of {self.limits.lifetime:g} seconds is over")
        if self._death:
            raise RoomDied(f"this room is gone ({self._death}): open another one")

    def _deadline(self, seconds: float) -> float:
        return min(time.monotonic() + seconds, self._end)

    def _ended(self, end: End) -> Execution:
        execution = end.execution()
        if execution.outcome is not Outcome.FINISHED:
            self._die(execution.outcome.value)
        return execution

    def _lost(self, outcome: Outcome, started: float, error: str = "") -> Execution:
        self._die(outcome.value)
        return Execution(outcome=outcome, error=error, seconds=time.monotonic() - started)

    def _die(self, why: str) -> None:
        """Close the streams first, then remove: else the engine waits for us to read."""
        if self._death:
            return
        self._death = why
        if self._conversation is not None:
            self._conversation.close()
        try:
            self._client.api.remove_container(self.id, force=True, v=True)
        except GONE:
            return  # gone already, or going; the reaper finds what stays

    def _why_gone(self) -> Outcome:
        """Why a program of ours ended without its last word: asked of the kernel, else of the engine."""
        try:
            if self._death:
                return Outcome.KILLED  # by ourselves, in another thread
            return Outcome.OUT_OF_MEMORY if self._starved_inside() else Outcome.KILLED
        except (RoomDied, DeadlinePassed, *GONE):
            return Outcome.OUT_OF_MEMORY if self._starved_outside() else Outcome.KILLED

    def _starved_inside(self) -> bool:
        """The kernel's own counter, read as a user that the code can't touch."""
        script = "read go; cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null"
        deadline = time.monotonic() + 5
        with closing(self._attach(["sh", "-c", script], MAIN_USER)) as program:
            program.send(b"go\n", deadline)
            words = b"".join(program.chunks(deadline)).split()
        return int(words[words.index(b"oom_kill") + 1]) > 0 if b"oom_kill" in words else self._starved_outside()

    def _starved_outside(self) -> bool:
        """Whether the engine saw an `oom` event: https://docs.docker.com/reference/cli/docker/system/events/."""
        filters = {"container": self.id, "event": "oom"}
        try:
            seen = self._client.api.events(since=self._born - 1, until=int(time.time()) + 1, filters=filters)
            with closing(seen):
                return any(True for _ in seen)
        except GONE:
            return False
