"""Steps without a database: for one job that a person waits for (`intern solve`, the Action)."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot.engine.steps import attempt, result

T = TypeVar("T")


class InlineSteps:
    """Runs each step at once. Results take the same way through JSON as durable ones, so both behave alike."""

    def __init__(self, stopped: Callable[[], bool] = lambda: False) -> None:
        self._stopped = stopped

    def step(self, name: str, work: Callable[[], T], kind: Any) -> T:  # noqa: ARG002  (the seam's shape)
        """Do it now; see `Steps.step`."""
        value: T = result(attempt(work, kind), kind)
        return value

    def stopped(self) -> bool:
        """Whether the person who waits has given up."""
        return self._stopped()
