"""Sockets: what was sent to GitHub and did not arrive within seconds is not sent any more.

Whoever stops waiting for an answer only closes the socket, and the kernel goes on to send what it has for minutes,
whatever became of the process. A machine that was cut off would write to GitHub as soon as it is there again,
although its work is long with others. https://man7.org/linux/man-pages/man7/tcp.7.html (TCP_USER_TIMEOUT)
"""

import socket
from typing import Any

#: Milliseconds; less than the others' patience with this process is longer than its lease (`bot/engine/lease.py`).
UNHEARD = 5_000


def make_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for an address, as `asyncio.loop.getaddrinfo` gives it."""
    family, kind, protocol = address[:3]
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD)
    return made
