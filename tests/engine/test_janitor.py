"""The janitor on real databases: what is old goes with all its rows, the rest stays, and the file shrinks."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS

from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.janitor import Janitor
from bot.store.wishes import Wish, Wishes
from bot.words.pressure import Crowd, Pressure
from tests.engine.alone import LoneEngine
from tests.engine.postgresql import do_without, postgresql, there
from tests.engine.test_durable import finish

DAY = 86_400.0
OLD = ("delivery-old", "job-old", "job-older", "job-failed")
NEW = ("delivery-new", "job-new")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not there():
        do_without()
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("server")


def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
    DBOS.set_event("progress", {"at": "work"})
    steps.step("one", lambda: os.urandom(argument["size"]).hex(), str)
    if argument["fails"]:
        raise RuntimeError("as asked")
    return {}


@pytest.fixture
def engine(url: str) -> Iterator[LoneEngine]:
    made = LoneEngine(url, {"jobs": 8})
    made.add("story", story)
    made.launch()
    yield made
    made.close(5)


def begin(engine: DurableEngine, *names: str, size: int = 10) -> None:
    for name in names:
        argument = {"size": size, "fails": name == "job-failed"}
        engine.enqueue_now("jobs", "story", name, argument, partition=name)


def age(url: str, name: str, days: float) -> None:
    """As if it had been begun and had ended so long ago."""
    driver = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    table = "dbos.workflow_status" if driver.dialect.name == "postgresql" else "workflow_status"
    moment = int((time.time() - days * DAY) * 1000)
    statement = f"update {table} set created_at = :at, updated_at = :at, completed_at = :at where workflow_uuid = :name"  # noqa: S608
    with driver.begin() as connection:
        assert connection.execute(sa.text(statement), {"at": moment, "name": name}).rowcount == 1
    driver.dispose()


def rows(url: str) -> dict[str, int]:
    """Of all tables that tell of workflows."""
    driver = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    schema = "dbos." if driver.dialect.name == "postgresql" else ""
    names = ("workflow_status", "operation_outputs", "workflow_events", "workflow_input", "workflow_output")
    with driver.connect() as connection:
        counts = {name: sa.text(f"select count(*) from {schema}{name}") for name in names}  # noqa: S608
        found = {name: connection.execute(count).scalar_one() for name, count in counts.items()}
    driver.dispose()
    return found


def test_what_ended_long_ago_goes_with_all_its_rows(engine: DurableEngine, url: str) -> None:
    begin(engine, *OLD, *NEW)
    for name in (*OLD, *NEW):
        assert finish(engine, name)[0] == ("ERROR" if name == "job-failed" else "SUCCESS")
    for name, days in (("delivery-old", 15), ("job-old", 31), ("job-older", 400), ("job-failed", 31), ("job-new", 29)):
        age(url, name, days)
    janitor = Janitor(url, 30)
    assert janitor.sweep(time.time() - 20 * DAY) == 1, "a clock that is behind forgets less"
    assert janitor.sweep(time.time()) == 3
    assert [name for name in (*OLD, *NEW) if engine.outcome(name)[0] != "UNKNOWN"] == list(NEW)
    left = rows(url)
    assert {name: count for name, count in left.items() if count > 2} in ({}, {"operation_outputs": 4})
    assert janitor.sweep(time.time()) == 0


def test_what_is_under_way_stays_however_old_it_is(engine: DurableEngine, url: str) -> None:
    engine.enqueue_now("none", "story", "job-waiting", {}, partition="x")
    age(url, "job-waiting", 900)
    assert Janitor(url, 30).sweep(time.time()) == 0
    assert engine.outcome("job-waiting")[0] == "ENQUEUED"
    DBOS.delete_workflow("job-waiting")


def test_tables_of_ours_forget_by_the_same_days(engine: LoneEngine, url: str) -> None:
    wishes = Wishes(engine.database, Pressure())
    wishes.forget(datetime.now(UTC) + timedelta(days=1))
    Janitor(url, 30).sweep(time.time() + 100 * DAY)
    wishes.enter(Wish(id="w", person=1, repository=1, issue=1), lambda _: Crowd())
    janitor = Janitor(url, 30, [wishes.forget])
    assert janitor.sweep(time.time() + 29 * DAY) == 0
    assert janitor.sweep(time.time() + 31 * DAY) == 1


def test_the_file_shrinks(tmp_path: Path) -> None:
    file = tmp_path / "jobs.sqlite"
    url = f"sqlite:///{file}"
    engine = LoneEngine(url, {"jobs": 8})
    engine.add("story", story)
    engine.launch()
    try:
        names = [f"job-{number}" for number in range(8)]
        begin(engine, *names, size=300_000)
        for name in names:
            finish(engine, name)
        Janitor(url, 30).sweep(time.time())
        large = file.stat().st_size
        assert large > 8 * 600_000
        for name in names:
            age(url, name, 40)
        assert Janitor(url, 30).sweep(time.time()) == 8
        assert file.stat().st_size < large / 4
        assert file.with_name(f"{file.name}-wal").stat().st_size < large / 4
    finally:
        engine.close(5)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
