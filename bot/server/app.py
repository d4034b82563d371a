"""The HTTP face: `POST /api/github/webhooks` and `GET /healthz`, and nothing else."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

from bot.decisions.read import MalformedDelivery, read_event
from bot.engine.durable import Duplicate
from bot.server.receive import LARGEST_BODY, Rejected, receive
from bot.words.delivery import Delivery
from bot.words.events import Event
from bot.workflow.admission import read_desire
from bot.workflow.aftermath import own_pull_closed

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/api/github/webhooks"

#: Stores an event durably under its delivery's id. Raises Duplicate when it is there already, TimeoutError when
#: the store is away.
Store = Callable[[str, Event], Awaitable[None]]


def make_app(secret: bytes, store: Store, healthy: Callable[[], Awaitable[bool]]) -> web.Application:
    """The application.

    Args:
        secret: the webhook's secret.
        store: stores what is our business; GitHub is answered after it returned.
        healthy: whether the store answers.
    """

    async def webhook(request: web.Request) -> web.Response:
        try:
            delivery = receive(request.headers, await request.read(), secret)
            event = read_event(delivery.name, delivery.payload)
        except Rejected as error:
            return _answer(error.status, str(error))
        except MalformedDelivery as error:
            return _answer(422, str(error))
        if read_desire(event) is None and own_pull_closed(event) is None:
            return _answer(200, "Not for me.")
        return await _stored(delivery, event, store)

    async def healthz(_: web.Request) -> web.Response:
        return _answer(200, "ok") if await healthy() else _answer(503, "The database does not answer.")

    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_plain_errors])
    app.add_routes([web.post(WEBHOOK_PATH, webhook), web.get("/healthz", healthz)])
    return app


async def _stored(delivery: Delivery, event: Event, store: Store) -> web.Response:
    try:
        await store(delivery.id, event)
    except Duplicate:
        return _answer(202, "I have this delivery already.")
    except TimeoutError:
        return _answer(503, "The database does not answer; please redeliver.")
    log.info("delivery %s (%s) stored", delivery.id, delivery.name)
    return _answer(202, "Stored.")


def _answer(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text + "\n")


@web.middleware
async def _plain_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """No stack trace and no detail reaches the network."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _answer(error.status, error.reason)
    except RequestPayloadError:  # a body that is cut off, or not compressed as it says
        answer = _answer(400, "The body can't be read.")
        answer.force_close()
        return answer
    except Exception:
        log.exception("a request failed")
        return _answer(503, "Something failed here; please redeliver.")
