"""Permit: asked at the last moment before a request that writes leaves this process.

The moment is after all waiting: for a turn, for a token, for a connection. What was frozen in between, and had its
work taken over by another process meanwhile, is kept from writing here.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import aiohttp

#: Tokens are a process's own: to get one, or to give one back, changes nothing that others see.
_OWN = ("/access_tokens", "/installation/token")


def permit(may_go_on: Callable[[], None]) -> aiohttp.TraceConfig:
    """Watches a session's requests: before a write is sent `may_go_on` is called, and what it raises ends the request.

    https://docs.aiohttp.org/en/stable/tracing_reference.html: a connection was made or found, nothing is sent yet.
    """

    async def begins(_: Any, context: SimpleNamespace, asked: aiohttp.TraceRequestStartParams) -> None:
        context.writes = asked.method != "GET" and not asked.url.path.endswith(_OWN)

    async def connected(_: Any, context: SimpleNamespace, __: Any) -> None:
        if context.writes:
            may_go_on()

    watch = aiohttp.TraceConfig()
    watch.on_request_start.append(begins)
    watch.on_connection_create_end.append(connected)
    watch.on_connection_reuseconn.append(connected)
    return watch
