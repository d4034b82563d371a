"""Run the webhook server until SIGTERM or SIGINT."""

import asyncio
import logging
import threading

from aiohttp import web

from bot.errors import ConfigurationError
from bot.server.app import WEBHOOK_PATH, make_app
from bot.server.front import Front
from bot.server.process import run, settle
from bot.server.signals import asked_to_leave
from bot.settings import ServerSettings

log = logging.getLogger(__name__)

#: What `serve` gives when the process has to start anew: its work is with others, or was left lying.
ANEW = 75

#: Seconds between two looks whether to leave, and for requests that have not come to their end then.
_LOOK, _LAST = 0.2, 5.0


def serve(service: Front, settings: ServerSettings, asked: threading.Event | None = None) -> int:
    """Listen, and store what arrives, until a signal ends it; then let running steps end.

    Args:
        service: what stands behind the port.
        settings: the port, and the webhook's secret.
        asked: set by a signal to leave, also by one that comes after the end of this.

    Returns:
        0, or ANEW when nobody ended it but the others on this database, who took this process for dead.

    Raises:
        ConfigurationError: the address or the database can't be had.
    """
    asked = asked_to_leave(asked)
    run(_try_port(settings))  # before any job is taken up: each counts that as an interruption
    service.launch()  # off the web loop: DBOS would adopt a loop that is running
    settle()
    try:
        run(_listen(service, settings, asked))
    finally:
        service.close()
    return 0 if asked.is_set() else ANEW


async def _listen(service: Front, settings: ServerSettings, asked: threading.Event) -> None:
    runner = await start(service, settings)
    try:
        while not (asked.is_set() or service.lost.is_set()):  # noqa: ASYNC110  (threads set them)
            await asyncio.sleep(_LOOK)
        if asked.is_set():
            log.info("Stopping: running steps may end, unfinished jobs go on at the next start.")
        else:
            log.warning("This process was frozen, or away from its database, for too long. It starts anew.")
    finally:
        await runner.cleanup()


async def _try_port(settings: ServerSettings) -> None:
    """Raise ConfigurationError where the port can't be had."""
    loop = asyncio.get_running_loop()
    try:
        (await loop.create_server(asyncio.Protocol, settings.host, settings.port, start_serving=False)).close()
    except OSError as error:
        raise _taken(settings, error) from error


def _taken(settings: ServerSettings, error: OSError) -> ConfigurationError:
    why = error.strerror or str(error)
    return ConfigurationError(f"{settings.host}:{settings.port} can't be listened on: {why}. Set HOST or PORT.")


async def start(service: Front, settings: ServerSettings) -> web.ServerRunner:
    """Open the port; the caller cleans the runner up. Raises ConfigurationError when it is taken."""
    app = make_app(settings.webhook_secret, service.store, service.healthy)
    runner = web.ServerRunner(app, shutdown_timeout=_LAST)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        await runner.cleanup()
        raise _taken(settings, error) from error
    log.info("Listening on %s, webhook at %s", runner.addresses[0], WEBHOOK_PATH if settings.webhook_secret else "none")
    return runner
