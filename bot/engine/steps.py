"""The seam between the story and what makes it durable."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from pydantic import TypeAdapter

from bot import errors
from bot.engine.parking import put_off
from bot.words.halt import Halt
from bot.words.progress import Progress
from sandbox.room import SandboxError

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
        SandboxError,
    )
}


class Steps(Protocol):
    """Runs the lines of a story."""

    def step(self, name: str, work: Callable[[], T], kind: Any, *, always: bool = False) -> T:
        """Do `work` once and keep its result for ever. When the job was stopped, it is not done, or is ended.

        Args:
            name: says which line this is, for logs and for the check that a replay takes the same way.
            work: does it; what it touches outside must be found again if it is done twice, because a step
                that a crash interrupts is done again.
            kind: the type of the result, anything that pydantic can store as JSON.
            always: do it although the job was stopped.

        Raises:
            Refusal, ModelError, GitHubError, BudgetSpent, Cancelled, Broken, SandboxError: as `work` raised them, also
                on replay.
                After Later, `work` is done anew when it is time; when the patience is over, it is a GitHubError.
        """

    def patiently(self, work: Callable[[], T], *, recalls: bool = False) -> T:
        """Do what is no step, for it is only read and may be read again; after Later, anew when it is time.

        Args:
            work: does it.
            recalls: what it gives was there when the steps were done that follow. While those are recalled it has to
                be there again, or the job would take another way: so it is waited for, whatever happens.
        """

    def waited(self) -> float:
        """Seconds that this job was put off so far, because `work` raised Later."""

    def patched(self, name: str) -> bool:
        """Whether this job takes the new way at a place where the story was changed; see CONTRIBUTING.md.

        False only for a job that an earlier version has brought past this place: it goes on as it began. What is
        answered first is answered for ever.

        Args:
            name: of the change, used at this one place only and never again.
        """

    def stopped(self) -> bool:
        """Whether this job was stopped (or taken over by another process), and its work has to end."""

    def halt(self) -> Halt | None:
        """By what the job was stopped, so that it can be said; None where it was not."""

    def note(self, progress: Progress) -> None:
        """Leave word how far the job has come, for whoever asks. No step: it is only looked at."""


def attempt(work: Callable[[], T], kind: Any, waited: float = 0.0) -> Any:
    """Do `work` and give its result, or its known error, or when to do it anew, as JSON-able data.

    Args:
        work: does it.
        kind: the type of its result.
        waited: seconds that the job was put off before.
    """
    try:
        return {"value": TypeAdapter(kind).dump_python(work(), mode="json")}
    except errors.Later as later:
        return put_off(later, waited)
    except tuple(_KNOWN.values()) as error:
        name = next(name for name, known in _KNOWN.items() if isinstance(error, known))
        return {"error": name, "message": str(error)}


def result(stored: Any, kind: Any) -> Any:
    """The value that `attempt` stored, as `kind`; or the error that it stored, raised."""
    if "error" in stored:
        raise _KNOWN[stored["error"]](stored["message"])
    return TypeAdapter(kind).validate_python(stored["value"])
