"""Processes on one PostgreSQL write to one installation: a second apart, as the stand-in for GitHub sees it."""

import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Self

import psycopg
import pytest

from bench.soak.world import until
from bot.errors import Later
from bot.github.credentials import AppCredentials
from bot.github.portal import Portal
from bot.github.question import Question
from bot.github.stage import Stage
from bot.standins.github import App, Fault, GitHub, GitHubThread, Recorded
from bot.stopping import ending_when
from bot.store.database import Database
from bot.store.tables import make_tables
from bot.store.turns import Turns
from bot.words.job import Repository
from tests.engine.postgresql import start, stop
from tests.machines.conftest import WorldMaker

#: Seconds between two writes; so much less may be seen, for what the way to the stand-in takes is not always the same.
PACE, TOLERANCE = 1.0, 0.1
LONG = 120.0

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.machines.test_turns"])


@dataclass(frozen=True)
class Pen:
    """What a process needs to write comments."""

    github: str
    app: str
    key: str
    repository: Repository
    database: str


class Writer:
    """Writes comments on the first issue; who has another one has another process, but for what PostgreSQL keeps."""

    def __init__(self, pen: Pen) -> None:
        self._database = Database(pen.database)
        make_tables(self._database)
        self.portal = Portal(pen.github, pace=PACE, longest=15.0, turns=Turns(self._database))
        self._credentials = AppCredentials(pen.app, pen.key.encode())
        self._pen = pen

    def __enter__(self) -> Self:
        self.portal.__enter__()
        self._access = self._credentials.open(self.portal.client, self._pen.repository, Stage.READ)
        return self

    def __exit__(self, *error: object) -> None:
        self.portal.close()
        self._database.close()

    def write(self, text: str) -> None:
        where = {"owner": self._pen.repository.owner, "repo": self._pen.repository.name}
        question = Question("POST", "/repos/{owner}/{repo}/issues/1/comments", where, {"body": text})
        self.portal.run(self.portal.client.ask(question, self._access))

    def read(self) -> None:
        where = {"owner": self._pen.repository.owner, "repo": self._pen.repository.name}
        self.portal.run(self.portal.client.ask(Question("GET", "/repos/{owner}/{repo}", where), self._access))


def live(pen: Pen, folder: Path, name: str, times: int) -> None:
    """A process that writes so often, as soon as a file allows it."""
    with Writer(pen) as writer:
        writer.read()
        (folder / name).touch()
        while not (folder / "go").exists():
            time.sleep(0.01)
        for number in range(times):
            writer.write(f"{name} {number}")
    os._exit(0)


@dataclass
class Street:
    """GitHub with one repository, a database, and the processes that write.

    `seen` has what reached GitHub, without what was refused there by order.
    """

    thread: GitHubThread
    pen: Pen
    folder: Path
    seen: list[tuple[float, Recorded]] = field(default_factory=list)
    processes: list[BaseProcess] = field(default_factory=list)

    def watch(self, seen: Recorded) -> bool:
        if seen.status == 0 and seen.path.startswith("/repos/"):
            self.seen.append((time.monotonic(), seen))
        return True

    def begin(self, name: str, times: int) -> BaseProcess:
        process = _FORKS.Process(target=live, args=(self.pen, self.folder, name, times), daemon=True)
        process.start()
        self.processes.append(process)
        assert until((self.folder / name).exists, 60), "no process came up"
        return process

    def go(self) -> None:
        (self.folder / "go").touch()

    def moments(self, method: str = "POST") -> list[float]:
        return [moment for moment, seen in self.seen if seen.method == method]

    def texts(self) -> list[str]:
        return [seen.body["body"] for _, seen in self.seen if seen.method == "POST"]

    def gaps(self) -> list[float]:
        return [after - before for before, after in itertools.pairwise(self.moments())]

    def execute(self, query: str) -> None:
        with psycopg.connect(self.pen.database, autocommit=True) as connection:
            connection.execute(query.encode())


