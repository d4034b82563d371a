"""The machine: what a driver provides for each room. All that a room does it does over one stream to our agent."""

from typing import Protocol


class DeadlinePassed(Exception):
    """The moment came before the work was done."""


class LineTooLong(Exception):
    """The other end sent a line over the cap."""


class Stream(Protocol):
    """Both directions of one connection to a program, with a deadline on every byte.

    Deadlines are moments of `time.monotonic()`. Used by one thread at a time, but `close` may come from any.
    """

    def send(self, data: bytes | memoryview, deadline: float) -> None:
        """Write all bytes. Raises DeadlinePassed, or OSError when the program is gone."""

    def receive(self, deadline: float) -> bytes:
        """What has come, at least one byte; b"" at the end of the stream. Raises DeadlinePassed or OSError."""

    def is_quiet(self) -> bool:
        """Whether nothing waits to be received."""

    def close(self) -> None:
        """Close both directions; a thread that waits in `receive` gets b"" or OSError. May be called twice."""


class Machine(Protocol):
    """One isolated machine in which our agent (`sandbox.inside.agent`) has been started, and nothing else yet."""

    @property
    def id(self) -> str:
        """Name of it that an operator can find (a container's id, a process id)."""

    @property
    def stream(self) -> Stream:
        """To the agent's standard input and output."""

    def starved(self) -> bool:
        """Whether the kernel or our watchdog killed something in it for memory. Asked when the agent is gone.

        Raises:
            SandboxError: what runs the machine is gone itself, so that nothing can be said of the code.
        """

    def weigh(self) -> bool:
        """Whether it has more memory than it may, looked at now. Never where the kernel refuses that by itself."""

    def end(self) -> None:
        """Close the stream, kill everything in it, remove it. Never raises; may be called twice, from any thread."""
