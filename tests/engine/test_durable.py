"""Durable steps on a real database file."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.engine.durable import DurableEngine, DurableSteps, Workflow
from bot.engine.inline import InlineSteps
from bot.errors import ConfigurationError, GitHubError, Refusal
from bot.stopping import check_stopped
from bot.store.database import Database
from bot.store.daybook import Daybook
from sandbox.room import SandboxAway, SandboxError
from tests.engine.alone import LoneEngine, finish

Launch = Callable[[dict[str, Workflow]], DurableEngine]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    engines: list[DurableEngine] = []

    def start(workflows: dict[str, Workflow]) -> DurableEngine:
        engine = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {"deliveries": 4, "jobs": 2})
        for name, workflow in workflows.items():
            engine.add(name, workflow)
        engine.launch()
        engines.append(engine)
        return engine

    yield start
    for engine in engines:
        engine.close(5)


def test_a_finished_step_keeps_its_result_and_a_known_error_keeps_its_kind(launch: Launch) -> None:
    def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        number = steps.step("one", lambda: argument["number"] + 1, int)
        with pytest.raises(Refusal, match="not here"):
            steps.step("two", refuse, str)
        return {"number": number, "stopped": steps.stopped()}

    def refuse() -> str:
        raise Refusal("not here")

    engine = launch({"story": story})
    engine.enqueue_now("deliveries", "story", "a", {"number": 1}, partition="a")
    assert finish(engine, "a") == ("SUCCESS", {"number": 2, "stopped": False})


def test_an_error_of_a_sandbox_is_told_after_a_restart_as_it_was_before(launch: Launch) -> None:
    told: list[str] = []

    def story(steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        try:
            steps.step("prepare", refuse, str)
        except SandboxAway:
            told.append("away")
        except SandboxError as error:
            told.append(str(error))
        steps.step("say the end", lambda: time.sleep(0 if len(told) > 1 else 2), None)
        return {}

    def refuse() -> str:
        if told:
            raise AssertionError("it was done")
        raise SandboxAway("Docker does not answer. Start it.")

    engine = launch({"story": story})
    engine.enqueue_now("deliveries", "story", "a", {}, partition="a")
    while not told:
        time.sleep(0.02)
    engine.close(0.1)
    assert finish(launch({"story": story}), "a") == ("SUCCESS", {})
    assert told == ["Docker does not answer. Start it."] * 2


def test_the_same_id_is_never_stored_twice_not_even_after_its_end(launch: Launch) -> None:
    engine = launch({"story": lambda steps, argument: {}})
    engine.enqueue_now("deliveries", "story", "a", {}, partition="a")
    finish(engine, "a")
    assert not engine.enqueue_now("deliveries", "story", "a", {}, partition="a")


def test_jobs_of_one_repository_run_one_after_the_other(launch: Launch) -> None:
    running: list[str] = []
    most: list[int] = []

    def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        running.append(argument["name"])
        most.append(len([name for name in running if name.startswith(argument["name"][0])]))
        time.sleep(0.2)
        running.remove(argument["name"])
        return {}

    engine = launch({"story": story})
    for name in ("a1", "a2", "a3"):
        engine.enqueue_now("jobs", "story", name, {"name": name}, partition="a")
    for name in ("a1", "a2", "a3"):
        assert finish(engine, name)[0] == "SUCCESS"
    assert max(most) == 1


def test_a_second_process_on_the_same_file_is_refused(launch: Launch, tmp_path: Path) -> None:
    launch({"story": lambda steps, argument: {}})
    second = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {})
    with pytest.raises(ConfigurationError, match="in use by another"):
        second.launch()


def test_a_table_that_a_new_version_brings_is_there_before_a_job_goes_on(launch: Launch, tmp_path: Path) -> None:
    file, seen = tmp_path / "jobs.sqlite", list[int]()

    def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        with Database(f"sqlite:///{file}") as database:
            seen.append(Daybook(database).usage(1)[0].jobs)
        return {}

    engine = launch({"story": story})
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")
    finish(engine, "a")
    engine.close(5)
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        connection.execute("update workflow_status set status = 'PENDING', output = null where workflow_uuid = 'a'")
        connection.execute("drop table intern_daybook")
    again = LoneEngine(f"sqlite:///{file}", {"jobs": 2})
    again.add("story", story)
    again.launch()
    assert finish(again, "a")[0] == "SUCCESS"
    again.close(5)
    assert seen == [0, 0]


def test_a_table_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        connection.execute("create view intern_schema as select 1 as other")
    engine = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {})
    with pytest.raises(ConfigurationError, match=r"DATABASE_URL can't be opened: "):
        engine.launch()
    engine.database.close()


def test_nothing_in_the_store_is_a_pickle(launch: Launch, tmp_path: Path) -> None:
    engine = launch({"story": lambda steps, argument: {"value": steps.step("one", lambda: [1, 2], list[int])}})
    engine.enqueue_now("deliveries", "story", "a", {"x": "y"}, partition="a")
    finish(engine, "a")
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        kinds = connection.execute("select distinct serialization from workflow_status").fetchall()
        steps = connection.execute("select distinct serialization from operation_outputs").fetchall()
    assert {*kinds, *steps} == {("portable_json",)}


def test_a_changed_workflow_takes_the_new_way_only_for_jobs_that_have_not_passed_it(
    launch: Launch, tmp_path: Path
) -> None:
    def old(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        steps.step("one", lambda: None, None)
        if argument["far"]:
            steps.step("two", lambda: None, None)
        return {}

    def new(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        steps.step("one", lambda: None, None)
        is_new = steps.patched("a step between")
        if is_new:
            steps.step("one and a half", lambda: None, None)
        steps.step("two", lambda: None, None)
        return {"new": is_new, "twice": steps.patched("a step between at the end")}

    engine = launch({"story": old})
    for name, far in (("near", False), ("far", True)):
        engine.enqueue_now("jobs", "story", name, {"far": far}, partition=name)
        finish(engine, name)
    engine.close(5)
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        connection.execute("update workflow_status set status = 'PENDING', output = null")
    for _ in range(2):  # and so again after another crash
        later = launch({"story": new})
        assert finish(later, "near") == ("SUCCESS", {"new": True, "twice": True})
        assert finish(later, "far") == ("SUCCESS", {"new": False, "twice": True})
        later.close(5)
        with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
            connection.execute("update workflow_status set status = 'PENDING', output = null")
    assert InlineSteps().patched("a step between")


def test_an_engine_that_leaves_takes_no_work_up_any_more(tmp_path: Path) -> None:
    """Another process may have time for it, and each taking up counts as an interruption."""
    engine = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {"jobs": 2})
    working, leaving = threading.Event(), threading.Event()

    def story(steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        steps.step("work", lambda: working.set() or leaving.wait(20), Any)
        return {}

    engine.add("story", story)
    engine.launch()
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")
    assert working.wait(20)
    closing = threading.Thread(target=engine.close)
    closing.start()
    time.sleep(0.5)
    engine.enqueue_now("jobs", "story", "b", {}, partition="b")
    time.sleep(1.5)  # several looks into the queue
    state = engine.outcome("b")
    leaving.set()
    closing.join()
    assert state == ("ENQUEUED", None)


def test_what_is_only_read_is_left_with_the_process_and_is_no_error_of_the_job(tmp_path: Path) -> None:
    engine = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {"jobs": 2})
    reading, ended = threading.Event(), threading.Event()
    met: list[str] = []

    def read() -> str:
        reading.set()
        for _ in range(100):
            check_stopped()
            time.sleep(0.05)
        raise GitHubError("The connection to GitHub is closed.")

    def story(steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        try:
            steps.patiently(read)
        except BaseException as error:
            met.append(type(error).__name__)
            raise
        finally:
            ended.set()
        return {}

    engine.add("story", story)
    engine.launch()
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")
    assert reading.wait(20)
    engine.close(1)
    assert ended.wait(20)
    assert met == ["Parked"]
