"""What the tests of one worker share: a PostgreSQL, and one proof that was seen in real rooms."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from bench.soak.proof import Proof, see
from bench.soak.world import World
from bot.engine.lease import Terms
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.room import Limits
from tests.engine.postgresql import do_without, postgresql, there

#: Short, and still long enough for a busy machine.
SHORT = Terms(beat=0.5, lease=4.0, dead=6.0)

#: Makes a world on a database of its own; the machines' further options go in.
WorldMaker = Callable[..., World]

_numbers = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a PostgreSQL server."""
    if not there():
        do_without()
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def proof() -> Proof:
    """What real rooms see of the change that all jobs here make."""
    limits = Limits(seconds=30, lifetime=300)
    with BubblewrapSandbox(limits=limits) as sandbox:
        return see(sandbox, limits)


@pytest.fixture
def world(server: str, proof: Proof, request: pytest.FixtureRequest) -> Iterator[WorldMaker]:
    with ExitStack() as stack:
        made: list[World] = []

        def make(terms: Terms = SHORT, **options: Any) -> World:
            made.append(stack.enter_context(World(server, f"world{next(_numbers)}", proof, terms, **options)))
            return made[-1]

        yield make
        for one in made:
            for machine in one.machines:
                print(f"--- {machine.url}\n{machine.log()[-3000:]}")  # noqa: T201  (shown with what failed)