@pytest.fixture
def street(server: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Street]:
    name = f"turns{abs(hash(request.node.name)) % 10**8}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    app = App.generate()
    with GitHubThread(GitHub(app)) as thread:
        place = thread.github.repository("alice/tempo", {"README.md": "Tempo\n"})
        alice = thread.github.user("alice")
        place.issue("Say something", "Anything.", by=alice)
        installation = thread.github.installation(alice)
        assert installation is not None
        repository = Repository(
            id=place.id, owner="alice", name="tempo", default_branch="main", installation=installation.id
        )
        database = server.replace("/postgres?", f"/{name}?")
        pen = Pen(thread.github.url, str(app.id), app.private_key, repository, database)
        made = Street(thread, pen, tmp_path)
        thread.github.watch(made.watch)
        yield made
        for process in made.processes:
            if process.is_alive() and process.pid:
                os.kill(process.pid, signal.SIGKILL)
            process.join(10)


@pytest.fixture
def writer(street: Street) -> Iterator[Callable[[], Writer]]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Writer(street.pen))


@pytest.mark.parametrize("count", [2, 3])
def test_processes_that_write_at_once_keep_a_second_between_any_two(street: Street, count: int) -> None:
    for number in range(count):
        street.begin(f"w{number}", 4)
    street.go()
    assert until(lambda: len(street.moments()) == 4 * count, LONG)
    for process in street.processes:
        process.join(10)
    assert min(street.gaps()) >= PACE - TOLERANCE
    assert sum(street.gaps()) <= 1.5 * PACE * len(street.gaps()), "and none waits for longer than it has to"
    first = {text.split()[0] for text in street.texts()[: count + 1]}
    assert len(first) == count, "each has its turn"


def test_a_process_that_starts_anew_waits_for_the_rest(street: Street) -> None:
    for _ in range(3):
        with Writer(street.pen) as writer:
            writer.write("again")
    assert min(street.gaps()) >= PACE - TOLERANCE


def test_who_slept_through_its_moment_takes_another_one(street: Street, writer: Callable[[], Writer]) -> None:
    process, other = street.begin("sleeper", 1), writer()
    assert process.pid is not None
    other.write("first")
    street.go()
    time.sleep(0.3)  # it waits for its moment
    os.kill(process.pid, signal.SIGSTOP)
    for _ in range(2):
        other.write("meanwhile")
    os.kill(process.pid, signal.SIGCONT)
    assert until(lambda: len(street.moments()) == 4, LONG)
    process.join(10)
    assert street.texts()[-1] == "sleeper 0"
    assert min(street.gaps()) >= PACE - TOLERANCE


def test_what_one_is_told_all_keep_to(street: Street, writer: Callable[[], Writer]) -> None:
    one, two = writer(), writer()
    two.read()
    order = street.thread.github.fail("POST", "/comments$", Fault.SECONDARY_429, retry_after=4)
    told = threading.Thread(target=one.write, args=("one",))
    told.start()
    assert until(lambda: order.hits == 1, LONG)
    refused = time.monotonic()
    time.sleep(0.3)
    asking = threading.Thread(target=two.write, args=("two",))
    asking.start()
    time.sleep(2.0)  # reading looks now and then
    two.read()
    told.join(LONG)
    asking.join(LONG)
    later = street.moments() + street.moments("GET")[1:]
    assert len(later) == 3
    assert min(later) - refused >= 4 - TOLERANCE
    assert min(street.gaps()) >= PACE - TOLERANCE


def test_a_long_pause_of_one_puts_the_work_of_the_others_off(street: Street, writer: Callable[[], Writer]) -> None:
    one, two = writer(), writer()
    street.thread.github.fail("POST", "/comments$", Fault.SECONDARY_403, retry_after=700)
    with pytest.raises(Later):
        one.write("one")
    with pytest.raises(Later, match="12 minutes"):
        two.write("two")
    with pytest.raises(Later):
        writer().read()
    assert street.moments() == [], "GitHub was asked once"


