"""A job is given up that takes its process down each time; one that others interrupt is not, however often."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.lease import Lease
from tests.engine.alone import LoneEngine

#: Takes its process down in its second step.
FATAL = """
import os, sys, threading
from bot.engine.durable import DurableEngine
from bot.store.database import Database

def story(steps, _):
    steps.step("one", lambda: None, None)
    steps.step("two", lambda: os._exit(7), None)

engine = DurableEngine(Database(sys.argv[1]), {"jobs": 1})
engine.add("story", story)
engine.launch()
engine.enqueue_now("jobs", "story", "a", {}, partition="a")
threading.Event().wait(60)
"""


class Life:
    """The lives of one bot on one file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "jobs.sqlite"
        self.working, self.go_on = threading.Event(), threading.Event()
        self.engine: DurableEngine | None = None

    def begin(self, steps: int, lease: Lease | None = None) -> None:
        def story(run: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
            for number in range(steps):
                run.step(f"step {number}", self.working.set, None)
            run.step("long", lambda: self.working.set() or self.go_on.wait(60), Any)
            return {}

        self.working.clear()
        self.engine = LoneEngine(f"sqlite:///{self.file}", {"jobs": 1}, lease)
        self.engine.add("story", story)
        self.engine.launch()
        self.engine.enqueue_now("jobs", "story", "a", {}, partition="a")

    def leave(self, seconds: float = 0.5) -> None:
        assert self.engine is not None
        self.engine.close(seconds)
        self.engine = None

    def count(self) -> int:
        with closing(sqlite3.connect(self.file)) as connection:
            (found,) = connection.execute("select recovery_attempts from workflow_status").fetchone()
            return int(found)

    def set(self, count: int) -> None:
        with closing(sqlite3.connect(self.file)) as connection, connection:
            connection.execute("update workflow_status set recovery_attempts = ?", (count,))


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = Life(tmp_path)
    yield made
    made.go_on.set()
    if made.engine is not None:
        made.leave(5)


def test_a_bot_that_is_started_anew_interrupts_nobody(life: Life) -> None:
    for _ in range(3):
        life.begin(0)
        assert life.working.wait(60)
        life.leave()
        assert life.count() == 0, "it left in peace, in the middle of a step"


def test_what_freezes_its_process_is_counted(life: Life) -> None:
    for _ in range(3):
        lease = Lease()
        life.begin(0, lease)
        assert life.working.wait(60)
        lease.lose()  # for too long there was no sign of life
        life.leave()
    assert life.count() == 3


def test_what_has_come_further_was_interrupted_by_others(life: Life) -> None:
    life.begin(0)
    assert life.working.wait(60)
    life.leave()
    life.set(40)
    life.go_on.set()
    life.begin(0)
    assert until(lambda: life.count() == 1)


def test_what_takes_its_process_down_in_the_same_step_is_counted(life: Life) -> None:
    for _ in range(3):
        ended = subprocess.run([sys.executable, "-c", FATAL, f"sqlite:///{life.file}"], capture_output=True, text=True)
        assert ended.returncode == 7, ended.stderr
    assert life.count() == 3
