"""The gate: the one way out of an installer's room, to the pages and files of the package index and nothing else.

A small server on a Unix socket of the host. A room may ask for a project's page by the project's name, and for
a file that such a page named; there is no other address to ask for. Passwords, certificates and proxies are the
gate's own business: the room knows none of them, and not even where the index is.
"""

import asyncio
import hashlib
import re
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Iterable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

from aiohttp import ClientError, web

from sandbox.environment.package_index import Index, Indexes
from sandbox.environment.simple_page import ACCEPT, JSON, PageFile, normal, parse_page, write_page
from sandbox.environment.upstream import Unreachable, Upstream
from sandbox.inside.installer import PORT
from sandbox.room import SandboxError

T = TypeVar("T")

#: Where the room finds us: its own relay to the socket.
LOCAL = f"http://127.0.0.1:{PORT}"
CHUNK = 64 * 1024
LARGEST_PAGE = 64 * 2**20
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Projects whose pages are asked for ahead of time.
MOST_EXPECTED = 40
#: Projects that one installation may ask for.
MOST_PAGES = 5_000
#: What is handed on of an answer's head.
HANDED_ON = ("Content-Length", "Content-Range", "Accept-Ranges", "Content-Type")


class Gate:
    """Open while it is used as a context manager.

    Args:
        indexes: where packages come from.
        most: bytes that may come in, over all connections.

    Attributes:
        refused: what was asked for and is not an index's.
        troubles: why an index could not be asked, without addresses and passwords.
    """

    def __init__(self, indexes: Indexes, *, most: int = 4 * 2**30) -> None:
        self.refused: list[str] = []
        self.troubles: list[str] = []
        self._upstream = Upstream(indexes)
        self._left = most
        self._pages: dict[str, asyncio.Task[tuple[PageFile, ...] | None]] = {}
        self._files: list[PageFile] = []
        self._numbers: dict[str, int] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="code-intern-gate-")
        self.path = Path(self._folder.name) / "socket"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def indexes(self) -> Indexes:
        """Where packages come from."""
        return self._upstream.indexes

    def add_default(self, url: str) -> None:
        """Complete the indexes by the installer's own default one."""
        self._upstream.indexes = self.indexes.with_default(url)

    def addresses(self) -> list[str]:
        """The indexes as the room knows them, in the order of their priority."""
        return [f"{LOCAL}/index/{number}/" for number in range(len(self.indexes.found))]

    def expect(self, names: Iterable[str]) -> None:
        """Ask for the pages of these projects already; they will be wanted."""
        for name in list(dict.fromkeys(map(normal, names)))[:MOST_EXPECTED]:
            for index in self.indexes.found:
                self._loop.call_soon_threadsafe(self._page, index, name)

    def files(self, name: str) -> tuple[PageFile, ...]:
        """The files of a project in the first index that has it. Raises SandboxError."""

        async def first() -> tuple[PageFile, ...]:
            for index in self.indexes.found:
                if found := await self._page(index, normal(name)):
                    return found
            return ()

        try:
            return self._do(first())
        except Unreachable as error:
            raise SandboxError(str(error)) from None

    def fetch(self, file: PageFile, limit: int) -> bytes:
        """The content of a file, checked against its hash.

        Raises:
            SandboxError: it is too large, has no sha256 or another one, or can't be had.
        """
        try:
            data = self._do(self._content(file, limit))
        except (Unreachable, ClientError, TimeoutError, OSError) as error:
            raise SandboxError(f"{file.name} can't be fetched: {error}") from None
        if not file.sha256 or hashlib.sha256(data).hexdigest() != file.sha256:
            raise SandboxError(f"{file.name} is not what the package index's hash says")
        return data

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._folder.cleanup()

    def _do(self, work: Awaitable[T]) -> T:
        done: Future[T] = asyncio.run_coroutine_threadsafe(_awaited(work), self._loop)
        return done.result()

    async def _open(self) -> None:
        await self._upstream.open()
        app = web.Application(client_max_size=1024)
        app.router.add_get("/index/{number:[0-9]+}/{name}/", self._serve_page)
        app.router.add_get("/file/{number:[0-9]+}/{name}", self._serve_file)
        app.router.add_route("*", "/{rest:.*}", self._refuse)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.path)).start()
        self.path.chmod(0o666)  # the room's user has another number than ours; the folder is ours alone

    async def _close(self) -> None:
        await self._runner.cleanup()
        for task in self._pages.values():
            task.cancel()
        await asyncio.gather(*self._pages.values(), return_exceptions=True)
        await self._upstream.close()

    # What a room may ask for

    async def _refuse(self, request: web.Request) -> web.StreamResponse:
        self.refused.append(f"{request.method} {request.raw_path}"[:200])
        return web.Response(status=403)

    async def _serve_page(self, request: web.Request) -> web.StreamResponse:
        number, name = int(request.match_info["number"]), request.match_info["name"]
        if number >= len(self.indexes.found) or not NAME.fullmatch(name) or len(self._pages) > MOST_PAGES:
            return await self._refuse(request)
        try:
            files = await self._page(self.indexes.found[number], name)
        except Unreachable as error:
            self.troubles.append(str(error))
            return web.Response(status=424)  # a status that nobody tries again
        if files is None:
            return web.Response(status=404)
        return web.Response(body=write_page(name, files, self._address), headers={"Content-Type": JSON})

    def _address(self, file: PageFile) -> str:
        number = self._numbers.setdefault(file.url, len(self._files))
        if number == len(self._files):
            self._files.append(file)
        return f"{LOCAL}/file/{number}/{quote(file.name)}"

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        number, name = int(request.match_info["number"]), request.match_info["name"]
        file = self._files[number] if number < len(self._files) else None
        if file is None or name not in (file.name, file.name + ".metadata"):
            return await self._refuse(request)
        url = file.url + (".metadata" if name != file.name else "")
        wanted = {key: request.headers[key] for key in ("Range",) if key in request.headers}
        try:
            async with self._upstream.get(url, {"Accept-Encoding": "identity", **wanted}, request.method) as answer:
                head = {key: answer.headers[key] for key in HANDED_ON if key in answer.headers}
                reply = web.StreamResponse(status=answer.status, headers=head)
                await reply.prepare(request)
                async for piece in answer.content.iter_chunked(CHUNK):
                    self._count(len(piece))
                    await reply.write(piece)
                return reply
        except Unreachable as error:
            self.troubles.append(str(error))
            return web.Response(status=424)

    # What an index says

    def _page(self, index: Index, name: str) -> "asyncio.Task[tuple[PageFile, ...] | None]":
        """The page of a project, asked for once."""
        url = f"{index.url}/{name}/"
        if url not in self._pages:
            self._pages[url] = self._loop.create_task(self._fetch_page(url))
            self._pages[url].add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._pages[url]

    async def _fetch_page(self, url: str) -> tuple[PageFile, ...] | None:
        async with self._upstream.get(url, {"Accept": ACCEPT}) as answer:
            if answer.status in (404, 410):
                return None
            if answer.status in (401, 403, 407):
                raise Unreachable(f"the package index refuses the password, or wants one (status {answer.status})")
            if answer.status != 200:
                raise Unreachable(f"the package index answers with status {answer.status}")
            try:
                body = await self._read(answer.content.iter_chunked(CHUNK), LARGEST_PAGE)
                return parse_page(body, answer.content_type, str(answer.url))
            except (ValueError, RecursionError):
                raise Unreachable("the package index answers with something that is no page of a project") from None
            except (ClientError, TimeoutError, OSError):
                raise Unreachable("the package index broke off in the middle of a page") from None

    async def _content(self, file: PageFile, limit: int) -> bytes:
        async with self._upstream.get(file.url, {"Accept-Encoding": "identity"}) as answer:
            if answer.status != 200:
                raise Unreachable(f"the package index answers with status {answer.status}")
            return await self._read(answer.content.iter_chunked(CHUNK), limit)

    async def _read(self, pieces: AsyncIterator[bytes], limit: int) -> bytes:
        found = bytearray()
        async for piece in pieces:
            self._count(len(piece))
            found += piece
            if len(found) > limit:
                raise Unreachable(f"it is larger than {limit // 2**20} MiB")
        return bytes(found)

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Unreachable("the packages are too large to install")


async def _awaited(work: Awaitable[T]) -> T:
    return await work
