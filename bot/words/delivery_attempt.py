"""DeliveryAttempt: one try of GitHub to deliver a webhook to us, as its own list tells."""

from bot.words.value import Value


class DeliveryAttempt(Value):
    """One try.

    Attributes:
        id: of this try.
        guid: of the delivery (`X-GitHub-Delivery`); all tries of it have the same.
        event: `X-GitHub-Event`.
        action: of the event; "" for none.
        moment: when it was tried, in seconds since the epoch.
        arrived: whether we answered that we have it.
        status: what GitHub says of it ("OK", "failed to connect to host").
    """

    id: int
    guid: str
    event: str
    action: str
    moment: float
    arrived: bool
    status: str
