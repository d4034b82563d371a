"""Line: a connection to one checked address, which ends at a moment and after so many bytes, whatever trickles in."""

import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence

#: A host's addresses, as text. Raises OSError where there are none.
Resolve = Callable[[str], Sequence[str]]
#: A connection to port 443 of an address, made within some seconds. Raises OSError.
Dial = Callable[[str, float], socket.socket]

PORT = 443


def addresses_of(host: str) -> list[str]:
    """What the system's resolver knows of a host."""
    found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def dialled(address: str, seconds: float) -> socket.socket:
    """A plain connection to an address; no name is looked up for it, and no proxy asked."""
    return socket.create_connection((address, PORT), timeout=seconds)


def in_time(resolve: Resolve, host: str, seconds: float) -> Sequence[str]:
    """The addresses, or TimeoutError: the system's resolver has no limit of its own, so it is left behind."""
    came: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            came.put(resolve(host))
        except (OSError, UnicodeError) as problem:
            came.put(problem if isinstance(problem, OSError) else OSError(str(problem)))

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        result = came.get(timeout=max(0.0, seconds))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, OSError):
        raise result
    return result


class Line(io.RawIOBase):
    """Bytes as they come from a server, for `http.client` to read.

    Args:
        connection: the server's.
        end: moment of `time.monotonic()` after which reading raises TimeoutError.
        most: bytes after which reading raises OverflowError.
    """

    def __init__(self, connection: ssl.SSLSocket, end: float, most: int) -> None:
        super().__init__()
        self._connection, self._end, self._left = connection, end, most

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for any buffer
        """As many bytes as are there; waits no longer than until the end."""
        self._connection.settimeout(time_left(self._end))
        count = self._connection.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise OverflowError
        return count

    def send(self, request: bytes) -> None:
        """Send all of a request."""
        self._connection.settimeout(time_left(self._end))
        self._connection.sendall(request)

    def close(self) -> None:
        """End the connection; whoever reads with `makefile` does so by closing that."""
        self._connection.close()
        super().close()

    def makefile(self, mode: str) -> io.BufferedReader:
        """What `http.client.HTTPResponse` asks a socket for."""
        del mode
        return io.BufferedReader(self)


def time_left(end: float) -> float:
    """Seconds until a moment. Raises TimeoutError when it is past."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
