"""Receive: raw bytes to a Delivery, or a clear no. No GitHub call, no model, no Docker here.

Rules: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
import re
from collections.abc import Mapping

from bot.words.delivery import Delivery

#: GitHub caps payloads at 25 MB. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
LARGEST_BODY = 25 * 2**20

_IDENTIFIER = re.compile(r"[A-Za-z0-9-]{1,100}")
_EVENT = re.compile(r"[a-z_]{1,100}")


class Rejected(Exception):
    """This request is no delivery; `status` is the HTTP status to answer with, the message says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def receive(headers: Mapping[str, str], body: bytes, secret: bytes) -> Delivery:
    """Verify one request.

    Args:
        headers: the request's headers, with case-insensitive lookup.
        body: the raw bytes, at most `LARGEST_BODY`.
        secret: the webhook's secret.

    Raises:
        Rejected: 401 for a wrong or missing signature, 413, 415 or 400 for what is no delivery of JSON.
    """
    if len(body) > LARGEST_BODY:
        raise Rejected(413, "The body is over 25 MB.")
    signature = verify_signature(headers.get("X-Hub-Signature-256", ""), body, secret)
    if headers.get("Content-Type", "").split(";")[0].strip().lower() != "application/json":
        raise Rejected(415, "Set the webhook's content type to application/json.")
    identifier, event = headers.get("X-GitHub-Delivery", ""), headers.get("X-GitHub-Event", "")
    if not _IDENTIFIER.fullmatch(identifier) or not _EVENT.fullmatch(event):
        raise Rejected(400, "X-GitHub-Delivery or X-GitHub-Event is missing or malformed.")
    return Delivery(identifier, event, body, hashlib.sha256(signature).hexdigest())


def verify_signature(given: str, body: bytes, secret: bytes) -> bytes:
    """The HMAC of `body`; raises Rejected(401) unless `given` is "sha256=" and the same, compared in constant time.

    SHA-1 signatures are not looked at. The comparison is on bytes, for a str with non-ASCII characters
    would make `compare_digest` raise.
    """
    expected = hmac.digest(secret, body, "sha256")
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), b"sha256=" + expected.hex().encode()):
        raise Rejected(401, "X-Hub-Signature-256 is missing or does not match.")
    return expected
