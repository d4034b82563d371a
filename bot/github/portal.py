"""Portal: a synchronous door to the asynchronous GitHub client."""

import asyncio
import concurrent.futures
import threading
import time
from collections.abc import Callable, Coroutine
from math import inf
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from bot.errors import GitHubError
from bot.github.client import Client
from bot.github.clock import Clock, SystemClock
from bot.github.permit import permit
from bot.github.sockets import make_socket
from bot.github.transport import Transport
from bot.github.turns import AskedTurns, Turns
from bot.stopping import LOOK, check_stopped

T = TypeVar("T")


class Portal:
    """Owns one thread with an event loop, and in it the connections to GitHub. Any thread may `run`.

    Args:
        api_url: root of the REST API.
        pace: seconds between two writes of one installation; GitHub asks for at least one.
        patience: seconds that whoever asks may wait for rate limits in total.
        longest: seconds that one question may wait for them itself; above, it raises Later, for whoever asks durably.
        clock: the time and the waiting.
        may_go_on: called before each write is sent; what it raises is raised by `run`, and nothing is sent.
        turns: agrees on the pace with other processes; None where there are none.
    """

    def __init__(
        self,
        api_url: str = "https://api.github.com",
        *,
        pace: float = 1.0,
        patience: float = 3600.0,
        longest: float = inf,
        clock: Clock | None = None,
        may_go_on: Callable[[], None] = lambda: None,
        turns: Turns | None = None,
    ) -> None:
        self._api_url = api_url
        self._pace = pace
        self._patience = patience
        self._longest = longest
        self._clock = clock or SystemClock()
        self._permit = permit(may_go_on)
        self._turns = AskedTurns(turns) if turns else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="github", daemon=True)
        self._session: aiohttp.ClientSession | None = None
        self._client: Client | None = None
        self._closed = False

    @property
    def client(self) -> Client:
        """The client that lives in this portal.

        Raises:
            GitHubError: the portal is not open.
        """
        if self._client is None or self._closed:
            raise GitHubError("The connection to GitHub is closed.")
        return self._client

    @property
    def clock(self) -> Clock:
        """The clock that everything behind this portal uses."""
        return self._clock

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the portal's loop and wait for its result.

        Args:
            coroutine: what to run.
            timeout: seconds; None means the patience with rate limits, an hour at most, and ten minutes.

        Raises:
            GitHubError: no result in time, or the portal was closed.
            StopWork: this thread's work has to end; see `bot.stopping`.
        """
        seconds = min(self._patience, 3600.0) + 600.0 if timeout is None else timeout
        return self.join(self.begin(coroutine), seconds)

    def begin(self, coroutine: Coroutine[Any, Any, T]) -> "concurrent.futures.Future[T]":
        """Start a coroutine in the portal's loop, and wait for nothing. Raises GitHubError: the portal was closed."""
        if self._closed or not self._thread.is_alive():
            coroutine.close()
            raise GitHubError("The connection to GitHub is closed.")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def join(self, future: "concurrent.futures.Future[T]", seconds: float) -> T:
        """The result of what was begun. Raises as `run` does."""
        try:
            return _waited_for(future, seconds)
        except concurrent.futures.CancelledError:
            raise GitHubError("The connection to GitHub was closed while it was in use.") from None
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise GitHubError(f"GitHub did not finish within {seconds:.0f} seconds.") from None
        except BaseException:
            # Whoever stops waiting (Ctrl-C, a stopped job) also stops the request.
            future.cancel()
            raise

    def close(self) -> None:
        """Cancel what is under way, close the connections, end the thread."""
        if self._closed:
            return
        self._closed = True
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._wind_up(), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        self._loop.close()

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self._open(), 10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def _open(self) -> None:
        connector = aiohttp.TCPConnector(limit=20, socket_factory=make_socket)
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[self._permit]
        )
        transport = Transport(self._session)
        self._client = Client(
            transport, self._api_url, self._clock, self._pace, self._patience, self._longest, self._turns
        )

    async def _wind_up(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._turns is not None:
            self._turns.close()
        if self._session is not None:
            await self._session.close()


def _waited_for(future: "concurrent.futures.Future[T]", seconds: float) -> T:
    """The result. Raises concurrent.futures.TimeoutError, and what ends this thread's work."""
    end = time.monotonic() + seconds
    while not concurrent.futures.wait([future], max(0.0, min(LOOK, end - time.monotonic()))).done:
        check_stopped()
        if time.monotonic() >= end:
            raise concurrent.futures.TimeoutError
    return future.result()
