"""Run: the contenders in turns, slice by slice, and what the medians say."""

import logging
import multiprocessing
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.sandbox.figure import Aim, Figure, Line, at_least, at_most
from bench.spread import Spread
from bench.webhooks.contender import Contender, Missing, ours, probot
from bench.webhooks.payload import Payload, payloads
from bench.webhooks.sender import Slice, send
from bench.webhooks.served import SECRET

CONNECTIONS, ROUNDS, SECONDS = (16, 64), 7, 1.0
#: Of Probot's rate.
AIM_STORED, AIM_IGNORED, AIM_P99_MS = 1.0, 1.2, 50.0

STORED, PUMPED, IGNORED, PROBOT = (
    "stored",
    "stored, and handed to the engine meanwhile",
    "none of its business",
    "Probot",
)


class Unfair(Exception):
    """A contender did not answer as it should; the run says nothing."""


@dataclass
class Tally:
    """All slices of one contender with so many connections."""

    slices: list[Slice] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: int = 0

    @property
    def rates(self) -> Spread:
        """Requests per second, a value for each slice."""
        return Spread.of(one.rate for one in self.slices)

    @property
    def latencies(self) -> Spread:
        """Seconds of all requests."""
        return Spread.of(each for one in self.slices for each in one.each)


def measure_webhooks(say: Callable[[str], None], rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Figure]:
    """A figure for each number of connections. Raises Unfair."""
    stored, ignored = payloads()
    spawn = multiprocessing.get_context("spawn")  # a fork would inherit threads in the middle of something
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intern-")))
        sender = stack.enter_context(ProcessPoolExecutor(1, mp_context=spawn))
        alone = stack.enter_context(ours(folder / "alone", pump=False))
        contenders = {STORED: (alone, stored, 202), IGNORED: (alone, ignored, 200)}
        contenders[PUMPED] = (stack.enter_context(ours(folder / "pumped", pump=True)), stored, 202)
        trouble = ""
        try:
            say("webhooks: Probot is started")
            contenders[PROBOT] = (stack.enter_context(probot(folder)), stored, 200)
        except Missing as error:
            trouble = str(error)
        tallies = _play(sender, contenders, rounds, seconds, say)
        _check(tallies, alone)
        return [
            _figure(number, {name: tallies[number, name] for name in contenders}, trouble) for number in CONNECTIONS
        ]


def _play(
    sender: ProcessPoolExecutor,
    contenders: Mapping[str, tuple[Contender, Payload, int]],
    rounds: int,
    seconds: float,
    say: Callable[[str], None],
) -> dict[tuple[int, str], Tally]:
    """One rehearsal, which does not count, then the rounds; each begins with another contender."""
    tallies = {(number, name): Tally() for number in CONNECTIONS for name in contenders}
    names = list(contenders)
    for turn in range(rounds + 1):
        say(f"webhooks: round {turn} of {rounds}" if turn else "webhooks: rehearsal")
        shift = turn % len(names)
        for number in CONNECTIONS:
            for name in names[shift:] + names[:shift]:
                contender, payload, status = contenders[name]
                before = contender.processor()
                with contender.turn():
                    one = sender.submit(send, contender.port, payload, SECRET, number, seconds).result()
                if set(one.statuses) != {status}:
                    raise Unfair(f"{name}: answered {one.statuses} instead of {status}")
                tally = tallies[number, name]
                tally.memory = max(tally.memory, contender.memory())
                if turn:
                    tally.slices.append(one)
                    tally.processor.append((contender.processor() - before) / len(one.each))
    return tallies


def _check(tallies: Mapping[tuple[int, str], Tally], alone: Contender) -> None:
    """What was answered with "stored" is stored."""
    answered = sum(len(one.each) for (_, name), tally in tallies.items() if name == STORED for one in tally.slices)
    if alone.stored() < answered:
        raise Unfair(f"{answered} were answered as stored, {alone.stored()} are in the inbox")


def _figure(connections: int, tallies: Mapping[str, Tally], trouble: str) -> Figure:
    lines = [line for name, tally in tallies.items() for line in _lines(name, tally, tallies.get(PROBOT))]
    if trouble:
        lines.append(Line("Probot", note=trouble))
    return Figure(f"Webhooks of 12 KB over {connections} connections", tuple(lines))


def _lines(name: str, tally: Tally, peer: Tally | None) -> Iterator[Line]:
    ratio, aim = "", None
    if peer is not None and peer is not tally:
        # Of two slices that were neighbours in time: what disturbed one disturbed the other.
        times = statistics.median(a.rate / b.rate for a, b in zip(tally.slices, peer.slices, strict=True))
        ratio, aim = f"{times:.2f} × Probot", _aim(name, times)
    yield Line(f"{name}, requests/s", tally.rates, ",.0f", ratio, aim)
    p99 = tally.latencies.percentile(99) * 1000
    yield Line(f"  answered after {p99:.0f} ms at p99, ms", tally.latencies, aim=_slow(name, p99))
    yield Line("  processor time of one, µs", Spread.of(each * 1e6 for each in tally.processor), ".0f")
    yield Line("  memory, MiB", Spread.of([tally.memory / 2**20]), ".0f")
    yield Line("  the sender's own share of a core", Spread.of(one.busy / one.seconds for one in tally.slices), ".0%")


def _aim(name: str, times: float) -> Aim | None:
    wished = {STORED: AIM_STORED, IGNORED: AIM_IGNORED}.get(name)
    return at_least(wished, times) if wished else None


def _slow(name: str, p99: float) -> Aim | None:
    return at_most(AIM_P99_MS, p99, "ms at p99") if name == STORED else None


if __name__ == "__main__":
    from rich.console import Console

    from bench.report import Report

    logging.basicConfig(level=logging.ERROR)
    load = os.getloadavg()[0]
    figures = measure_webhooks(print)
    Report("", figures=figures, load=(load, os.getloadavg()[0])).show(Console(width=136))
