"""The conversation with a room's agent: one order at a time, whatever it says meanwhile, one end."""

import json
import secrets
import time
from collections.abc import Iterable, Iterator

from sandbox.machine import DeadlinePassed, LineTooLong, Stream
from sandbox.message import Answer, ProtocolBroken, parse

PIECE = 256 * 1024
#: Seconds by which what is already here may be taken too late: this process may have had no processor.
TARDY = 2.0


class Conversation:
    """The host's end of `sandbox.inside.agent`.

    Args:
        stream: to the agent.
        longest: bytes of one line, at most.
    """

    def __init__(self, stream: Stream, longest: int) -> None:
        self._stream = stream
        self._longest = longest
        self._buffer = bytearray()
        self._order = ""

    def is_quiet(self) -> bool:
        """Whether the agent has said nothing that nobody heard."""
        return not self._buffer and self._stream.is_quiet()

    def begin(self, do: str, deadline: float, blob: Iterable[bytes] = (), **fields: object) -> None:
        """Give an order; the raw bytes of `blob` follow it, as many as its field "bytes" says.

        Raises:
            DeadlinePassed: it was not taken in time.
            ProtocolBroken: the agent spoke without being asked.
            EOFError, OSError: the agent is gone.
        """
        if not self.is_quiet():
            self._receive(deadline)  # the end of the stream shows as something to receive, too
            raise ProtocolBroken("it spoke without being asked")
        self._order = secrets.token_hex(8)
        self.say({"id": self._order, "do": do, **fields}, deadline)
        for piece in _joined(blob):
            self._stream.send(piece, deadline)

    def say(self, message: dict[str, object], deadline: float) -> None:
        """Send one line. Raises DeadlinePassed or OSError."""
        self._stream.send(json.dumps(message).encode() + b"\n", deadline)

    def listen(self, deadline: float) -> Answer:
        """The next line in answer to the order.

        Raises:
            DeadlinePassed: none came in time.
            ProtocolBroken: a line that our agent would not write: forged, late or oversized.
            EOFError, OSError: the agent is gone.
        """
        try:
            return parse(self._line(deadline), of=self._order)
        except LineTooLong:
            raise ProtocolBroken("a line without an end") from None

    def data(self, size: int, deadline: float) -> bytes:
        """Exactly so many raw bytes. Raises as `listen`."""
        while len(self._buffer) < size:
            self._receive(deadline)
        found = bytes(self._buffer[:size])
        del self._buffer[:size]
        return found

    def _line(self, deadline: float) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > self._longest:
                raise LineTooLong
            self._receive(deadline)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _receive(self, deadline: float) -> None:
        # A stream in which there is always something never waits, so nobody else looks at the clock.
        if time.monotonic() > deadline + TARDY:
            raise DeadlinePassed
        data = self._stream.receive(deadline)
        if not data:
            raise EOFError
        self._buffer += data


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth a system call."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
