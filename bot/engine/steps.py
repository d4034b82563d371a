"""The seam between the story and what makes it durable."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from pydantic import TypeAdapter

from bot import errors

T = TypeVar("T")

#: Errors that are part of the story: they are stored as a step's result and raised again on replay.
_KNOWN: dict[str, type[BaseException]] = {
    kind.__name__: kind
    for kind in (
        errors.Refusal,
        errors.ModelError,
        errors.GitHubError,
        errors.DaySpent,  # before what it is a kind of
        errors.BudgetSpent,
        errors.Cancelled,
        errors.Broken,
    )
}


class Steps(Protocol):
    """Runs the lines of a story."""

    def step(self, name: str, work: Callable[[], T], kind: Any) -> T:
        """Do `work` once and keep its result for ever.

        Args:
            name: says which line this is, for logs and for the check that a replay takes the same way.
            work: does it; what it touches outside must be found again if it is done twice, because a step
                that a crash interrupts is done again.
            kind: the type of the result, anything that pydantic can store as JSON.

        Raises:
            Refusal, ModelError, GitHubError, BudgetSpent, Cancelled, Broken: as `work` raised them, also on replay.
        """

    def stopped(self) -> bool:
        """Whether this job was cancelled (or taken over by another process) since it started."""


def attempt(work: Callable[[], T], kind: Any) -> Any:
    """Do `work` and give its result, or its known error, as JSON-able data."""
    try:
        return {"value": TypeAdapter(kind).dump_python(work(), mode="json")}
    except tuple(_KNOWN.values()) as error:
        name = next(name for name, known in _KNOWN.items() if isinstance(error, known))
        return {"error": name, "message": str(error)}


def result(stored: Any, kind: Any) -> Any:
    """The value that `attempt` stored, as `kind`; or the error that it stored, raised."""
    if "error" in stored:
        raise _KNOWN[stored["error"]](stored["message"])
    return TypeAdapter(kind).validate_python(stored["value"])
