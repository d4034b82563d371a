"""Relay: a network between a process and a server that can be made bad in each of the ways that networks are.

It is a TCP port of this machine. What vanishes here does so in the kernel, before TCP sees it: no acknowledgement,
no reset, and to whoever wants to connect no answer. That is a partition as both ends know it, and unlike a firewall
it needs no rights.
"""

import asyncio
import ctypes
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self

#: Linux's numbers, which Python has no names for. https://www.kernel.org/doc/Documentation/networking/filter.txt
_ATTACH, _DETACH = 26, 27
#: A program of one instruction: of each packet nothing is kept.
_NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
_DROP_ALL = struct.pack("HL", 1, ctypes.addressof(_NOTHING))
_RESET = struct.pack("ii", 1, 0)

#: A port of a host, or a Unix socket.
Place = tuple[str, int] | Path

#: Sees what a client sends, on which of the connections; whether the server's answers still reach it.
Watch = Callable[[int, bytes], bool]


class Relay:
    """Use as a context manager. All methods may be called from any thread, and have their effect when they return.

    Args:
        place: where the server is.

    Attributes:
        port: where it is reached instead.
        watch: called with all that clients send, before the server gets it.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self.watch: Watch = lambda number, data: True
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self._listener.getsockname()[1]
        self._pairs: dict[int, _Pair] = {}
        self._count, self._delay = 0, 0.0
        self._frozen = self._closed = False

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def open(self) -> int:
        """Connections that neither end has closed as far as is known here."""
        return len(self._pairs)

    def freeze(self) -> None:
        """Take everything, new connections too, and pass nothing on: a server that hangs."""
        self._do(self._set(frozen=True))

    def pass_on(self) -> None:
        """Pass on what was kept back, and all that comes."""
        self._do(self._set(frozen=False))

    def delay(self, seconds: float) -> None:
        """Pass each piece on later."""
        self._delay = seconds

    def vanish(self) -> None:
        """Let every packet vanish, also those that ask for a connection: a partition."""
        self._do(self._vanish())

    def keep_out(self) -> None:
        """Let only those packets vanish that ask for a connection."""
        self._filter(_ATTACH)

    def heal(self, *, old: bool = True) -> None:
        """End a partition; where what is between has forgotten the `old` connections, their packets vanish on."""
        self._do(self._heal(old=old))

    def cut(self) -> None:
        """End every connection with a reset."""
        self._do(self._cut())

    def redirect(self, place: Place) -> None:
        """Send connections that are made from now on to another server."""
        self._place = place

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    def _filter(self, how: int) -> None:
        """Of those who want to connect; a socket that has no filter has none to lose."""
        if (how == _ATTACH) != self._closed:
            self._listener.setsockopt(socket.SOL_SOCKET, how, _DROP_ALL if how == _ATTACH else 0)
        self._closed = how == _ATTACH

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._accepted, sock=self._listener)

    async def _shut(self) -> None:
        self._server.close()
        await self._cut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait(others, timeout=5) if others else None

    async def _set(self, *, frozen: bool) -> None:
        self._frozen = frozen
        for pair in self._pairs.values():
            pair.flows.clear() if frozen else pair.flows.set()

    async def _vanish(self) -> None:
        self.keep_out()
        await self._set(frozen=True)
        for pair in self._pairs.values():
            pair.lose()

    async def _heal(self, *, old: bool) -> None:
        self._filter(_DETACH)
        self._frozen = False
        for pair in [one for one in self._pairs.values() if old and one.lost]:
            pair.found()

    async def _cut(self) -> None:
        for pair in list(self._pairs.values()):
            pair.end(reset=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        number = self._count
        try:
            if isinstance(self._place, Path):
                there, to_there = await asyncio.open_unix_connection(str(self._place))
            else:
                there, to_there = await asyncio.open_connection(*self._place)
        except OSError:
            writer.transport.abort()
            return
        pair = self._pairs[number] = _Pair(writer, to_there)
        if not self._frozen:
            pair.flows.set()

        def asks(data: bytes) -> bool:
            pair.answered = pair.answered and self.watch(number, data)
            return True

        try:
            ways = (self._pump(reader, to_there, pair, asks), self._pump(there, writer, pair, lambda _: pair.answered))
            await asyncio.gather(*ways)
        except OSError:
            pass
        finally:
            pair.end()
            await pair.ended.wait()
            del self._pairs[number]

    async def _pump(
        self, here: asyncio.StreamReader, there: asyncio.StreamWriter, pair: "_Pair", passes: Callable[[bytes], bool]
    ) -> None:
        """One way of a pair; its end is the pair's."""
        while data := await here.read(2**16):
            if self._delay:
                await asyncio.sleep(self._delay)
            await pair.flows.wait()
            if passes(data):
                there.write(data)
                await there.drain()
        pair.end()


class _Pair:
    """A connection with a client, and the one with the server that belongs to it."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._client, self._server = client, server
        self.flows, self.ended = asyncio.Event(), asyncio.Event()
        self.answered, self.lost = True, False

    def lose(self) -> None:
        """Let what either end sends vanish."""
        self.lost = True
        for end in self._ends():
            end.setsockopt(socket.SOL_SOCKET, _ATTACH, _DROP_ALL)

    def found(self) -> None:
        """Let it arrive again; an end that has closed meanwhile takes the other one with it."""
        self.lost = False
        for end in self._ends():
            end.setsockopt(socket.SOL_SOCKET, _DETACH, 0)
        self.flows.set()
        if self._server.is_closing():
            self.end()

    def end(self, *, reset: bool = False) -> None:
        """Close both, without a word of farewell if `reset`. From what is lost, the client gets no word of it."""
        for end in self._ends() if reset else ():
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        writers = [self._server] if self.lost and not reset else [self._server, self._client]
        for writer in writers:
            writer.transport.abort() if reset else writer.close()
        self.flows.set()
        if self._client in writers:
            self.ended.set()

    def _ends(self) -> list[Any]:
        """The TCP sockets among the two."""
        sockets = [writer.get_extra_info("socket") for writer in (self._client, self._server)]
        return [one for one in sockets if one.family == socket.AF_INET and one.fileno() >= 0]
