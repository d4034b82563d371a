"""Asking: one measurement's time with the model, bounded, and what its calls took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dspy

from bot.errors import BudgetSpent, ModelError
from bot.programs.failures import told_plainly
from bot.programs.model import Model
from bot.programs.session import session
from bot.words.budget import Budget

#: What one measurement may spend, beside the tokens of two whole windows.
ALLOWED = Budget(calls=6, tokens=60_000, money=0.25)


class Failed(Exception):
    """A measurement did not come to its end; the message says why, in a few words."""


class OutOfTime(Failed):
    """The time that it was given was over."""


@dataclass
class Asked:
    """The calls of one measurement, as the trajectory tells them."""

    calls: list[dict[str, Any]] = field(default_factory=list)

    def record(self, entry: dict[str, object]) -> None:
        """Keep a call of the model."""
        if entry["kind"] == "model":
            self.calls.append(entry)

    @property
    def last(self) -> dict[str, Any]:
        """The newest call; {} before the first."""
        return self.calls[-1] if self.calls else {}


@contextmanager
def asking(model: Model, end: float, seconds: float, doing: str) -> Iterator[Asked]:
    """Give the current thread the model, for so many seconds and not beyond `end`.

    Args:
        model: which.
        end: moment of `time.monotonic()` at which all measuring ends.
        seconds: that this may take.
        doing: what the model is asked for, for the message of a failure.

    Raises:
        OutOfTime: it took too long.
        Failed: the model, its server or the time did not let it come to its end.
    """
    asked = Asked()
    deadline = min(end, time.monotonic() + seconds)
    allowed = ALLOWED.model_copy(update={"tokens": ALLOWED.tokens + 2 * model.window})
    started = time.monotonic()
    try:
        with session(model, allowed, deadline, record=asked.record), told_plainly(doing):
            yield asked
    except BudgetSpent as error:
        if time.monotonic() >= deadline - 0.5:
            raise OutOfTime(f"not done within {time.monotonic() - started:.0f} s") from error
        raise Failed(f"not done within {len(asked.calls)} calls") from error
    except ModelError as error:
        raise Failed(str(error).rstrip(".")) from error
    except dspy.CodeInterpreterError as error:
        raise Failed("its room failed") from error


#: Says what is being measured.
Say = Callable[[str], None]
