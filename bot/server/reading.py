"""Reading: a verified delivery to the letter that it makes, or to none."""

import json

import orjson

from bot.decisions.admission.read import FOREIGN, read_event
from bot.server.glance import UNCLEAR, glance
from bot.server.letters import concerns, letter_of, may_concern
from bot.server.receive import Rejected
from bot.store.inbox import Letter
from bot.words.delivery import Delivery


def read(delivery: Delivery) -> Letter | None:
    """What is stored of a delivery; None where it is none of our business.

    Raises:
        Rejected: 400, it is no JSON object.
        MalformedDelivery: a field that is needed is missing or of another type.
    """
    seen = glance(delivery)
    return read_carefully(delivery) if seen is UNCLEAR else seen


def read_carefully(delivery: Delivery) -> Letter | None:
    """Likewise, whatever it looks like."""
    # The header that names the event is nothing that one can gain by forging: other names are looked at no further.
    payload = _json_object(delivery.body) if delivery.name in FOREIGN else {}
    if not may_concern(delivery.name, payload):
        return None
    event = read_event(delivery.name, payload)
    return letter_of(delivery, event) if concerns(event) else None


def _json_object(body: bytes) -> dict[str, object]:
    """The faster parser first; what it refuses (half of a surrogate pair, NaN) Python's own may still take."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        payload = _json(body)
    if not isinstance(payload, dict):
        raise Rejected(400, "The body is not a JSON object.")
    return payload


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:  # ValueError also covers undecodable bytes and huge numbers
        raise Rejected(400, "The body is not JSON.") from error
