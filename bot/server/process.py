"""Process: how Python is set up in one that answers webhooks."""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")

#: Makes an event loop: libuv's, which takes less for each request and each wake-up; Windows has none of it.
LOOP: Callable[[], asyncio.AbstractEventLoop] | None = None
if sys.platform != "win32":
    import uvloop

    LOOP = uvloop.new_event_loop


def run(main: Coroutine[None, None, T]) -> T:
    """Run it as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=LOOP) as runner:
        return runner.run(main)


def settle() -> None:
    """Look for garbage once more, and never again among all that is there now, which stays: modules, for the most part.

    There are some two hundred thousand objects, and whoever looks through them holds up every request for 100 ms.
    """
    gc.collect()
    gc.freeze()
