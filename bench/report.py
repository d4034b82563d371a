"""Report: everything that one run of the benchmark found, as a table for a person or as JSON for a file."""

import json
import os
import platform
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from bench.performance import Performance
from bench.sandbox.figure import Figure
from bench.spread import Spread

Row = tuple[str, ...]
Part = tuple[str, Callable[[Performance], float], str]
#: Of the first column, where a reason is told in it.
WORDS = 45

#: What is told of a job: the words, where the number is, how it is written.
PARTS: tuple[Part, ...] = (
    ("wall time, s", lambda one: one.wall, ".2f"),
    ("  in the model, s", lambda one: one.model, ".2f"),
    ("  in containers: starting rooms, s", lambda one: one.room_starts, ".2f"),
    ("  in containers: in rooms, s", lambda one: one.rooms, ".2f"),
    ("  waiting for GitHub, s", lambda one: one.github, ".2f"),
    ("  in the bot itself, s", lambda one: one.bot, ".2f"),
    ("    of it before its first word to GitHub, s", lambda one: one.queue, ".2f"),
    ("containers' share of the wall time", lambda one: one.container_share, ".0%"),
    ("the bot's own share of the wall time", lambda one: one.bot_share, ".0%"),
    ("model calls", lambda one: one.model_calls, ".0f"),
    ("prompt characters", lambda one: one.prompt_characters, ",.0f"),
    ("rooms opened", lambda one: one.rooms_opened, ".0f"),
    ("requests to GitHub", lambda one: one.github_requests, ".0f"),
)


@dataclass(frozen=True)
class Report:
    """One run of the benchmark; what was not asked for is empty.

    Attributes:
        sandbox: the sandbox's own description.
        opened: from the label to the pull request, once per run.
        refined: from `/intern refine` to the new commit, once per run.
        figures: of the agent and of the sandbox.
        load: of the machine at the beginning and at the end, as `os.getloadavg` tells it for the minute before.
    """

    sandbox: str
    opened: Sequence[Performance] = ()
    refined: Sequence[Performance] = ()
    figures: Sequence[Figure] = ()
    load: tuple[float, float] = (0.0, 0.0)

    def show(self, console: Console) -> None:
        """Print the table."""
        title = "Where the demo job's time goes" if self.opened else "What it costs"
        table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
        for column in ("", "median", "p95", "p99", "min", "max", "ratio", "aim, in this run"):
            table.add_column(column, justify="right" if column else "left", no_wrap=True)
        for section in (self._jobs("Label to pull request", self.opened), self._jobs("Refinement", self.refined)):
            _add(table, section)
        for figure in self.figures:
            _add(table, _told(figure))
        console.print(table)
        console.print("\n".join(self._footnotes()), style="dim", highlight=False)

    def _footnotes(self) -> Iterator[str]:
        if self.opened:
            yield f"Runs: {len(self.opened)}, with a replayed model, so that its seconds are the protocol's alone."
        yield "Ratio: the line's median over the next one's; of somebody else's sandbox over ours."
        if self.figures:
            yield "An aim is a wish, held against this run's medians on this machine, whatever else ran on it. No test."
        first, last = self.load
        yield f"{os.cpu_count()} cores, load {first:.1f} at the beginning and {last:.1f} at the end. {self.sandbox}."

    def as_json(self) -> str:
        """Everything, the single jobs included."""
        return json.dumps(
            {
                "machine": {
                    "python": platform.python_version(),
                    "cores": os.cpu_count(),
                    "load": self.load,
                    "sandbox": self.sandbox,
                },
                "label_to_pull_request": _jobs_json(self.opened),
                "refinement": _jobs_json(self.refined),
                "figures": [one.as_json() for one in self.figures],
            },
            indent=2,
        )

    def _jobs(self, title: str, jobs: Sequence[Performance]) -> Iterator[Row]:
        if jobs:
            yield (title,)
        for words, pick, form in PARTS if jobs else ():
            yield _line(f"  {words}", Spread.of(pick(one) for one in jobs), form)


def _told(figure: Figure) -> Iterator[Row]:
    yield (figure.title,)
    for line in figure.lines:
        if line.spread is None:
            yield f"  {line.words}: not measured here:", ""
            for part in textwrap.wrap(line.note, WORDS):
                yield f"    {part}", ""
        else:
            row = _line(f"  {line.words}", line.spread, line.form)
            yield (*row[:-1], line.ratio, str(line.aim or ""))


def _line(words: str, spread: Spread, form: str, ratio: float | None = None) -> Row:
    """Percentiles are told only where there are enough values for them to be more than the largest."""
    enough = len(spread.values)
    percentiles = [spread.percentile(rank) if enough >= least else None for rank, least in ((95, 20), (99, 100))]
    numbers = (spread.median, *percentiles, spread.low, spread.high)
    return (words, *(_written(number, form) for number in numbers), "" if ratio is None else f"{ratio:.1f} ×")


def _written(number: float | None, form: str) -> str:
    if number is None:
        return ""
    if form != "ms":
        return format(number, form)
    return f"{number * 1000:,.0f}" if number >= 0.1 else f"{number * 1000:.3g}"


def _add(table: Table, rows: Iterator[Row]) -> None:
    for row in rows:
        table.add_row(*row, style="bold" if len(row) == 1 else None)
    table.add_section()


def _jobs_json(jobs: Sequence[Performance]) -> dict[str, Any]:
    singles = [one.as_json() for one in jobs]
    names = singles[0] if singles else ()
    spreads = {name: Spread.of(single[name] for single in singles).as_json() for name in names}
    return {"runs": singles, "spread": spreads}
