"""Run the webhook server until SIGTERM or SIGINT."""

import asyncio
import logging
import signal

from aiohttp import web

from bot.errors import ConfigurationError
from bot.server.app import WEBHOOK_PATH, make_app
from bot.server.service import Service
from bot.settings import ServerSettings

log = logging.getLogger(__name__)


def serve(service: Service, settings: ServerSettings) -> int:
    """Listen, and store what arrives, until a signal ends it; then let running steps end.

    Raises:
        ConfigurationError: the address or the database can't be had.
    """
    service.launch()  # off the web loop: DBOS would adopt a loop that is running
    try:
        asyncio.run(_listen(service, settings))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # an impatient second one must not cut a step short
        service.close()
    return 0


async def _listen(service: Service, settings: ServerSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = await start(service, settings)
    try:
        await stop.wait()
        log.info("Stopping: running steps may end, unfinished jobs go on at the next start.")
    finally:
        await runner.cleanup()


async def start(service: Service, settings: ServerSettings) -> web.AppRunner:
    """Open the port; the caller cleans the runner up. Raises ConfigurationError when it is taken."""
    app = make_app(settings.webhook_secret, service.store, service.healthy)
    runner = web.AppRunner(app, access_log=None)
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
