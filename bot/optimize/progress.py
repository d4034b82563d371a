"""Progress of an optimization: a bar over the exercises of each part where there is a terminal, lines everywhere."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

T = TypeVar("T")


class OptimizeProgress:
    """Where the work stands.

    Args:
        console: where to write; standard error by default.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)

    def say(self, text: str) -> None:
        """A line of its own."""
        self._console.print(Text(" ".join(text.split())), soft_wrap=True)

    def through(self, what: str, items: Sequence[T]) -> Iterator[T]:
        """The items, with a bar."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, disable=not self._console.is_terminal) as bar:
            yield from bar.track(items, description=what)
