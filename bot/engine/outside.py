"""Outside: doing something with DBOS that is no step."""

import contextvars
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def outside(look: Callable[[], T]) -> T:
    """Do something with DBOS that is no step: inside of a workflow its calls would be recorded as steps."""
    return contextvars.Context().run(look)
