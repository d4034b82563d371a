"""Sender: keeps so many connections busy for so long, in a process of its own, and says when it is the slow one."""

import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.webhooks.payload import Payload


@dataclass(frozen=True)
class Slice:
    """What came of one slice of time.

    Attributes:
        seconds: of the wall.
        each: seconds of every request, from its first byte to its answer's last one.
        statuses: how often each status was answered.
        busy: seconds of processor time that the sender itself took.
    """

    seconds: float
    each: tuple[float, ...]
    statuses: dict[int, int]
    busy: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.each) / self.seconds


def send(port: int, payload: Payload, secret: bytes, connections: int, seconds: float) -> Slice:
    """Send for so long; each connection has one request under way. Raises OSError."""
    requests = payload.requests(secret)
    callers = {caller.socket.fileno(): caller for caller in (_Caller(port) for _ in range(connections))}
    poll = select.epoll()
    try:
        for number in callers:
            poll.register(number, select.EPOLLIN)
        return _send(poll, callers, requests, seconds)
    finally:
        poll.close()
        for caller in callers.values():
            caller.socket.close()


def _send(poll: select.epoll, callers: "dict[int, _Caller]", requests: Iterator[bytes], seconds: float) -> Slice:
    each: list[float] = []
    statuses: dict[int, int] = {}
    busy, started = time.process_time(), time.perf_counter()
    end = started + seconds
    for caller in callers.values():
        caller.ask(next(requests))
    left = len(callers)
    while left:
        for number, _ in poll.poll(30):
            caller = callers[number]
            if not caller.hear():
                continue
            now = time.perf_counter()
            each.append(now - caller.since)
            statuses[caller.status] = statuses.get(caller.status, 0) + 1
            if now < end:
                caller.ask(next(requests))
            else:
                left -= 1
    return Slice(time.perf_counter() - started, tuple(each), statuses, time.process_time() - busy)


class _Caller:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.since, self.status, self._heard = 0.0, 0, b""

    def ask(self, request: bytes) -> None:
        self._heard, self.since = b"", time.perf_counter()
        self.socket.sendall(request)

    def hear(self) -> bool:
        """Whether the answer is complete."""
        came = self.socket.recv(65536)
        if not came:
            raise ConnectionError("the server hung up")
        self._heard += came
        head, found, body = self._heard.partition(b"\r\n\r\n")
        if not found:
            return False
        self.status = int(head[9:12])
        _, counted, length = head.lower().partition(b"\r\ncontent-length: ")
        if counted:
            return len(body) >= int(length.partition(b"\r\n")[0])
        return body.endswith(b"0\r\n\r\n")
