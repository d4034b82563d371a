"""A crash between the mark that ends a job and the record of it: whoever waits for the job is told all the same."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.gate import Parked
from bot.server.letters import EVENT
from bot.server.stopping import Stopping
from bot.store.database import Database
from bot.store.halts import Halts
from bot.words.events import Unlabeled
from bot.words.job import Job, Kind, Person, Repository
from bot.workflow.admission import Answered
from tests.engine.alone import LoneEngine

ALICE = Person(id=11, login="alice")
HERE = Repository(id=5, owner="alice", name="tally", default_branch="main", installation=3)
OFF = Unlabeled(repository=HERE, issue=8, label="intern", sender=ALICE)


class DyingHalts(Halts):
    """The process ends when the mark is on the disk."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.marked = threading.Event()

    def tell(self, job: str) -> None:
        super().tell(job)
        self.marked.set()
        raise Parked


class Counter:
    """What is asked and said about one repository: slowly, as GitHub may be."""

    def __init__(self, said: list[str], pause: float) -> None:
        self._said, self._pause = said, pause

    def taken_off(self, _issue: int, _label: str, _event: int) -> bool:
        time.sleep(self._pause)
        return True

    def answer(self, answered: Answered, _marker: str) -> None:
        self._said.append(f"#{answered.issue}: {answered.text}")

    def close(self) -> None:
        """Nothing is open."""


class Bot:
    """Lives of a bot that does one job at a time."""

    def __init__(self, url: str) -> None:
        self.url, self.said = url, list[str]()
        self.working, self.go_on = threading.Event(), threading.Event()

    def live(self, pause: float = 0.0, halts: Halts | None = None) -> DurableEngine:
        engine = LoneEngine(self.url, {"deliveries": 4, "jobs": 1})
        engine.halts = halts or engine.halts
        stopping = Stopping(engine, lambda _: Counter(self.said, pause))  # type: ignore[arg-type,return-value]
        engine.add("admit", lambda steps, argument: stopping.by_event(EVENT.validate_python(argument), steps))  # type: ignore[arg-type]
        engine.add("fulfil", self._fulfil)
        engine.launch()
        return engine

    def _fulfil(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        """As a job does that is silent where the person is told elsewhere."""
        halt = steps.halt()
        if halt is None:
            self.working.set()
            self.go_on.wait(300)
            raise Parked
        if not halt.told:
            self.said.append(f"#{argument['issue']}: it says so itself")
        return {}


def ask(engine: DurableEngine, issue: int) -> None:
    name = f"{HERE.id}-{issue}-label-{issue}0"
    job = Job(id=name, kind=Kind.SOLVE, repository=HERE, issue=issue, title="t", requester=ALICE)
    engine.enqueue_now("jobs", "fulfil", f"job-{name}", job.model_dump(mode="json"), partition=str(HERE.id))


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    made = Bot(f"sqlite:///{tmp_path / 'jobs.sqlite'}")
    yield made
    made.go_on.set()


def test_the_person_is_told_although_the_job_has_ended_in_silence(bot: Bot, tmp_path: Path) -> None:
    database = Database(bot.url)
    dying = DyingHalts(database)
    engine = bot.live(halts=dying)
    ask(engine, 7)
    assert bot.working.wait(60)
    ask(engine, 8)
    engine.enqueue_now("deliveries", "admit", "delivery-off", EVENT.dump_python(OFF, mode="json"), partition="5-8")
    assert dying.marked.wait(60)
    engine.close(0.1)
    database.close()
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as connection, connection:
        connection.execute("update workflow_status set status = 'CANCELLED' where workflow_uuid like 'job-5-7-%'")

    again = bot.live(pause=3.0)
    try:
        until(lambda: not again.active("delivery-") and not again.active("job-"))
        assert bot.said == [
            "#8: **Stopped before it began.** alice took the label off. `alice` asked for it. To start over, ask again."
        ]
    finally:
        again.close(1)
