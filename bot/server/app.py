"""The HTTP face: `POST /api/github/webhooks` and `GET /healthz`, and nothing else."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

from bot.decisions.admission.read import MalformedDelivery
from bot.server.door import MOST, SLOWEST, Door, TooMuch
from bot.server.health import Report
from bot.server.reading import read
from bot.server.receive import LARGEST_BODY, Rejected, receive
from bot.store.inbox import Letter
from bot.store.postbox import Away

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/api/github/webhooks"

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}

#: Stores a letter durably; tells whether it is new. Raises Away when it is not stored.
Store = Callable[[Letter], Awaitable[bool]]


#: How this process is: a report, or only whether it is well.
Healthy = Callable[[], Awaitable[Report | bool]]


def make_app(secret: bytes, store: Store, healthy: Healthy, slowest: float = SLOWEST, most: int = MOST) -> Door:
    """The server, on the event loop that runs.

    Args:
        secret: the webhook's secret; where there is none, there is no webhook.
        store: stores what is our business; GitHub is answered after it returned.
        healthy: how this process is; answers `/healthz`. `/livez` only tells that the process itself answers.
        slowest: seconds for a request.
        most: open connections.
    """

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            body = await door.body(request, LARGEST_BODY)
            if request.path == WEBHOOK_PATH and secret:
                return await _webhook(request, body, secret, store)
            if request.path == "/healthz":
                return await _healthz(request, healthy)
            if request.path == "/livez":
                return _answer(200, "alive")
            return _answer(404, "Not Found")
        except TooMuch as error:
            return _last(503, "Busy; please redeliver.") if error.ours else _last(413, "The body is over 25 MB.")
        except RequestPayloadError:  # a body that is cut off
            return _last(400, "The body can't be read.")
        except ConnectionError:
            raise
        except Exception:  # no stack trace and no detail reaches the network
            log.exception("a request failed")
            return _answer(503, "Something failed here; please redeliver.")

    door = Door(answer, slowest, most)
    return door


async def _webhook(request: web.BaseRequest, body: bytes, secret: bytes, store: Store) -> web.Response:
    if request.method != "POST":
        return _answer(405, "Method Not Allowed")
    try:
        delivery = receive(request.headers, body, secret)
        letter = read(delivery)
    except Rejected as error:
        return _answer(error.status, str(error))
    except MalformedDelivery as error:
        return _answer(422, str(error))
    if letter is None:
        return _answer(200, "Not for me.")
    try:
        new = await store(letter)
    except Away as error:
        return _answer(503, f"{error}; please redeliver.")
    if new:
        log.info("delivery %s (%s) stored", delivery.id, delivery.name)
    return _answer(202, "Stored." if new else "I have this delivery already.")


async def _healthz(request: web.BaseRequest, healthy: Healthy) -> web.Response:
    if request.method not in {"GET", "HEAD"}:
        return _answer(405, "Method Not Allowed")
    found = await healthy()
    if isinstance(found, Report):
        return web.json_response(found.body, status=found.status)
    return _answer(200, "ok") if found else _answer(503, "The database does not answer.")


def _answer(status: int, text: str) -> web.Response:
    return web.Response(status=status, body=f"{text}\n".encode(), headers=PLAIN)


def _last(status: int, text: str) -> web.Response:
    """An answer after which the connection is closed: who knows what else comes of it."""
    answer = _answer(status, text)
    answer.force_close()
    return answer
