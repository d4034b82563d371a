"""Live progress of a job on a terminal; plain lines where there is none."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bot.words.progress import PhaseLine, Progress, State

_SIGNS = {
    State.WAITING: ("○", "dim"),
    State.RUNNING: ("●", "yellow"),
    State.DONE: ("✔", "green"),
    State.FAILED: ("✘", "red"),
    State.SKIPPED: ("–", "dim"),
}


class Terminal:
    """Shows one job's progress. Use as a context manager.

    Args:
        console: where to write; standard error by default, so that output can be piped.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(file=sys.stderr)
        self._live: Live | None = None
        self._said: set[str] = set()

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live = Live(console=self.console, refresh_per_second=4, transient=False)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def say(self, text: str) -> None:
        """One line, once."""
        if text not in self._said:
            self._said.add(text)
            self.console.print(Text(text), soft_wrap=True)

    def show(self, progress: Progress) -> None:
        """Show where the job stands."""
        if self._live is not None:
            self._live.update(_table(progress))
            return
        for line in progress.lines:
            if line.state in {State.DONE, State.FAILED, State.RUNNING}:
                self.say(f"{_SIGNS[line.state][0]} {_words(line, progress)}")


def _words(line: PhaseLine, progress: Progress) -> str:
    attempt = f" (attempt {progress.attempt})" if progress.attempt and line.phase.name in {"WRITE", "VERIFY"} else ""
    found = f": {line.found}" if line.found and line.state is not State.RUNNING else ""
    return f"{line.phase.value}{attempt}{found}"


def _table(progress: Progress) -> Table:
    table = Table.grid(padding=(0, 1))
    for line in progress.lines:
        sign, style = _SIGNS[line.state]
        table.add_row(Text(sign, style), Text(line.phase.value, style), Text(line.found.replace("`", ""), "dim"))
    table.add_row("", Text(spent(progress), "dim"), "")
    return table


def spent(progress: Progress) -> str:
    """What was spent: "attempt 2 of 4 · 1.5 of 30 min · 12 of 80 calls · 34k of 600k tokens"."""
    budget, usage = progress.budget, progress.usage
    words = [
        f"attempt {progress.attempt} of {budget.attempts}",
        f"{progress.minutes:.1f} of {budget.minutes:g} min",
        f"{usage.calls} of {budget.calls} calls",
        f"{usage.tokens / 1000:.0f}k of {budget.tokens / 1000:.0f}k tokens",
    ]
    return " · ".join([*words, f"${usage.money:.2f} of ${budget.money:.2f}"] if usage.money else words)
