"""The stand-in in a thread of its own, for a program without an event loop."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.standins.github.github import GitHub

T = TypeVar("T")
MINUTE = 60.0


class GitHubThread:
    """Runs a `GitHub` beside a synchronous program: `with GitHubThread(GitHub(...)) as thread`.

    Acts of people are coroutines: `thread.run(alice.labels(issue, "intern"))`.
    """

    def __init__(self, github: GitHub) -> None:
        self.github = github
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="github", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self.github.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.run(self.github.__aexit__(kind, error, trace))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(MINUTE)
            self._loop.close()

    def run(self, act: Coroutine[Any, Any, T], timeout: float = MINUTE) -> T:
        """Do something in the stand-in's own loop and give its result.

        Raises:
            TimeoutError: it took longer than `timeout` seconds.
        """
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(timeout)
