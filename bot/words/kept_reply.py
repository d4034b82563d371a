"""KeptReply: a model's finished reply, kept while the step that asked for it may still be done again."""

from bot.words.budget import Usage
from bot.words.value import Value


class Place(Value):
    """Where in a job a reply was given.

    Attributes:
        purpose: of the work; no two steps of a job have the same.
        digest: SHA-256 of the whole request: the model, its parameters, the messages.
        turn: how many replies the same request was given before, in the same step.
    """

    purpose: str
    digest: str
    turn: int = 0


class KeptReply(Value):
    """A reply and what it cost.

    Attributes:
        model: name of the model, as its server told it.
        text: what it said.
        finish: why it ended: "stop", or "length" for a reply that was cut off.
        prompt_tokens: as its server counted; None where it did not.
        reply_tokens: likewise.
        measured: seconds that the server says it took, by name.
        usage: all that was spent until it was there, tries that failed included.
    """

    model: str
    text: str
    finish: str
    prompt_tokens: int | None
    reply_tokens: int | None
    measured: dict[str, float]
    usage: Usage
