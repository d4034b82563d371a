"""Rows that claim to be pickles: wherever one is planted, it is refused and never loaded."""

import base64
import pickle
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dbos
import pytest
import sqlalchemy as sa
from dbos import DBOS

from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.json_only import PickleRefused
from tests.engine.alone import LoneEngine
from tests.engine.test_durable import finish


class Bomb:
    """Makes a file when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return (Path.touch, (self.mark,))


def pickled(mark: Path) -> str:
    return base64.b64encode(pickle.dumps(Bomb(mark))).decode()


def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
    DBOS.set_event("progress", {"at": "work"})
    return {"number": steps.step("one", lambda: 1, int)}


class Planted:
    """A store with one finished job, whose rows somebody else changes before a process opens it."""

    def __init__(self, file: Path) -> None:
        self.url, self.mark = f"sqlite:///{file}", file.with_name("executed")
        self.engine = LoneEngine(self.url, {"jobs": 1})

    def opened(self) -> DurableEngine:
        self.engine.add("story", story)
        self.engine.launch()
        return self.engine

    def plant(self, *statements: str) -> None:
        database = sa.create_engine(self.url)
        with database.begin() as connection:
            for statement in statements:
                bound = {"bomb": pickled(self.mark)} if ":bomb" in statement else {}
                assert connection.execute(sa.text(statement), bound).rowcount > 0, statement
        database.dispose()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("store") / "jobs.sqlite"
    engine = Planted(file).opened()
    engine.enqueue_now("jobs", "story", "a", {}, partition="a")
    assert finish(engine, "a") == ("SUCCESS", {"number": 1})
    engine.close(5)
    return file


@pytest.fixture
def planted(store: Path, tmp_path: Path) -> Iterator[Planted]:
    made = Planted(Path(shutil.copy(store, tmp_path)))
    yield made
    made.engine.close(5)


AGAIN = (
    "update workflow_status set status = 'PENDING', output = null, error = null",
    "delete from workflow_output",
)
PICKLED = "update workflow_status set serialization = 'py_pickle'"


def test_an_interrupted_jobs_argument(planted: Planted) -> None:
    planted.plant(
        "insert into workflow_input (workflow_uuid, inputs) values ('a', :bomb) "
        "on conflict (workflow_uuid) do update set inputs = excluded.inputs",
        "update workflow_status set inputs = :bomb",
        *AGAIN,
        PICKLED,
    )
    engine = planted.opened()
    assert finish(engine, "a")[0] == "ERROR", "it ends, and does not stop the jobs behind it"
    engine.enqueue_now("jobs", "story", "b", {}, partition="a")
    assert finish(engine, "b")[0] == "SUCCESS"
    assert not planted.mark.exists()


def test_a_steps_result(planted: Planted) -> None:
    planted.plant("update operation_outputs set output = :bomb, serialization = 'py_pickle'", *AGAIN)
    assert finish(planted.opened(), "a")[0] == "ERROR"
    DBOS.list_workflow_steps("a")
    assert not planted.mark.exists()


def test_a_steps_error(planted: Planted) -> None:
    planted.plant("update operation_outputs set output = null, error = :bomb, serialization = 'py_pickle'", *AGAIN)
    assert finish(planted.opened(), "a")[0] == "ERROR"
    DBOS.list_workflow_steps("a")
    assert not planted.mark.exists()


def test_a_finished_jobs_end(planted: Planted) -> None:
    planted.plant(
        "insert into workflow_output (workflow_uuid, output, error) values ('a', :bomb, :bomb) "
        "on conflict (workflow_uuid) do update set output = excluded.output, error = excluded.error",
        "update workflow_status set output = :bomb, error = :bomb",
        PICKLED,
    )
    engine = planted.opened()
    assert engine.outcome("a")[0] == "SUCCESS"
    engine.outputs("a")
    DBOS.list_workflows()
    with pytest.raises(PickleRefused):
        DBOS.retrieve_workflow("a").get_result()
    assert not planted.mark.exists()


def test_events_messages_and_streams(planted: Planted) -> None:
    planted.plant(
        "update workflow_events set value = :bomb, serialization = 'py_pickle'",
        "insert into notifications (destination_uuid, topic, message, serialization) "
        "values ('a', 'told', :bomb, 'py_pickle')",
        'insert into streams (workflow_uuid, key, value, "offset", serialization) '
        "values ('a', 'lines', :bomb, 0, 'py_pickle')",
    )
    planted.opened()
    looks: list[Callable[[], Any]] = [
        lambda: DBOS.get_all_events("a"),
        lambda: DBOS.get_event("a", "progress", timeout_seconds=0.1),
        lambda: next(iter(DBOS.read_stream("a", "lines"))),
    ]
    for look in looks:
        with pytest.raises(PickleRefused):
            look()
    assert not planted.mark.exists()


def test_nothing_is_written_as_a_pickle_either(planted: Planted) -> None:
    planted.opened()
    from dbos import _serialization

    native = _serialization.WorkflowSerializationFormat.NATIVE
    text, _ = _serialization.serialize_value({"a": 1}, native, dbos.DBOSPortableJSONSerializer())
    assert text == "\"{'a': 1}\"", "JSON, whatever the row claims"


def test_dbos_knows_pickles_in_one_place_alone() -> None:
    """Fails when an upgrade moves them: then `bot/engine/json_only.py` has to follow."""
    folder = Path(dbos.__file__).parent
    loads = re.compile(
        r"\b(?:c?[pP]ickle|dill|marshal|shelve|jsonpickle|cloudpickle)\.|\bimport (?:pickle|dill|marshal)"
    )
    found = {path.name for path in folder.rglob("*.py") if loads.search(path.read_text("utf-8"))}
    assert found == {"_serialization.py"}
    text = (folder / "_serialization.py").read_text("utf-8")
    assert text.count("pickle.loads") == 1
    assert len(re.findall(r"class \w+\(Serializer\)", text)) == 2
