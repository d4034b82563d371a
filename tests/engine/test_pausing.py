"""A file that can't be written for a while, with jobs under way: everything waits, and nothing is lost."""

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.engine.account import DayAccount
from bot.engine.durable import DurableEngine, DurableSteps
from bot.store.away import is_trouble
from bot.store.daybook import Daybook
from bot.words.day import DayBudget
from tests.engine.alone import LoneEngine
from tests.engine.test_durable import finish


class Work:
    """A job of three steps; the second one waits for a word."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.reached, self.go = threading.Event(), threading.Event()

    def story(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        if steps.workflow_id != "a":
            return {}
        steps.step("one", lambda: self.done.append("one"), None)
        steps.step("two", self.two, None)
        steps.step("three", lambda: self.done.append("three"), None)
        return {"done": len(self.done)}

    def two(self) -> None:
        self.done.append("two")
        self.reached.set()
        assert self.go.wait(60)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def engine(tmp_path: Path, work: Work) -> Iterator[DurableEngine]:
    made = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {"jobs": 2})
    made.add("story", work.story)
    made.launch()
    yield made
    made.close(5)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow: the kernel says no to SQLite as it does when a disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk(engine: DurableEngine, work: Work) -> None:
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")
    assert work.reached.wait(30)
    storing = threading.Thread(target=engine.enqueue_now, args=("jobs", "story", "b", {}), kwargs={"partition": "b"})
    with full_disk():
        work.go.set()
        storing.start()
        storing.join(3)
        assert storing.is_alive(), "nobody is told that it is stored"
        assert work.done == ["one", "two"], "nothing goes on that can't be recorded"
        assert engine.outcome("a")[0] == "PENDING", "and reading still works"
    assert finish(engine, "a") == ("SUCCESS", {"done": 3})
    assert work.done[:3] == ["one", "two", "three"], "the step that waited for its record was not done again"
    storing.join(60)
    assert finish(engine, "b")[0] == "SUCCESS"


def test_what_a_job_spends_is_counted_when_the_full_disk_has_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database.PATIENCE", (0.1,))
    monkeypatch.setattr("bot.store.away.AGAIN", 0.3)
    url, tried, filled = f"sqlite:///{tmp_path / 'jobs.sqlite'}", list[str](), threading.Event()
    engine = LoneEngine(url, {"jobs": 2})
    book = Daybook(engine.database)
    account = DayAccount(book, "a", 1, DayBudget(), DayBudget())

    def call() -> str:
        tried.append("call")
        assert filled.wait(30)
        account.admit(10, costs=False)
        return "said"

    def story(steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        return {"reply": steps.step("plan", lambda: account.at_work(call), str)}

    engine.add("story", story)
    engine.launch()
    try:
        engine.enqueue_now("jobs", "story", "a", {}, partition="a")
        until = time.monotonic() + 30
        while not tried and time.monotonic() < until:
            time.sleep(0.02)
        with full_disk():
            filled.set()
            time.sleep(2.0)
        assert finish(engine, "a") == ("SUCCESS", {"reply": "said"})
        assert len(tried) > 1
        assert book.usage(1)[0].calls == 1
    finally:
        engine.close(5)


def test_another_program_holds_the_lock(engine: DurableEngine, work: Work, tmp_path: Path) -> None:
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")
    assert work.reached.wait(30)
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite", isolation_level=None, timeout=30)) as other:
        other.execute("begin immediate")
        work.go.set()
        time.sleep(2)
        assert work.done == ["one", "two"]
        assert engine.outcome("a")[0] == "PENDING"
        other.execute("rollback")
    assert finish(engine, "a") == ("SUCCESS", {"done": 3})


def test_only_what_is_the_files_fault_is_waited_for(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as connection:
        with pytest.raises(sqlite3.OperationalError) as no_table:
            connection.execute("select * from disk_io_error")
        connection.execute("pragma query_only = 1")
        with pytest.raises(sqlite3.OperationalError) as read_only:
            connection.execute("create table x (y)")
    assert not is_trouble(no_table.value)
    assert is_trouble(read_only.value)
    assert is_trouble(sa.exc.OperationalError("insert", {}, read_only.value))
    assert not is_trouble(RuntimeError("database or disk is full"))
