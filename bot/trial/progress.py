"""Progress of a trial on a terminal: a bar over the exercises, and where the current job stands."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot.trial.result import Result
from bot.words import progress as job
from bot.words.progress import State


class TrialProgress:
    """A bar where there is a terminal, a line for each result everywhere. Use as a context manager.

    Args:
        console: where to write; standard error, so that the table can be piped.
        total: how many exercises there are.
    """

    def __init__(self, console: Console, total: int) -> None:
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        self._console = console
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._all = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, name: str, progress: job.Progress) -> None:
        """Where the job of an exercise stands."""
        phase = next((line.phase.value for line in progress.lines if line.state is State.RUNNING), "")
        attempt = f", attempt {progress.attempt}" if progress.attempt else ""
        self._bar.update(self._all, description=escape(f"{name}: {phase}{attempt}"))

    def say(self, text: str) -> None:
        """A line of its own."""
        self._console.print(Text(" ".join(text.split())), soft_wrap=True)

    def ended(self, result: Result | None) -> None:
        """One exercise more is done."""
        if result is not None:
            self.say(f"{result.name}: {result.worth.value} ({result.minutes:.1f} min, {result.usage.calls} calls)")
        self._bar.advance(self._all)
