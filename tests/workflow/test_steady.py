"""What a job's sandbox lives through, over rooms that fail as they are told to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from bot.errors import Cancelled
from bot.workflow.steady import SteadySandbox, steadily
from bot.workflow.stoppable import stoppable
from sandbox.environment.store import EnvironmentGone
from sandbox.room import RoomDied, SandboxAway, SandboxError
from tests.sandbox.plain_sandbox import PlainSandbox


@pytest.fixture
def plain() -> PlainSandbox:
    return PlainSandbox()


Steady = Callable[..., SteadySandbox]


@pytest.fixture
def steady(plain: PlainSandbox) -> Iterator[Steady]:
    with ExitStack() as stack:

        def make(stopped: Callable[[], bool] = lambda: False, patience: float = 20.0) -> SteadySandbox:
            return SteadySandbox(stack.enter_context(stoppable(plain, stopped)), patience=patience, pause=0.05)

        yield make


def test_an_engine_that_is_away_is_waited_for(plain: PlainSandbox, steady: Steady) -> None:
    plain.failures = [SandboxAway("the engine is gone")] * 3
    assert steady().open({}).execute("x").stdout == "x"
    assert len(plain.tries) == 4


def test_not_for_ever(plain: PlainSandbox, steady: Steady) -> None:
    plain.failures = [SandboxAway("the engine is gone: start it")] * 1000
    with pytest.raises(SandboxAway, match="start it"):
        steady(patience=0.3).open({})


def test_whoever_waits_can_be_stopped(plain: PlainSandbox, steady: Steady) -> None:
    plain.failures = [SandboxAway("the engine is gone")] * 100_000
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        steady(stop.is_set).open({})
    assert time.monotonic() - started < 10


def test_another_fault_is_told_at_once(plain: PlainSandbox, steady: Steady) -> None:
    plain.failures = [SandboxError("the engine's disk is full")]
    with pytest.raises(SandboxError, match="disk is full"):
        steady().open({})
    assert len(plain.tries) == 1


def test_an_environment_that_somebody_removed_is_made_again_once(plain: PlainSandbox, steady: Steady) -> None:
    sandbox, made = steady(), list[str]()

    def remake(gone: str) -> str:
        made.append(gone)
        return "second"

    sandbox.remake = remake
    plain.failures = [EnvironmentGone("gone")]
    sandbox.open({}, environment="first")
    sandbox.open({}, environment="first")
    assert made == ["first"]
    assert [room.environment for room in plain.made] == ["second", "second"]
    plain.failures = [EnvironmentGone("gone, too")]
    sandbox.open({}, environment="first")
    assert made == ["first", "first"]


def test_nor_is_that_tried_for_ever_or_where_nobody_knows_how(plain: PlainSandbox, steady: Steady) -> None:
    sandbox = steady()
    plain.failures = [EnvironmentGone("gone")]
    with pytest.raises(EnvironmentGone):
        sandbox.open({}, environment="first")
    sandbox.remake = lambda gone: gone
    plain.failures = [EnvironmentGone("gone")] * 100
    with pytest.raises(EnvironmentGone):
        sandbox.open({}, environment="first")
    assert len(plain.failures) > 90


def test_what_needs_rooms_alone_runs_again_from_its_beginning() -> None:
    done: list[int] = []

    def work() -> str:
        done.append(1)
        if len(done) < 2:
            raise SandboxAway("somebody removed the container")
        return "seen"

    assert steadily(work) == "seen"

    def broken() -> str:
        done.append(2)
        raise RoomDied("by its own code")

    with pytest.raises(RoomDied):
        steadily(broken)
    assert done == [1, 1, 2]
