"""The stream: one end of a pair of sockets whose other end is the agent's standard input and output."""

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sandbox.machine import DeadlinePassed

CHUNK = 256 * 1024


class PairStream:
    """A `sandbox.machine.Stream` over one end of a socket pair.

    Descriptors that a process of the room sends along with its bytes are never taken: the kernel closes them.
    """

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._socket.setblocking(False)
        self._lock = threading.Lock()
        self._users = 0
        self._closed = threading.Event()

    def send(self, data: bytes | memoryview, deadline: float) -> None:
        """Write all bytes. Raises DeadlinePassed, or OSError when the agent is gone."""
        view = memoryview(data)
        with self._in_use():
            while view:
                try:
                    view = view[self._socket.send(view[:CHUNK]) :]
                except BlockingIOError:
                    _wait(self._socket, select.POLLOUT, deadline)

    def receive(self, deadline: float) -> bytes:
        """What has come, at least one byte; b"" at the end. Raises DeadlinePassed or OSError."""
        with self._in_use():
            while True:
                try:
                    return self._socket.recv(CHUNK)
                except BlockingIOError:
                    _wait(self._socket, select.POLLIN, deadline)

    def is_quiet(self) -> bool:
        """Whether nothing waits to be received. Raises OSError when it is closed."""
        with self._in_use():
            poller = select.poll()
            poller.register(self._socket, select.POLLIN)
            return not poller.poll(0)

    def close(self) -> None:
        """Close both directions; a thread that waits in `receive` gets b"" or OSError. May be called twice."""
        with self._lock:
            self._closed.set()
            used = self._users
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        # The shutdown wakes a thread that waits, but never if the descriptor were gone by then: it closes.
        if not used:
            self._socket.close()

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """The socket is not closed meanwhile. Raises OSError when it is already."""
        with self._lock:
            if self._closed.is_set():
                raise BrokenPipeError("the stream is closed")
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                last = self._closed.is_set() and not self._users
            if last:
                self._socket.close()


def _wait(end: socket.socket, event: int, deadline: float) -> None:
    left = deadline - time.monotonic()
    poller = select.poll()
    poller.register(end, event)
    if left <= 0 or not poller.poll(left * 1000):
        raise DeadlinePassed
