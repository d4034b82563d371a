"""Attach: one program in a room and the stream to it, with a deadline on every byte.

Without a terminal the engine frames what the program writes: one byte says which stream, four say how long.
https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
"""

import select
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sandbox.docker.engine import Client

HEADER = struct.Struct(">BxxxI")
STDOUT = 1
CHUNK = 64 * 1024


class DeadlinePassed(Exception):
    """The moment came before the program was done."""


class LineTooLong(Exception):
    """The program sent a line over the cap."""


class Attachment:
    """A running program in a container (an engine's "exec") and its open stream. Close it.

    The engine's client may lose bytes that arrive together with the headers of its answer, so every program
    that is started here waits for a first line before it writes.
    """

    def __init__(
        self,
        client: Client,
        container: str,
        argv: Sequence[str],
        *,
        user: str,
        environment: Mapping[str, str],
    ) -> None:
        self._api = client.api
        made = self._api.exec_create(
            container, list(argv), stdin=True, user=user, environment=dict(environment), workdir="/workspace"
        )
        self.id: str = made["Id"]
        self._file: Any = self._api.exec_start(self.id, socket=True)
        self._socket: socket.socket = getattr(self._file, "_sock", self._file)
        self._socket.setblocking(False)
        self._lock = threading.Lock()
        self._waiting = False
        self._closed = threading.Event()
        self._frames = bytearray()
        self._line = bytearray()

    def send(self, data: bytes, deadline: float) -> None:
        """Write all bytes. Raises DeadlinePassed or OSError (the program is gone)."""
        view = memoryview(data)
        while view:
            _, writable, _ = select.select([], [self._socket], [], _left(deadline))
            if not writable:
                raise DeadlinePassed
            view = view[self._socket.send(view[:CHUNK]) :]

    def chunks(self, deadline: float) -> Iterator[bytes]:
        """What the program writes to stdout, until it closes it. Raises DeadlinePassed or OSError."""
        while True:
            frame = self._frame(deadline)
            if frame is None:
                return
            if frame:
                yield frame

    def line(self, deadline: float, limit: int) -> bytes | None:
        """The next line of stdout without its end; None at the end of the stream.

        Raises:
            DeadlinePassed: no whole line came in time.
            LineTooLong: more than `limit` bytes came without an end of line.
        """
        while True:
            end = self._line.find(b"\n")
            if end >= 0:
                found = bytes(self._line[:end])
                del self._line[: end + 1]
                return found
            if len(self._line) > limit:
                raise LineTooLong
            frame = self._frame(deadline)
            if frame is None:
                return None
            self._line += frame

    def is_quiet(self) -> bool:
        """Whether nothing waits to be read that nobody asked for."""
        readable, _, _ = select.select([self._socket], [], [], 0)
        return not (self._line or self._frames or readable)

    def exit_code(self, deadline: float) -> int | None:
        """The program's exit code; None when the engine does not know it by the deadline."""
        while time.monotonic() < deadline:
            state = self._api.exec_inspect(self.id)
            if not state["Running"]:
                code = state["ExitCode"]
                return int(code) if code is not None else None
            time.sleep(0.005)
        return None

    def close(self) -> None:
        """Close the stream; the program goes on.

        An unread stream must be closed BEFORE its container is removed, else the engine waits for its
        reader: https://github.com/moby/moby/issues/41827
        """
        with self._lock:
            self._closed.set()
            waited_for = self._waiting
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        # A thread that waits is woken by the shutdown, but never if the descriptor were gone by then: it closes.
        if not waited_for:
            self._release()

    def _release(self) -> None:
        self._socket.close()
        self._file.close()

    def _frame(self, deadline: float) -> bytes | None:
        """The content of one frame, b"" for one of another stream, None at the end."""
        while True:
            if len(self._frames) >= HEADER.size:
                stream, length = HEADER.unpack_from(self._frames)
                end = HEADER.size + length
                if len(self._frames) >= end:
                    content = bytes(self._frames[HEADER.size : end])
                    del self._frames[:end]
                    return content if stream == STDOUT else b""
            if not self._receive(deadline):
                return None

    def _receive(self, deadline: float) -> bool:
        with self._lock:
            if self._closed.is_set():
                return False
            self._waiting = True
        try:
            readable, _, _ = select.select([self._socket], [], [], _left(deadline))
        finally:
            with self._lock:
                self._waiting = False
                closed = self._closed.is_set()
            if closed:
                self._release()
        if closed:
            return False
        if not readable:
            raise DeadlinePassed
        data = self._socket.recv(CHUNK)
        self._frames += data
        return bool(data)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise DeadlinePassed
    return left
