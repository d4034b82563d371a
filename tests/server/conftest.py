"""Servers are tried on the event loop that they run on."""

import asyncio
from collections.abc import Callable

from bot.server.process import LOOP


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """For pytest-asyncio: how loops are made, each by a name that stands in the names of tests."""
    return {"served": LOOP or asyncio.new_event_loop}
