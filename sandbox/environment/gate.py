"""The gate: the one way out of an installer's room, to the addresses of the package index and nowhere else.

A proxy for CONNECT (https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6) on a Unix socket of the host.
"""

import asyncio
import tempfile
import threading
import urllib.request
from collections.abc import Awaitable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from sandbox.environment.package_index import Address

HEAD_SECONDS = 10
LONGEST_HEAD = 16 * 1024
CHUNK = 64 * 1024
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
OPENED = b"HTTP/1.1 200 OK\r\n\r\n"


class Gate:
    """Open while it is used as a context manager.

    Args:
        allowed: hosts and ports that may be reached.
        most: bytes in both directions, over all connections.
    """

    def __init__(self, allowed: frozenset[Address], *, most: int = 2 * 2**30) -> None:
        self.refused: list[str] = []
        self._allowed = allowed
        self._left = most
        self._folder = tempfile.TemporaryDirectory(prefix="code-intern-gate-")
        self.path = Path(self._folder.name) / "socket"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._folder.cleanup()

    def _do(self, work: Awaitable[None]) -> None:
        asyncio.run_coroutine_threadsafe(_awaited(work), self._loop).result()

    async def _listen(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.path, limit=LONGEST_HEAD)
        self.path.chmod(0o666)  # the room's user has another number than ours; the folder is ours alone

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            address = await self._address(reader)
            if address is None:
                writer.write(REFUSED)
                await writer.drain()
                return
            far_reader, far_writer = await _connect(address)
            writer.write(OPENED)
            await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError):
            return  # the room sees a closed connection, and pip says what it makes of it
        finally:
            writer.close()

    async def _address(self, reader: asyncio.StreamReader) -> Address | None:
        """Where the room wants to go, when it may."""
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_SECONDS)
        method, target, *_ = head.decode("latin-1").split(" ", 2)
        host, _, port = target.rpartition(":")
        address = (host.strip("[]").lower(), int(port) if port.isdecimal() else 0)
        if method == "CONNECT" and address in self._allowed:
            return address
        self.refused.append(target[:200])
        return None

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while (data := await source.read(CHUNK)) and self._left > 0:
                self._left -= len(data)
                target.write(data)
                await target.drain()
        finally:
            target.close()


async def _connect(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection, through this machine's own proxy where it has one."""
    proxy = urlsplit(urllib.request.getproxies().get("https", ""))
    if not proxy.hostname or urllib.request.proxy_bypass(address[0]):
        return await asyncio.open_connection(*address)
    reader, writer = await asyncio.open_connection(proxy.hostname, proxy.port or 3128)
    writer.write(f"CONNECT {address[0]}:{address[1]} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_SECONDS)
    if answer.split(b" ", 2)[1] != b"200":
        raise OSError("this machine's proxy refused")
    return reader, writer


async def _awaited(work: Awaitable[None]) -> None:
    await work
