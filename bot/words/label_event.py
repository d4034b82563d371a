"""LabelEvent: GitHub's own record of who put a label on an issue, and when."""

from bot.words.job import Person
from bot.words.value import Value


class LabelEvent(Value):
    """One `labeled` entry of an issue's history.

    Attributes:
        id: identity of the entry; grows with time.
        actor: who did it.
        created_at: when, in ISO 8601 UTC ("2026-01-31T12:00:00Z").
        through_app: whether an App did it in the actor's name.
    """

    id: int
    actor: Person
    created_at: str
    through_app: bool = False