def test_a_clock_that_was_turned_back_stops_nobody(street: Street, writer: Callable[[], Writer]) -> None:
    one, began = writer(), time.monotonic()
    one.write("one")
    street.execute("""update intern_turns set moment = clock_timestamp() + interval '1 day',
        told = clock_timestamp() + interval '1 hour', closed = 3600""")
    writer().write("two")
    one.write("three")
    assert time.monotonic() - began < 6
    assert min(street.gaps()) >= PACE - TOLERANCE


def test_who_waits_locks_nothing_and_can_be_stopped(street: Street, writer: Callable[[], Writer]) -> None:
    one, began = writer(), time.monotonic()
    one.write("one")
    street.execute("update intern_turns set moment = clock_timestamp() + interval '30 seconds'")
    looked: list[int] = []

    def check() -> None:
        if time.monotonic() - began > 2:
            with psycopg.connect(street.pen.database) as connection:
                connection.execute("select * from intern_turns for update nowait")
                query = "select count(*) from pg_stat_activity where state like 'idle in%'"
                looked.extend(row[0] for row in connection.execute(query))
            raise KeyboardInterrupt

    with ending_when(check), pytest.raises(KeyboardInterrupt):
        one.write("two")
    assert time.monotonic() - began < 4
    assert looked == [0]
    street.execute("update intern_turns set moment = clock_timestamp()")
    one.write("three")
    assert street.texts() == ["one", "three"]


def test_a_database_that_is_away_stops_no_write(server: str, street: Street, writer: Callable[[], Writer]) -> None:
    one, two = writer(), writer()
    one.write("one")
    stop(server)
    try:
        began = time.monotonic()
        for text in ("two", "three", "four"):
            one.write(text)
        assert time.monotonic() - began < 3 * PACE + 3
    finally:
        start(server)
    assert min(street.gaps()) >= PACE - TOLERANCE, "it keeps a pace of its own"
    time.sleep(5.5)  # for as long it does not ask
    one.write("five")
    two.write("six")
    assert min(street.gaps()) >= PACE - TOLERANCE


def test_a_row_that_somebody_has_locked_stops_no_write(street: Street, writer: Callable[[], Writer]) -> None:
    one = writer()
    one.write("one")
    with psycopg.connect(street.pen.database) as connection:
        connection.execute("select * from intern_turns for update")
        began = time.monotonic()
        one.write("two")
        one.write("three")
        assert time.monotonic() - began < 5
        until(lambda: waiting(street) == 0, 5)
        assert waiting(street) == 0, "and no question waits for ever"


def waiting(street: Street) -> int:
    with psycopg.connect(street.pen.database) as connection:
        query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        return int(connection.execute(query).fetchall()[0][0])


@pytest.mark.bubblewrap
def test_two_whole_machines_keep_a_second_between_any_two_of_their_writes(world: WorldMaker) -> None:
    today, moments = world(running=4, pace=PACE), list[float]()

    def watch(seen: Recorded) -> bool:
        if seen.status == 0 and seen.method != "GET" and "/repos/" in seen.path:
            moments.append(time.monotonic())
        return True

    today.github.watch(watch)
    machines = [today.machine() for _ in range(2)]
    assert until(lambda: all(one.answers() for one in machines), LONG)
    issues = []
    for number in range(4):
        issues.append(today.asks(today.repository(number), machines[number % 2]))
        time.sleep(0.6)  # so that one of them takes some, and the other one others
    assert until(lambda: all(map(today.ended, issues)), LONG)
    took_part = today.rows("select distinct executor_id from dbos.workflow_status")
    assert len(took_part) == 2, "both had something to do"
    assert len(moments) > 20
    gaps = [after - before for before, after in itertools.pairwise(moments)]
    assert min(gaps) >= PACE - TOLERANCE
