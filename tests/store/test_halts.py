"""A stop is a mark in the database: it ends steps within a second, outlives the process, and replays alike."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.engine.durable import DurableEngine, DurableSteps
from bot.errors import Cancelled
from bot.stopping import check_stopped
from bot.store.database import Database
from bot.store.halts import Halts
from tests.engine.alone import LoneEngine

Story = Callable[[DurableSteps, dict[str, Any]], dict[str, Any]]
Launch = Callable[[Story], DurableEngine]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    engines: list[DurableEngine] = []

    def start(story: Story) -> DurableEngine:
        engine = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {"jobs": 2})
        engine.add("story", story)
        engine.launch()
        engines.append(engine)
        return engine

    yield start
    for engine in engines:
        engine.close(1)


class Job:
    """Does one thing, then waits until it is ended, then says its end."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.between: list[bool] = []
        self.waits = threading.Event()

    def tell(self, steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        steps.step("one", lambda: self.done.append("one"), None)
        self.between.append(steps.stopped())
        try:
            steps.step("two", self._wait, None)
        except Cancelled as error:
            steps.step("say the end", lambda: self.done.append("end"), None, always=True)
            return {"ended": str(error)}
        return {}

    def _wait(self) -> None:
        self.waits.set()
        while True:
            check_stopped()
            time.sleep(0.02)


def begin(engine: DurableEngine) -> None:
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")


def ended(engine: DurableEngine) -> Any:
    end = time.monotonic() + 30
    while engine.outcome("a")[0] in {"PENDING", "ENQUEUED"}:
        assert time.monotonic() < end
        time.sleep(0.05)
    return engine.outcome("a")


def test_a_mark_ends_the_step_that_is_under_way_and_not_the_last_one(launch: Launch) -> None:
    job = Job()
    engine = launch(job.tell)
    begin(engine)
    assert job.waits.wait(30)
    engine.halts.enter("a", "alice said so.")
    engine.halts.enter("a", "bob, too.")
    assert ended(engine) == ("SUCCESS", {"ended": "alice said so."})
    assert job.done == ["one", "end"]


def test_what_waits_sees_the_mark_at_its_first_step(launch: Launch) -> None:
    job = Job()

    def tell(steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        halt = steps.halt()
        try:
            steps.step("one", lambda: job.done.append("one"), None)
        except Cancelled:
            return {"told": halt.told if halt else None}
        return {}

    engine = launch(tell)
    engine.halts.enter("a", "alice said so.")
    engine.halts.tell("a")
    begin(engine)
    assert ended(engine) == ("SUCCESS", {"told": True})
    assert job.done == []


def test_a_stop_while_the_process_was_away_takes_the_way_that_was_recorded(launch: Launch, tmp_path: Path) -> None:
    first, second = Job(), Job()
    seen: list[list[bool]] = []

    def told_by(job: Job) -> Story:
        def tell(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
            seen.append([steps.stopped()])
            steps.step("zero", lambda: job.done.append("zero"), None)
            seen[-1].append(steps.stopped())
            return job.tell(steps, argument)

        return tell

    engine = launch(told_by(first))
    begin(engine)
    assert first.waits.wait(30)
    engine.close(0.1)
    with Database(f"sqlite:///{tmp_path / 'jobs.sqlite'}") as database:
        Halts(database).enter("a", "alice said so.")
    assert first.done == ["zero", "one"]

    again = launch(told_by(second))
    assert ended(again) == ("SUCCESS", {"ended": "alice said so."})
    assert second.done == ["end"], "what was done before is only recalled"
    assert seen == [[False, False], [False, False]], "while it is recalled nothing is stopped"
    assert second.between == [True]
