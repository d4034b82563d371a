"""A job that is put off, on a real database file: across restarts, until its patience ends, or until it is stopped."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.inline import InlineSteps
from bot.errors import Cancelled, GitHubError, Later
from bot.store import away as away_for_now
from tests.engine.alone import LoneEngine

Story = Callable[[DurableSteps, dict[str, Any]], dict[str, Any]]
DAY = 86_400.0


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[[Story], DurableEngine]]:
    engines: list[DurableEngine] = []

    def start(story: Story) -> DurableEngine:
        engine = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {"jobs": 2})
        engine.add("story", story)
        engine.launch()
        engines.append(engine)
        return engine

    yield start
    for engine in engines:
        engine.close(5)


def begin(engine: DurableEngine) -> None:
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")


def ended(engine: DurableEngine) -> Any:
    until(lambda: engine.outcome("a")[0] not in {"PENDING", "ENQUEUED"})
    return engine.outcome("a")


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


class Limited:
    """Work that GitHub puts off some times."""

    def __init__(self, *waits: float, patience: float = DAY) -> None:
        self.waits, self.patience = list(waits), patience
        self.done: list[float] = []

    def work(self) -> str:
        self.done.append(time.time())
        if self.waits:
            raise Later("A limit.", time.time() + self.waits.pop(0), self.patience)
        return "done"

    def story(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        before = steps.step("before", lambda: "before", str)
        return {"told": before + steps.step("ask", self.work, str), "waited": steps.waited() > 0}


def test_work_is_done_anew_when_it_is_time(launch: Callable[[Story], DurableEngine]) -> None:
    limited = Limited(0.6, 0.6)
    engine = launch(limited.story)
    begin(engine)
    assert ended(engine) == ("SUCCESS", {"told": "beforedone", "waited": True})
    first, second, third = limited.done
    assert second - first >= 0.55
    assert third - second >= 0.55


def test_a_restart_waits_for_the_rest_only_and_shutdown_waits_for_nothing(
    launch: Callable[[Story], DurableEngine],
) -> None:
    limited = Limited(4.0)
    engine = launch(limited.story)
    begin(engine)
    until(lambda: len(limited.done) == 1)
    time.sleep(0.5)  # for the record of the step
    before = time.monotonic()
    assert engine.close(20)
    assert time.monotonic() - before < 3
    assert ended(launch(limited.story))[1]["told"] == "beforedone"
    first, second = limited.done
    assert second - first >= 3.9, "the limit was kept"
    assert second - first < 12, "and nothing was waited for twice"


def test_patience_ends_a_job_and_not_its_story(launch: Callable[[Story], DurableEngine]) -> None:
    limited = Limited(0.5, 0.9, patience=1.0)

    def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        try:
            return limited.story(steps, argument)
        except GitHubError as error:
            return {"failed": str(error)}

    engine = launch(story)
    begin(engine)
    assert "A limit. I have waited 0 seconds before." in ended(engine)[1]["failed"]
    assert len(limited.done) == 2


def test_a_stop_ends_the_wait(launch: Callable[[Story], DurableEngine]) -> None:
    from dbos import DBOS

    limited, seen = Limited(600.0), []

    def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        try:
            return limited.story(steps, argument)
        except Cancelled:
            seen.append("cancelled")
            raise

    begin(launch(story))
    until(lambda: len(limited.done) == 1)
    DBOS.cancel_workflow("a")
    until(lambda: seen == ["cancelled"])
    assert len(limited.done) == 1


def test_a_step_waits_for_a_database_that_is_away(
    launch: Callable[[Story], DurableEngine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(away_for_now, "AGAIN", 0.3)
    away, tried = tmp_path / "away", threading.Event()
    own = sa.create_engine(f"sqlite:///{away / 'own.sqlite'}")

    def begin_it() -> int:
        try:
            with own.connect() as connection:
                return int(connection.execute(sa.text("select 1")).scalar_one())
        finally:
            tried.set()

    engine = launch(lambda steps, _: {"found": steps.step("begin", begin_it, int)})
    begin(engine)
    assert tried.wait(30)
    away.mkdir()
    assert ended(engine) == ("SUCCESS", {"found": 1})


def test_a_wait_without_an_end_takes_nothing_from_the_patience_with_github() -> None:
    steps = InlineSteps()
    assert steps.patiently(Limited(1.0, patience=math.inf).work) == "done"
    assert steps.step("ask", Limited(0.5, patience=1.0).work, str) == "done"


def test_what_recalled_steps_were_made_of_is_waited_for_also_when_the_job_was_stopped(
    launch: Callable[[Story], DurableEngine],
) -> None:
    seen: list[str] = []
    writes, go_on = threading.Event(), threading.Event()

    def read() -> str:
        seen.append("read")
        if len(seen) in (2, 3):
            raise GitHubError("GitHub is away.") if len(seen) == 2 else Later("A limit.", time.time() + 0.5, 0.1)
        return "files"

    def write() -> None:
        writes.set()
        go_on.wait()

    def story(steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        steps.step("locate", lambda: None, None)
        steps.patiently(read, recalls=True)
        steps.step("plan", lambda: None, None)
        steps.step("write", write, None, always=True)
        return {"stopped": steps.stopped()}

    engine = launch(story)
    begin(engine)
    until(writes.is_set)
    engine.halts.enter("a", "Somebody said so.")
    engine.close(0.1)
    go_on.set()
    assert ended(launch(story)) == ("SUCCESS", {"stopped": True})
    assert seen == ["read"] * 4


def test_what_is_no_step_waits_as_well_and_a_clock_that_was_turned_back_makes_it_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps, limited = InlineSteps(), Limited(0.5, 0.5)
    assert steps.patiently(limited.work) == "done"
    assert steps.waited() == pytest.approx(1.0, abs=0.1)
    assert steps.step("ask", Limited(0.2).work, str) == "done"
    with pytest.raises(GitHubError, match="waited"):
        steps.patiently(Limited(0.5, patience=1.0).work)
    turned = Limited(0.5)
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() - 3600 * bool(turned.done))
    before = time.monotonic()
    assert steps.step("ask", turned.work, str) == "done"
    assert time.monotonic() - before < 10


def test_what_always_has_to_be_done_waits_although_the_job_was_stopped(
    launch: Callable[[Story], DurableEngine],
) -> None:
    limited, word = Limited(600.0), Limited(0.7, 0.7, patience=1.5)

    def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        try:
            steps.step("ask", limited.work, str)
        except Cancelled as error:
            return {"ended": str(error), "said": steps.step("say the end", word.work, str, always=True)}
        return {}

    engine = launch(story)
    begin(engine)
    until(lambda: len(limited.done) == 1)
    engine.halts.enter("a", "Enough.")
    assert ended(engine)[1] == {"ended": "Enough.", "said": "done"}
    first, second, third = word.done
    assert min(second - first, third - second) >= 0.65
