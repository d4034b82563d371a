"""Stopping: how whatever waits deep inside of a piece of work learns that the work has to end.

What waits for a long time (a request to GitHub, a room) asks now and then; it need not know who decides, or why.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Raises what ends the work: Cancelled when the job was stopped, another StopWork when the process is leaving.
Check = Callable[[], None]

#: Seconds between two looks of what waits.
LOOK = 0.25

_current: ContextVar[Check | None] = ContextVar("stopping", default=None)


@contextmanager
def ending_when(check: Check) -> Iterator[None]:
    """Let `check` end the work that is done inside of the block, in this thread."""
    token = _current.set(check)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def to_the_end() -> Iterator[None]:
    """Let nothing end what must not be left half done."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


def check_stopped() -> None:
    """Raise what ends this thread's work, where it has to end."""
    if (check := _current.get()) is not None:
        check()
