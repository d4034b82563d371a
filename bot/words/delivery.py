"""Delivery: one piece of signed mail from GitHub."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """A verified delivery.

    Attributes:
        id: `X-GitHub-Delivery`; the same on a redelivery. Not covered by the signature.
        name: `X-GitHub-Event`; not covered by the signature either, so the payload's shape must agree.
        payload: the JSON object; empty where the name alone says that it is nothing of ours.
        digest: of the body, in 64 hexadecimal digits: equal for equal bodies, and unlike for others.
    """

    id: str
    name: str
    payload: dict[str, Any]
    digest: str
