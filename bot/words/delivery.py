"""Delivery: one piece of signed mail from GitHub."""

from typing import Any

from bot.words.value import Value


class Delivery(Value):
    """A verified delivery.

    Attributes:
        id: `X-GitHub-Delivery`; the same on a redelivery. Not covered by the signature.
        name: `X-GitHub-Event`; not covered by the signature either, so the payload's shape must agree.
        payload: the JSON object.
    """

    id: str
    name: str
    payload: dict[str, Any]
