"""A portal with a stop-watch: the time that the bot waits for GitHub."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from bench.spans import Place, Spans
from bot.github.portal import Portal

T = TypeVar("T")


class TimedPortal(Portal):
    """The bot's own door to GitHub; everything that passes it is timed, the client's own work included."""

    def __init__(self, spans: Spans, api_url: str, *, pace: float) -> None:
        super().__init__(api_url, pace=pace)
        self._spans = spans

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """See `Portal.run`."""
        with self._spans.at(Place.GITHUB):
            return super().run(coroutine, timeout)
