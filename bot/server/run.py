"""Run the webhook server until SIGTERM or SIGINT."""

import asyncio
import logging
import signal
import threading
from contextlib import suppress

from aiohttp import web

from bot.errors import ConfigurationError
from bot.server.app import WEBHOOK_PATH, make_app
from bot.server.service import Service
from bot.settings import ServerSettings

log = logging.getLogger(__name__)

#: What `serve` gives when the process has to start anew: its work is with others, or was left lying.
ANEW = 75

#: Seconds between two looks whether that is so.
_LOOK = 0.5


def serve(service: Service, settings: ServerSettings) -> int:
    """Listen, and store what arrives, until a signal ends it; then let running steps end.

    Returns:
        0, or ANEW when nobody ended it but the others on this database, who took this process for dead.

    Raises:
        ConfigurationError: the address or the database can't be had.
    """
    service.launch()  # off the web loop: DBOS would adopt a loop that is running
    try:
        told = asyncio.run(_listen(service, settings))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # an impatient second one must not cut a step short
        service.close()
    return 0 if told else ANEW


async def _listen(service: Service, settings: ServerSettings) -> bool:
    """Whether a signal ended it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = await start(service, settings)
    try:
        if await _told(stop, service.lost):
            log.info("Stopping: running steps may end, unfinished jobs go on at the next start.")
        else:
            log.warning("This process was frozen, or away from its database, for too long. It starts anew.")
        return stop.is_set()
    finally:
        await runner.cleanup()


async def _told(stop: asyncio.Event, lost: threading.Event) -> bool:
    while not (stop.is_set() or lost.is_set()):
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK):
                await stop.wait()
    return stop.is_set()


async def start(service: Service, settings: ServerSettings) -> web.ServerRunner:
    """Open the port; the caller cleans the runner up. Raises ConfigurationError when it is taken."""
    runner = web.ServerRunner(make_app(settings.webhook_secret, service.store, service.healthy))
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        await runner.cleanup()
        raise ConfigurationError(
            f"{settings.host}:{settings.port} can't be listened on: {error.strerror}. Set HOST or PORT."
        ) from error
    log.info("Listening on %s, webhook at %s", runner.addresses[0], WEBHOOK_PATH)
    return runner
