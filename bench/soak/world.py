"""World: GitHub and a model in this process behind real HTTP, a PostgreSQL, and machines that can be killed."""

import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from bench.soak.machine import SECRET, Setup, live
from bench.soak.proof import Proof
from bot.engine.lease import Terms
from bot.server.app import WEBHOOK_PATH
from bot.standins.github import App, GitHub, GitHubThread, Issue, Limits, Recorded
from bot.standins.github.repositories import Repository
from bot.standins.replayed_model import ReplayedModel, Reply
from tests.crashes.repository import BODY, FILES, TITLE, solving

_APP = App.generate()
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["bench.soak.machine"])

#: The last word of a status comment begins so; before it, the comment shows where the job stands.
LAST_WORD = "### Code Intern\n"


class SlowModel(ReplayedModel):
    """A model that takes its time, and counts who waits for it.

    Attributes:
        seconds: of each call.
        calls: so far.
        most: calls at once, ever.
        asked: called before each answer.
    """

    def __init__(self, script: list[Reply]) -> None:
        super().__init__(script)
        self.seconds, self.calls, self.most, self._now = 0.0, 0, 0, 0
        self.asked: Callable[[], None] = lambda: None
        self._counting = threading.Lock()

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer, later."""
        with self._counting:
            self.calls += 1
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            self.asked()
            time.sleep(self.seconds)
            return super().answer(body)
        finally:
            self.requests.clear()  # a thousand jobs ask for gigabytes
            with self._counting:
                self._now -= 1


@dataclass
class Machine:
    """One process, which may be started again after its end.

    Attributes:
        setup: how it is started.
        process: the one that was started last.
    """

    setup: Setup
    process: BaseProcess | None = None

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self.process is not None, "not started"  # noqa: S101
        assert self.process.pid is not None, "not started"  # noqa: S101
        return self.process.pid

    @property
    def url(self) -> str:
        """Where its webhook is."""
        return f"http://127.0.0.1:{self.setup.port}{WEBHOOK_PATH}"

    def start(self) -> None:
        """Start it, as a supervisor would."""
        self.process = _FORKS.Process(target=live, args=(self.setup,), daemon=True)
        self.process.start()

    def lives(self) -> bool:
        """Whether it runs, or is frozen."""
        return self.process is not None and self.process.is_alive()

    def send(self, number: int) -> None:
        """Send it a signal."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it and wait for its end."""
        if self.lives():
            self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.join(30)

    def answers(self) -> bool:
        """Whether it can be told something."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.setup.port}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def log(self) -> str:
        """What it has said."""
        return self.setup.log.read_text(errors="replace") if self.setup.log.exists() else ""

    def rooms(self) -> int:
        """How many rooms of its process are open."""
        return len(list(self.setup.rooms.glob(f"{self.pid}-*")))


class World:
    """Use as a context manager; `machine` adds machines.

    Args:
        server: URL of a PostgreSQL, in which a database of its own is made.
        name: of that database.
        proof: what a proof looks like.
        terms: of the machines' leases.
        running: jobs at once, on all machines together.
        waiting: seconds of each call of the model.
        options: further fields of every machine's `Setup`.
    """

    def __init__(
        self,
        server: str,
        name: str,
        proof: Proof,
        terms: Terms,
        running: int = 2,
        waiting: float = 0.0,
        **options: Any,
    ) -> None:
        self._server, self._name, self.database = server, name, server.replace("/postgres?", f"/{name}?")
        self.running = running
        self._proof, self._terms, self._options = proof, terms, {"running": running, **options}
        self.github = GitHub(
            _APP,
            webhook_secret=SECRET,
            limits=Limits(primary=10**7, writes_per_minute=10**6, writes_per_hour=10**7, points=10**7),
        )
        self.model = SlowModel(solving())
        self.model.seconds = waiting
        self.machines: list[Machine] = []
        self.acts: list[tuple[float, str, str, int]] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
            (self.folder / "rooms").mkdir()
            self.thread = stack.enter_context(GitHubThread(self.github))
            stack.enter_context(self.model)
            stack.callback(self._end)
            self.alice = self.github.user("alice")
            self.github.watch(self._watch)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def start_database(self) -> None:
        """Make the database, where no machine does it."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f"create database {self._name}".encode())

    def machine(self, **options: Any) -> Machine:
        """Start one more."""
        setup = Setup(
            folder=self.folder,
            database=self.database,
            github=self.github.url,
            app=str(_APP.id),
            key=_APP.private_key.encode(),
            model=self.model.url,
            port=_free_port(),
            proof=self._proof,
            terms=self._terms,
        )
        made = Machine(replace(setup, **{**self._options, **options}))
        made.start()
        self.machines.append(made)
        return made

    def repository(self, number: int) -> Repository:
        """Alice's repository of that number."""
        return self.github.repository(f"alice/tempo-{number}", dict(FILES))

    def asks(self, repository: Repository, machine: Machine) -> Issue:
        """Alice opens an issue and labels it; this machine is told, or nobody."""
        self.github.webhook_url = machine.url
        issue: Issue = repository.issue(TITLE, BODY, by=self.alice)
        self.thread.run(self.alice.labels(issue, "intern"))
        return issue

    def redeliver(self, machine: Machine) -> int:
        """What nobody took is delivered again, as GitHub does when it is asked to; how much that was."""
        self.github.webhook_url = machine.url
        missed = [one for one in list(self.github.deliveries) if one.attempts and not 200 <= one.status < 300]
        for delivery in missed:
            self.thread.run(self.github.redeliver(delivery))
        return len(missed)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database has; nothing when it is away."""
        try:
            with psycopg.connect(self.database, connect_timeout=5) as connection:
                return connection.execute(query.encode()).fetchall()
        except psycopg.Error:
            return []

    def states(self, prefix: str = "job-") -> dict[str, str]:
        """How every workflow of that kind stands, by its id."""
        query = "select workflow_uuid, status from dbos.workflow_status"
        return {name: status for name, status in self.rows(query) if name.startswith(prefix)}

    @staticmethod
    def said(issue: Issue) -> list[str]:
        """What the bot said there, as it stands now."""
        return [comment.body for comment in issue.comments if comment.by.login.endswith("[bot]")]

    def ended(self, issue: Issue) -> bool:
        """Whether the bot has said its last word."""
        return any(text.startswith(LAST_WORD) for text in self.said(issue))

    def _watch(self, seen: Recorded) -> bool:
        if seen.method != "GET":
            self.acts.append((time.monotonic(), seen.method, seen.path, seen.status))
        return True

    def _end(self) -> None:
        for machine in self.machines:
            machine.kill()


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
