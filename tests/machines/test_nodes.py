"""Who takes over what, on a real PostgreSQL: each node is a process that runs a workflow of one long step."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from dbos import DBOS

from bot.engine.durable import DurableSteps
from bot.engine.lease import Terms
from bot.store.database import Database
from tests.engine.alone import LoneEngine

TERMS = Terms(beat=0.3, lease=2.0, dead=3.0)
#: Nobody waits so long for the silence of another one.
PATIENT = Terms(beat=0.3, lease=300.0, dead=600.0)
SECONDS = 60.0

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.machines.test_nodes"])


class Node:
    """An engine in this process whose jobs write down what they do, and go on when a file allows it."""

    def __init__(self, url: str, folder: Path, terms: Terms) -> None:
        self.folder = folder
        self.engine = LoneEngine(url, {"jobs": 2}, terms=terms)
        self.engine.add("story", self.story)

    def story(self, steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        name = argument["name"]
        steps.step("begin", lambda: self.note(f"{name} begins"), None)
        steps.step("work", lambda: self.wait(name), None)
        steps.step("end", lambda: self.note(f"{name} ends"), None)
        return {}

    def note(self, text: str) -> None:
        with (self.folder / "notes").open("a") as file:
            file.write(f"{text} {os.getpid()}\n")

    def wait(self, name: str) -> None:
        self.note(f"{name} works")
        while not (self.folder / f"go-{name}").exists():
            time.sleep(0.02)


def live(url: str, folder: Path, terms: Terms) -> None:
    """Be a node until the lease is lost or somebody says so."""
    leave: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: leave.append(1))
    node = Node(url, folder, terms)
    node.engine.launch()
    while not leave and not node.engine.lost.wait(0.05):
        pass
    if not leave:
        node.note("lost")
    node.engine.close(0.2)
    os._exit(0)


def until(holds: Callable[[], bool], seconds: float = SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.03)
    return True


class Cluster:
    """Several nodes on one fresh database, seen from outside."""

    def __init__(self, server: str, name: str, folder: Path) -> None:
        self.server, self.name, self.folder = server, name, folder
        self.url = server.replace("/postgres?", f"/{name}?")
        self.nodes: list[BaseProcess] = []

    def add(self, terms: Terms = TERMS) -> BaseProcess:
        node = _FORKS.Process(target=live, args=(self.url, self.folder, terms), daemon=True)
        node.start()
        self.nodes.append(node)
        expected = len([one for one in self.nodes if one.is_alive()])
        assert until(lambda: len(self.rows("select id from intern_nodes")) >= expected, 30), "no node came up"
        return node

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        try:
            with psycopg.connect(self.url) as connection:
                return connection.execute(query).fetchall()  # type: ignore[arg-type]
        except psycopg.Error:
            return []

    def execute(self, query: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(query)  # type: ignore[arg-type]

    def ask(self, *names: str) -> None:
        from dbos import DBOSClient, DBOSPortableJSONSerializer

        client = DBOSClient(system_database_url=self.url, serializer=DBOSPortableJSONSerializer())
        for name in names:
            options = {"queue_name": "jobs", "workflow_name": "story", "workflow_id": name, "queue_partition_key": name}
            client.enqueue({**options, "app_version": "1"}, {"name": name})  # type: ignore[typeddict-item]
        client.destroy()

    def go(self, *names: str) -> None:
        for name in names:
            (self.folder / f"go-{name}").touch()

    def notes(self, about: str = "") -> list[str]:
        file = self.folder / "notes"
        return [line for line in file.read_text().splitlines() if about in line] if file.exists() else []

    def states(self) -> dict[str, str]:
        return dict(self.rows("select workflow_uuid, status from dbos.workflow_status"))  # type: ignore[arg-type]

    def ended(self, *names: str) -> bool:
        states = self.states()
        return all(states.get(name) == "SUCCESS" for name in names)

    def close(self) -> None:
        for node in self.nodes:
            if node.is_alive() and node.pid:
                os.kill(node.pid, signal.SIGKILL)
            node.join(10)


@pytest.fixture
def cluster(server: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    made = Cluster(server, f"n{abs(hash(request.node.name)) % 10**8}", tmp_path)
    yield made
    made.close()


def pid_of(line: str) -> int:
    return int(line.rpartition(" ")[2])


def test_all_processes_together_keep_the_limit_and_the_dead_one_keeps_no_place(cluster: Cluster) -> None:
    first = cluster.add()
    cluster.ask("a", "b", "c")
    assert until(lambda: len(cluster.notes("works")) == 2)
    second = cluster.add()
    time.sleep(1.0)  # several looks into the queue
    assert len(cluster.notes("works")) == 2, "the limit is of all processes together"
    running = {line.split()[0] for line in cluster.notes("works")}
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    assert until(lambda: len([1 for line in cluster.notes("works") if pid_of(line) == second.pid]) == 2)
    cluster.go("a", "b", "c")
    assert until(lambda: cluster.ended("a", "b", "c"))
    for name in running:
        assert len(cluster.notes(f"{name} begins")) == 1, "a finished step is never repeated"
        assert len(cluster.notes(f"{name} works")) == 2, "the one in flight is"
        assert len(cluster.notes(f"{name} ends")) == 1


def test_a_process_that_leaves_hands_its_jobs_over_at_once(cluster: Cluster) -> None:
    first = cluster.add(PATIENT)
    cluster.ask("a")
    assert until(lambda: len(cluster.notes("a works")) == 1)
    second = cluster.add(PATIENT)
    assert first.pid is not None
    os.kill(first.pid, signal.SIGTERM)
    assert until(lambda: [pid_of(line) for line in cluster.notes("a works")] == [first.pid, second.pid])
    cluster.go("a")
    assert until(lambda: cluster.ended("a"))


def test_a_frozen_process_records_nothing_when_it_thaws(cluster: Cluster) -> None:
    first = cluster.add()
    cluster.ask("a")
    assert until(lambda: len(cluster.notes("a works")) == 1)
    second = cluster.add()
    assert first.pid is not None
    os.kill(first.pid, signal.SIGSTOP)
    assert until(lambda: pid_of(cluster.notes("a works")[-1]) == second.pid)
    cluster.go("a")
    assert until(lambda: cluster.ended("a"))
    os.kill(first.pid, signal.SIGCONT)
    assert until(lambda: not first.is_alive()), "it does not end"
    assert [pid_of(line) for line in cluster.notes("a ends")] == [second.pid]
    assert [pid_of(line) for line in cluster.notes("lost")] == [first.pid], "it has to start anew"


def test_a_database_whose_clock_is_set_forward_takes_no_job_from_the_living(cluster: Cluster) -> None:
    cluster.add()
    cluster.ask("a")
    assert until(lambda: len(cluster.notes("a works")) == 1)
    cluster.add()
    for _ in range(40):  # as signs of life look that were given before the clock was set
        cluster.execute("update intern_nodes set seen = seen - interval '1 hour'")
        time.sleep(0.05)
    cluster.go("a")
    assert until(lambda: cluster.ended("a"))
    assert len(cluster.notes("a works")) == 1
    assert cluster.notes("lost") == []


def test_a_database_whose_clock_was_set_back_keeps_no_job_of_the_dead(cluster: Cluster) -> None:
    first = cluster.add()
    cluster.ask("a")
    assert until(lambda: len(cluster.notes("a works")) == 1)
    second = cluster.add()
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    first.join(10)
    cluster.execute("update intern_nodes set seen = seen + interval '1 hour'")
    assert until(lambda: pid_of(cluster.notes("a works")[-1]) == second.pid)


def test_what_nobody_known_is_running_goes_on(cluster: Cluster) -> None:
    """Its process died before anybody knew it, or was of a version that knew no nodes."""
    cluster.add()
    cluster.ask("a")
    assert until(lambda: len(cluster.notes("a works")) == 1)
    for node in cluster.nodes:
        assert node.pid is not None
        os.kill(node.pid, signal.SIGKILL)
        node.join(10)
    cluster.execute("delete from intern_nodes")
    cluster.execute("update dbos.workflow_status set executor_id = 'local'")
    cluster.go("a")
    cluster.add()
    assert until(lambda: cluster.ended("a"))


def test_a_process_frozen_in_a_transaction_keeps_nothing_from_the_others(cluster: Cluster) -> None:
    cluster.add()
    database = Database(cluster.url)
    child = os.fork()
    if child == 0:
        with Database(cluster.url).writing(7):
            (cluster.folder / "inside").touch()
            os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    assert until((cluster.folder / "inside").exists)
    try:
        database.patiently(7, lambda connection: connection.execute(sa.text("select 1")).scalar())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        database.close()


def test_this_version_of_dbos_gives_back_to_the_queue_what_a_dead_executor_was_running(cluster: Cluster) -> None:
    """The contract with a function that is not public: `bot/engine/nodes.py` stands on it."""
    first = cluster.add()
    cluster.ask("a", "b")
    assert until(lambda: len(cluster.notes("works")) == 2)
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    first.join(10)
    cluster.execute("update dbos.workflow_status set executor_id = 'alive' where workflow_uuid = 'b'")
    (dead,) = cluster.rows("select id from intern_nodes")
    (before,) = cluster.rows(
        "select queue_name, queue_partition_key, recovery_attempts from dbos.workflow_status where workflow_uuid='a'"
    )
    probe = _FORKS.Process(target=_recover, args=(cluster.url, dead[0]), daemon=True)
    probe.start()
    probe.join(30)
    assert probe.exitcode == 0
    assert cluster.states() == {"a": "ENQUEUED", "b": "PENDING"}
    (after,) = cluster.rows(
        "select queue_name, queue_partition_key, recovery_attempts from dbos.workflow_status where workflow_uuid='a'"
    )
    assert after == before


def _recover(url: str, dead: str) -> None:
    from dbos import DBOSPortableJSONSerializer

    DBOS(
        config={
            "name": "code-intern",
            "system_database_url": url,
            "application_version": "1",
            "executor_id": "prober",
            "serializer": DBOSPortableJSONSerializer(),
        }
    )
    DBOS.listen_queues([])  # it must not run anything itself
    DBOS.launch()
    for _ in range(2):
        DBOS._recover_pending_workflows([dead])
    os._exit(0)
