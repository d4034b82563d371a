"""Known: what the engine knows of a workflow."""

from typing import Any

from bot.words.value import Value

#: DBOS's words for what has not ended.
ACTIVE = ("ENQUEUED", "PENDING", "DELAYED")


class Known(Value):
    """One workflow.

    Attributes:
        id: its id.
        status: DBOS's word.
        argument: what it was given; None where that can't be read.
        output: what it gave; None before its end.
    """

    id: str
    status: str
    argument: Any = None
    output: Any = None

    @property
    def active(self) -> bool:
        """Whether it waits or is at work."""
        return self.status in ACTIVE

    @property
    def waiting(self) -> bool:
        """Whether it was not begun."""
        return self.status in ("ENQUEUED", "DELAYED")


def argument_of(given: Any) -> Any:
    """The one argument of a workflow, of what DBOS keeps: {"args": [...], "kwargs": {...}}."""
    arguments = given.get("args") if isinstance(given, dict) else None
    return arguments[0] if arguments else None
