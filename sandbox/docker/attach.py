"""Attach: one program in a room and the stream to it, with a deadline on every byte.

Without a terminal the engine frames what the program writes: one byte says which stream, four say how long.
https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
"""

import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from sandbox.docker.engine import Client
from sandbox.machine import DeadlinePassed

HEADER = struct.Struct(">BxxxI")
STDOUT = 1
CHUNK = 256 * 1024
WAIT = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Attachment:
    """A running program in a container (an engine's "exec") and its open stream: a `sandbox.machine.Stream`.

    The engine's client may lose bytes that arrive together with the headers of its answer, so every program
    that is started here waits for a first order before it writes.
    """

    def __init__(
        self,
        client: Client,
        container: str,
        argv: Sequence[str],
        *,
        user: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        made = client.api.exec_create(
            container, list(argv), stdin=True, user=user, environment=dict(environment or {}), workdir="/workspace"
        )
        self._file: Any = client.api.exec_start(made["Id"], socket=True)
        self._socket: socket.socket = getattr(self._file, "_sock", self._file)
        self._socket.setblocking(False)
        self._lock = threading.Lock()
        self._waiting = False
        self._closed = threading.Event()
        self._frames = bytearray()

    def send(self, data: bytes | memoryview, deadline: float) -> None:
        """Write all bytes. Raises DeadlinePassed or OSError (the program is gone)."""
        view = memoryview(data)
        while view:
            try:
                view = view[self._socket.send(view[:CHUNK]) :]
            except WAIT:
                _wait(self._socket, select.POLLOUT, deadline)

    def receive(self, deadline: float) -> bytes:
        """What the program writes to stdout, as it comes; b"" at the end. Raises DeadlinePassed or OSError."""
        while True:
            found = self._content()
            if found:
                return found
            if not self._receive(deadline):
                return b""

    def is_quiet(self) -> bool:
        """Whether nothing waits to be received."""
        poller = select.poll()
        poller.register(self._socket, select.POLLIN)
        return not (self._frames or poller.poll(0))

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

    def _content(self) -> bytes:
        """The content of all whole frames that are here, without those of other streams."""
        found, at = bytearray(), 0
        while len(self._frames) - at >= HEADER.size:
            stream, length = HEADER.unpack_from(self._frames, at)
            end = at + HEADER.size + length
            if len(self._frames) < end:
                break
            if stream == STDOUT:
                found += memoryview(self._frames)[at + HEADER.size : end]
            at = end
        del self._frames[:at]
        return bytes(found)

    def _receive(self, deadline: float) -> bool:
        with self._lock:
            if self._closed.is_set():
                return False
            self._waiting = True
        try:
            data = self._take(deadline)
        finally:
            with self._lock:
                self._waiting = False
                closed = self._closed.is_set()
            if closed:
                self._release()
        self._frames += data
        return bool(data) and not closed

    def _take(self, deadline: float) -> bytes:
        # Reading comes before waiting: over TLS bytes may be here that the socket does not show.
        while True:
            try:
                return self._socket.recv(CHUNK)
            except WAIT:
                _wait(self._socket, select.POLLIN, deadline)


def _wait(stream: socket.socket, event: int, deadline: float) -> None:
    left = deadline - time.monotonic()
    poller = select.poll()
    poller.register(stream, event)
    if left <= 0 or not poller.poll(left * 1000):
        raise DeadlinePassed
