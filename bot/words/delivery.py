"""Delivery: one piece of signed mail from GitHub."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """A verified delivery.

    Attributes:
        id: `X-GitHub-Delivery`; the same on a redelivery. Not covered by the signature.
        name: `X-GitHub-Event`; not covered by the signature either, so the payload's shape must agree.
        body: its bytes, which say everything else.
        digest: of the body, in 64 hexadecimal digits: equal for equal bodies, and unlike for others.
    """

    id: str
    name: str
    body: bytes
    digest: str
