"""The host: both directions of the one stream to whoever made this room. Runs inside the room.

Lines of JSON go both ways; a line that says "bytes" is followed by exactly so many raw bytes.
"""

from __future__ import annotations

import json
import os
import select
import sys

TYPE_CHECKING = False  # the name that type checkers know: loading `typing` would cost a tenth of the start
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: A pipe holds no more, and a larger buffer would be mapped and unmapped for every line.
CHUNK = 64 * 1024


class Host:
    """The stream, taken away from descriptors 0 and 1 so that nothing that is started inherits it."""

    def __init__(self) -> None:
        self.reading = os.dup(0)
        self.writing = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.close(nothing)
        self.buffer = bytearray()
        self.order = ""

    def close(self) -> None:
        """Let go of it: a forked child has no business with the host."""
        os.close(self.reading)
        os.close(self.writing)

    def line(self) -> dict[str, Any]:
        """The next line. Ends this process when the host has hung up."""
        searched = 0
        while (end := self.buffer.find(b"\n", searched)) < 0:
            searched = len(self.buffer)
            self.buffer += self.receive()
        found = json.loads(self.buffer[:end])
        del self.buffer[: end + 1]
        return dict(found)

    def blob(self, size: int) -> Iterator[bytes]:
        """Exactly so many raw bytes, in pieces."""
        while size > 0:
            piece = bytes(self.buffer[:size]) or self.receive(size)
            del self.buffer[: len(piece)]
            if len(piece) > size:
                self.buffer[:0] = piece[size:]
                piece = piece[:size]
            size -= len(piece)
            yield piece

    def receive(self, size: int = CHUNK) -> bytes:
        """Whatever comes next, as much as there is."""
        data = os.read(self.reading, min(size, CHUNK))
        if not data:
            sys.exit(0)
        return data

    def pauses(self, seconds: float) -> bool:
        """Whether the host says nothing for so long."""
        poller = select.poll()
        poller.register(self.reading, select.POLLIN | select.POLLHUP)
        return not (self.buffer or poller.poll(seconds * 1000))

    def hung_up(self) -> bool:
        """Whether the host is gone, without taking anything that it said."""
        poller = select.poll()
        poller.register(self.reading, select.POLLHUP | select.POLLRDHUP)
        return bool(poller.poll(0))

    def say(self, kind: str, **fields: Any) -> None:
        """Write one line in answer to the current order."""
        line = json.dumps({"id": self.order, "kind": kind, **fields}, ensure_ascii=False)
        self.write(line.encode("utf-8", "replace") + b"\n")  # half a surrogate pair is no text for the host

    def send(self, data: bytes) -> None:
        """Write raw bytes, announced by a line."""
        self.say("data", bytes=len(data))
        self.write(data)

    def write(self, data: bytes) -> None:
        """Write everything; ends this process when nobody reads any more."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self.writing, view) :]
        except OSError:
            sys.exit(0)
