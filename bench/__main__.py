"""`python -m bench`: play, measure, print one table."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench.agent.run import measure_agent
from bench.durability.run import measure_engines
from bench.performance import Performance, Unplayable, play
from bench.report import Report
from bench.sandbox.run import measure_sandbox
from bench.webhooks.run import Unfair, measure_webhooks
from bot import settings
from bot.composition import open_workshop
from bot.errors import ConfigurationError
from bot.standins.replayed_model import MODEL, ReplayedModel

WIDTH = 136
SANDBOX, AGENT, WEBHOOKS, DURABILITY, SOAK = "sandbox", "agent", "webhooks", "durability", "soak"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 0, or 1 when the demo's job does not end as it should, or 2 for a wrong configuration."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.ERROR)
    if arguments.only == SOAK:  # takes an hour, and is never run beside anything else
        from bench.soak.__main__ import main as soak

        return soak([])
    told = Console(stderr=True)
    try:
        report = measure(os.environ, arguments, told)
    except (ConfigurationError, Unfair, Unplayable) as error:
        told.print(f"bench: {error}", style="red", markup=False, soft_wrap=True)
        return 2 if isinstance(error, ConfigurationError) else 1
    report.show(Console(width=WIDTH))
    if arguments.json:
        arguments.json.write_text(report.as_json() + "\n", encoding="utf-8")
    return 0


def measure(environment: Mapping[str, str], asked: argparse.Namespace, told: Console) -> Report:
    """Measure what was asked for.

    Raises:
        ConfigurationError: no engine or no image.
        Unplayable: a job did not end as the demo's does.
        Unfair: a webhook was not answered as it should be.
    """

    def say(line: str) -> None:
        told.print(line, style="dim", markup=False)

    before = os.getloadavg()[0]
    report = Report("") if asked.only else _measure_jobs(environment, asked.runs, say)
    figures = [*measure_webhooks(say)] if asked.only in {None, WEBHOOKS} else []
    if asked.only in {None, DURABILITY}:
        figures.append(measure_engines(environment, say))
    if asked.only in {None, AGENT}:
        figures += measure_agent(environment, say)
    if asked.only in {None, SANDBOX}:
        description, more = measure_sandbox(environment, say, peers=asked.peers)
        report, figures = replace(report, sandbox=description), [*figures, *more]
    return replace(report, figures=figures, load=(before, os.getloadavg()[0]))


def _measure_jobs(environment: Mapping[str, str], runs: int, say: Callable[[str], None]) -> Report:
    """The jobs `runs` times after a rehearsal that does not count."""
    with (
        ReplayedModel([]) as model,
        open_workshop(_replayed(environment, model.url), say) as workshop,
    ):
        description = workshop.sandbox.describe()
        performances: list[tuple[Performance, Performance]] = []
        for number in range(runs + 1):
            say(f"job {number} of {runs}" if number else "rehearsal")
            performances.append(play(workshop, model, settings.budget(environment)))
        opened, refined = zip(*performances[1:], strict=True)
        return Report(description, opened, refined)


def _replayed(environment: Mapping[str, str], url: str) -> dict[str, str]:
    """The operator's settings, but for the model: this measures everything around it."""
    kept = {name: value for name, value in environment.items() if not name.startswith("INTERN_MODEL")}
    return {**kept, "INTERN_MODEL": f"ollama_chat/{MODEL}", "OLLAMA_BASE_URL": url}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure where the time of the demo's job goes.")
    parser.add_argument("--runs", type=_count, default=3, metavar="N", help="how often the job is played (default: 3)")
    parser.add_argument("--only", choices=[SANDBOX, AGENT, WEBHOOKS, DURABILITY, SOAK], help="nothing else")
    parser.add_argument(
        "--peers", action="store_true", help="install other sandboxes for the run and measure them, too"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also save every figure there")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a whole number from 1 to 1000")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
