"""A real HTTP server that gives the next answer of a script: for what a well-behaved stand-in never does."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

Step = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FakeClock:
    """Time that passes only by sleeping. It starts at the given wall time."""

    start: float
    slept: list[float] = field(default_factory=list)

    def wall(self) -> float:
        return self.start + sum(self.slept)

    def monotonic(self) -> float:
        return 1000.0 + sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def answer(body: object = None, status: int = 200, **headers: str) -> Step:
    """JSON with a status; header names are written with underscores."""

    async def respond(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response(body, status=status, headers=named)

    return respond


def raw(body: bytes, content_type: str, status: int = 200) -> Step:
    async def respond(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers={"content-type": content_type})

    return respond


def cut_off(promised: int = 500) -> Step:
    """Promises a body and hangs up in the middle of it."""

    async def respond(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-length": str(promised), "content-type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"id": 1, "na')
        assert request.transport is not None
        request.transport.abort()
        return response

    return respond


def endless(piece: bytes) -> Step:
    """A body that never ends."""

    async def respond(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(piece)

    return respond


def silent() -> Step:
    """Says nothing for longer than anybody waits."""

    async def respond(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    return respond


class ScriptedServer:
    """Answers requests with the steps in order and remembers them; the last step stays."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.requests: list[tuple[str, str, dict[str, str], object]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(5)
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._respond)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append((request.method, request.path_qs, headers, json.loads(text) if text else None))
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        return await step(request)
