"""Run a soak: jobs come in, everything fails now and then, and in the end somebody looks what became of them."""

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from bench.soak.chaos import Chaos
from bench.soak.samples import Sample, Samples, costs_of
from bench.soak.verdict import Verdict
from bench.soak.world import World, until
from bot.standins.github import Issue
from bot.standins.github.repositories import Repository

#: Seconds without any progress after which the soak gives up.
STUCK = 300.0


@dataclass(frozen=True)
class Size:
    """How much is asked for.

    Attributes:
        jobs: in total.
        repositories: that they are from.
        machines: processes.
        open: jobs that wait or run at once, at most: people ask as fast as this.
        every: seconds between two troubles; 0 for none.
        minutes: after which nobody asks for more.
    """

    jobs: int = 1000
    repositories: int = 200
    machines: int = 3
    open: int = 40
    every: float = 8.0
    minutes: float = 600.0


@dataclass(frozen=True)
class Soaked:
    """What was found.

    Attributes:
        jobs: that were asked for.
        size: what was to be asked for.
        running: jobs at once, at most.
        seconds: from the first label to the last word.
        verdict: what became of the jobs.
        chaos: what went wrong, and how often.
        samples: what was held meanwhile.
        rows: of each table at the end.
        calls: of the model.
        costs: what a job costs, in words and numbers.
    """

    jobs: int
    size: Size
    running: int
    seconds: float
    verdict: Verdict
    chaos: dict[str, int]
    samples: tuple[Sample, ...]
    rows: dict[str, int]
    calls: int
    costs: dict[str, float]

    @property
    def per_hour(self) -> float:
        """Jobs."""
        return self.jobs / self.seconds * 3600


def soak(world: World, size: Size, say: Callable[[str], None], seed: int = 1) -> Soaked:
    """Run one on a fresh world."""
    dice = random.Random(seed)  # noqa: S311 - dice
    for _ in range(size.machines):
        world.machine()
    if not until(lambda: all(one.answers() for one in world.machines), 120):
        raise TimeoutError("the machines don't come up")
    places = [world.repository(number) for number in range(size.repositories)]
    say(f"{size.machines} machines, {size.repositories} repositories")
    with ExitStack() as stack:
        samples = stack.enter_context(Samples(world))
        chaos = stack.enter_context(Chaos(world, size.every, seed)) if size.every else None
        asked, seconds = _ask(world, places, size, dice, say)
    until(lambda: all(one.answers() for one in world.machines), 60)
    verdict = Verdict()
    for place, issue in asked:
        verdict.look(world, place, issue)
    verdict.look_at_all(world, len(asked), samples.taken)
    done = dict(chaos.done) if chaos else {}
    held, costs = tuple(samples.taken), costs_of(world, len(asked))
    return Soaked(
        len(asked), size, world.running, seconds, verdict, done, held, samples.rows(), world.model.calls, costs
    )


def _ask(
    world: World, places: list[Repository], size: Size, dice: random.Random, say: Callable[[str], None]
) -> tuple[list[tuple[Repository, Issue]], float]:
    """Let people ask, and wait for all last words; what was asked, and how long it took."""
    asked: list[tuple[Repository, Issue]] = []
    waiting: list[tuple[Repository, Issue]] = []
    began = moved = told = time.monotonic()
    most = size.jobs
    while len(asked) < most or waiting:
        if time.monotonic() - began > size.minutes * 60:
            most = len(asked)
        while len(asked) < most and len(waiting) < size.open:
            place = places[len(asked) % len(places)]
            asked.append((place, world.asks(place, dice.choice(world.machines))))
            waiting.append(asked[-1])
        still = [one for one in waiting if not world.ended(one[1])]
        if len(still) < len(waiting):
            moved = time.monotonic()
        waiting = still
        if time.monotonic() - told > 15:
            told = time.monotonic()
            world.redeliver(dice.choice(world.machines))
            say(f"{told - began:.0f} s: {len(asked) - len(waiting)} ended, {len(waiting)} open")
        if time.monotonic() - moved > STUCK:
            say(f"stuck: {[f'{place.name}#{issue.number}' for place, issue in waiting]}, {world.states()}")
            break
        time.sleep(0.1)
    until(lambda: all(status == "SUCCESS" for status in world.states().values()), 60)
    return asked, time.monotonic() - began
