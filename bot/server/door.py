"""Door: the HTTP server below the application, and what its callers may cost.

No router and no middleware stand between a webhook and the function that answers it: of both there would be one.
Who calls and says nothing, or says it too slowly, is let go; who comes in beyond the bound takes the place of the one
who has owed a request for the longest time, or has been idle for it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

#: Seconds from a request's first byte to its last one. GitHub gives a webhook ten, with our answer.
SLOWEST = 15.0

#: Seconds that a connection may be idle after a request: longer than reverse proxies keep theirs, so that none of
#: them sends a webhook into a connection that is just being closed.
IDLE = 300.0

#: Open connections, and bytes of bodies that they may make us hold at a time.
MOST, HELD = 400, 256 * 2**20

#: Bytes of a body that are always held: most webhooks are smaller, and whoever fills the rest must not keep them out.
SMALL = 128 * 2**10

#: Seconds for which nobody is let go who owes a request while there is somebody else: a webhook takes less.
FRESH = 1.0

#: What answers a request.
Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class TooMuch(Exception):
    """A body is larger than it may be; or all bodies together are, then `ours` is set."""

    def __init__(self, *, ours: bool) -> None:
        super().__init__()
        self.ours = ours


class Caller(web.RequestHandler):
    """One connection.

    Attributes:
        heard: when something was last heard of it.
        owes: since when it owes us the rest of a request; 0 when it doesn't.
        let_go: whether we have hung up.
    """

    __slots__ = ("_clock", "_door", "heard", "let_go", "owes")

    def __init__(self, door: "Door", loop: asyncio.AbstractEventLoop, **options: Any) -> None:
        super().__init__(door, loop=loop, **options)
        self._door, self._clock = door, loop.time
        self.heard = self.owes = 0.0
        self.let_go = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It owes us a request from the beginning."""
        super().connection_made(transport)
        self.heard = self.owes = self._clock()
        self._door.called()

    def data_received(self, data: bytes) -> None:
        """It begins a request, or goes on with one."""
        self.heard = self._clock()
        if not self.owes:
            self.owes = self.heard
        super().data_received(data)

    def place_in_line(self) -> tuple[int, float]:
        """Who goes first when there are too many: who owes us a request for long, then who is idle, then who is new."""
        if not self.owes:
            return 1, self.heard
        return 0 if self._clock() - self.owes > FRESH else 2, self.owes

    def hang_up(self) -> None:
        """End it, whatever has not been sent."""
        self.let_go = True
        if self.transport is not None:
            self.transport.abort()


class Door(web.Server):
    """The server. Made on the event loop that it works on.

    Args:
        answer: answers a request.
        slowest: seconds for a request.
        most: open connections.
    """

    def __init__(self, answer: Answer, slowest: float = SLOWEST, most: int = MOST) -> None:
        self._own_loop = asyncio.get_running_loop()
        super().__init__(answer)
        self._slowest, self._most = slowest, most
        self._clock: asyncio.TimerHandle | None = None
        self._held = 0

    def __call__(self) -> Caller:
        """Of each new connection."""
        return Caller(self, self._own_loop, access_log=None, keepalive_timeout=IDLE, auto_decompress=False)

    def called(self) -> None:
        """A connection was opened: there may be one too many now, and somebody has to watch it."""
        if len(self.connections) > self._most:  # many may be made at once, and those that are let go be counted still
            there = [caller for caller in self.callers() if not caller.let_go]
            if len(there) > self._most:
                min(there, key=Caller.place_in_line).hang_up()
        if self._clock is None:
            self._clock = self._own_loop.call_later(1.0, self._look)

    def callers(self) -> list[Caller]:
        """Whoever is connected."""
        return [caller for caller in self.connections if isinstance(caller, Caller)]

    async def body(self, request: web.BaseRequest, largest: int) -> bytes:
        """A request's body.

        Raises:
            TooMuch: it is over `largest` bytes, or there is no room for it beside the others.
            ConnectionError: the caller was let go, or has gone.
        """
        content = request.content
        body = bytearray()
        try:
            while chunk := await content.readany():
                body += chunk
                self._held += len(chunk)
                if len(body) > largest or (self._held > HELD and len(body) > SMALL):
                    raise TooMuch(ours=len(body) <= largest)
        finally:
            self._held -= len(body)
        if isinstance(request.protocol, Caller):
            request.protocol.owes = 0.0
        return bytes(body)

    def _look(self) -> None:
        """Once a second, while somebody is there: who is too slow is let go."""
        self._clock = None
        oldest = self._own_loop.time() - self._slowest
        callers = self.callers()
        for caller in callers:
            if 0 < caller.owes < oldest:
                caller.hang_up()
        if callers:
            self._clock = self._own_loop.call_later(1.0, self._look)
