"""Steps without a database: for one job that a person waits for (`intern solve`, the Action)."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot.engine.parking import Parking
from bot.engine.steps import attempt, result
from bot.words.halt import Halt
from bot.words.progress import Progress

T = TypeVar("T")


class InlineSteps:
    """Runs each step at once. Results take the same way through JSON as durable ones, so both behave alike."""

    def __init__(self, stopped: Callable[[], bool] = lambda: False) -> None:
        self._stopped = stopped
        self._parking = Parking("the job", stopped)

    def step(self, name: str, work: Callable[[], T], kind: Any, *, always: bool = False) -> T:  # noqa: ARG002
        """Do it now; see `Steps.step`."""
        stored = attempt(work, kind, self._parking.waited)
        while "later" in stored:
            self._parking.wait(stored, always=always)
            stored = attempt(work, kind, self._parking.waited)
        value: T = result(stored, kind)
        return value

    def patiently(self, work: Callable[[], T], *, recalls: bool = False) -> T:  # noqa: ARG002  (nothing is recalled)
        """Do it, anew when it is time; see `Steps.patiently`."""
        return self._parking.patiently(work)

    def waited(self) -> float:
        """Seconds that the job was put off."""
        return self._parking.waited

    def patched(self, name: str) -> bool:  # noqa: ARG002  (the seam's shape)
        """Always the new way: such a job never goes over an upgrade."""
        return True

    def stopped(self) -> bool:
        """Whether the person who waits has given up."""
        return self._stopped()

    def halt(self) -> Halt | None:
        """The person who waits knows why."""
        return Halt(why="You stopped it.", told=True) if self._stopped() else None

    def note(self, progress: Progress) -> None:
        """Nobody asks: who waits sees it."""
