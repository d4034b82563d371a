"""A room over any driver's machine: everything it does is an order to the agent inside."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from sandbox.conversation import Conversation
from sandbox.files import Tree
from sandbox.layout import ENVIRONMENT, WORKSPACE
from sandbox.machine import DeadlinePassed, Machine
from sandbox.message import Answer, Call, End, ProtocolBroken, Report, Unstartable, unexpected
from sandbox.room import MIB, Execution, Limits, Outcome, RoomDied, SandboxError, Tools
from sandbox.tool_answer import answer_call
from sandbox.workspace import Workspace

#: What the host waits beyond the agent's own clock.
GRACE = 1.0
MOST_CALLS = 10_000
GONE = (EOFError, OSError)


class AgentRoom:
    """One machine with our agent in it; made by a driver. Implements `sandbox.room.Room`."""

    def __init__(self, machine: Machine, limits: Limits) -> None:
        self.limits = limits
        self.id = machine.id
        self._machine = machine
        self._end = time.monotonic() + limits.lifetime
        self._talk = Conversation(machine.stream, 4 * limits.output + 4 * MIB)
        self._workspace = Workspace(self._talk, self._alive)
        self._death = ""

    def greet(self, seconds: float = 30.0) -> None:
        """Wait until the agent answers. Raises RoomDied: it did not, and the room is gone."""
        with self._alive(seconds, "its start") as deadline:
            self._talk.begin("hello", deadline)
            if not isinstance(answer := self._talk.listen(deadline), End):
                raise unexpected(answer)

    # Files

    def put(self, files: Tree) -> None:
        """Write files into the workspace, making directories. Raises SandboxError."""
        self._workspace.put(files, self.limits)

    def remove(self, paths: Sequence[str]) -> None:
        """Delete files from the workspace; missing ones are no error."""
        self._workspace.remove(paths)

    def read(self, path: str, *, limit: int = MIB) -> bytes | None:
        """One file of the workspace, at most `limit` bytes; None when there is none."""
        return self._workspace.read(path, limit)

    def collect(self) -> Tree:
        """Read the whole workspace as data. Hostile entries are refused with SandboxError."""
        return self._workspace.collect(self.limits)

    @contextmanager
    def _alive(self, seconds: float, what: str) -> Iterator[float]:
        """The deadline of an order, and the room's death when it is missed or broken off."""
        self._check_alive()
        try:
            yield self._deadline(seconds)
        except SandboxError:
            raise
        except DeadlinePassed:
            self._die(f"{what} took over {seconds:g} seconds")
            raise RoomDied(f"the room is gone: {self._death}") from None
        except ProtocolBroken as error:
            self._die(f"it broke the protocol: {error}")
            raise RoomDied(f"the room is gone: {self._death}") from None
        except GONE as error:
            self._die(self._why_gone().value)
            raise RoomDied(f"the room is gone: {self._death}") from error
        except BaseException:
            self._die("it was interrupted")
            raise

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
        limit = seconds or self.limits.seconds
        known = tools or {}
        order = {"code": code, "tools": sorted(known), "fields": list(fields), "output": self.limits.output}
        calls = 0

        def answer(said: Answer) -> float:
            nonlocal calls
            calls += 1
            if not isinstance(said, Call):
                raise unexpected(said)
            if calls > MOST_CALLS:
                raise ProtocolBroken(f"more than {MOST_CALLS} calls in one execution")
            started = time.monotonic()
            reply = answer_call(said, known)
            # The function's time is the host's own, and no part of the code's.
            spent = time.monotonic() - started
            self._talk.say(reply, self._deadline(limit))
            return spent

        ended = self._run("execute", limit, answer, order)
        assert isinstance(ended, Execution)  # noqa: S101 - only a program can be unstartable
        return ended

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
        order = {
            "argv": list(argv),
            "environment": {**ENVIRONMENT, **(environment or {})},
            "directory": WORKSPACE,
            "stdin": stdin,
            "output": self.limits.output,
            "report": on_report is not None,
        }

        def relay(said: Answer) -> float:
            if not isinstance(said, Report) or on_report is None:
                raise unexpected(said)
            for line in said.lines:
                on_report(line)
            return 0.0

        ended = self._run("run", seconds or self.limits.seconds, relay, order)
        if isinstance(ended, Unstartable):
            raise SandboxError(f"the program can't be started: {ended.error}")
        return ended

    def _run(
        self, do: str, limit: float, meanwhile: Callable[[Answer], float], order: Mapping[str, Any]
    ) -> Execution | Unstartable:
        """One order that runs somebody's code. `meanwhile` takes what comes before the end; it gives extra seconds."""
        self._check_alive()
        started, deadline = time.monotonic(), self._deadline(limit + GRACE)
        try:
            self._talk.begin(do, deadline, (), seconds=limit, **order)
            while not isinstance(answer := self._talk.listen(deadline), End | Unstartable):
                deadline = min(deadline + meanwhile(answer), self._end)
        except DeadlinePassed:
            outcome = self._why_silent()
            late = f"TimeoutError: no end after {limit:g} seconds"
            return self._lost(outcome, started, late if outcome is Outcome.TIMED_OUT else "")
        except ProtocolBroken as error:
            return self._lost(Outcome.KILLED, started, f"the room broke the protocol: {error}")
        except GONE:
            return self._lost(self._why_gone(), started)
        except BaseException:
            self._die("it was interrupted")  # the code still waits for an answer that nobody will give
            raise
        return answer if isinstance(answer, Unstartable) else self._ended(answer)

    # Life and death

    def begin(self, limits: Limits) -> None:
        """From now on these limits hold: it was idle until it was asked for. Its machine must last as long."""
        self.limits = limits
        self._end = time.monotonic() + limits.lifetime

    def is_ready(self) -> bool:
        """Whether it lives and waits for an order, as far as can be told without a round trip."""
        try:
            return not self._death and time.monotonic() < self._end and self._talk.is_quiet()
        except (OSError, ValueError):  # its stream was closed meanwhile
            return False

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

    def _check_alive(self) -> None:
        if not self._death and time.monotonic() > self._end:
            self._die(f"its lifetime of {self.limits.lifetime:g} seconds is over")
        if self._death:
            raise RoomDied(f"this room is gone ({self._death}): open another one")

    def _deadline(self, seconds: float) -> float:
        return min(time.monotonic() + seconds, self._end)

    def _ended(self, end: End) -> Execution:
        execution = end.execution()
        # A watchdog looks now and then: what fills the memory and ends between two looks is seen here.
        if execution.outcome is Outcome.FINISHED and self._machine.weigh():
            execution = replace(execution, outcome=Outcome.OUT_OF_MEMORY)
        if execution.outcome is not Outcome.FINISHED:
            self._die(execution.outcome.value)
        return execution

    def _lost(self, outcome: Outcome, started: float, error: str = "") -> Execution:
        self._die(outcome.value)
        return Execution(outcome=outcome, error=error, seconds=time.monotonic() - started)

    def _die(self, why: str) -> None:
        if not self._death:
            self._death = why
            self._machine.end()

    def _why_silent(self) -> Outcome:
        """Why the agent, which keeps the time itself, did not tell that it was over.

        gVisor's kernel, killed for memory, leaves a stream that nobody closes.
        """
        with suppress(SandboxError):
            if self._machine.starved():
                return Outcome.OUT_OF_MEMORY
        return Outcome.TIMED_OUT

    def _why_gone(self) -> Outcome:
        """Why the agent ended without its last word. Raises SandboxError: by no doing of the code's."""
        if self._death:
            return Outcome.KILLED  # by ourselves, in another thread
        if time.monotonic() > self._end:
            return Outcome.TIMED_OUT
        try:
            return Outcome.OUT_OF_MEMORY if self._machine.starved() else Outcome.KILLED
        except SandboxError:
            self._die("what ran it is gone")
            raise
