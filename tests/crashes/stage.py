"""The stage of the crash tests: GitHub and a model in this process, behind real HTTP, and a bot that is killed."""

import itertools
import json
import multiprocessing
import os
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.server.app import WEBHOOK_PATH
from bot.standins.github import App, Clock, GitHub, GitHubThread, Issue, Limits
from bot.standins.replayed_model import ReplayedModel, Reply
from tests.crashes.bot_process import SECRET, Terms, live

#: Seconds after which something that is waited for will not happen any more.
LONG = 90.0
#: When the repository was begun: its commits have the same names in every run.
BEGUN = 1_767_225_600.0
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

_APP = App.generate()
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.crashes.bot_process"])


class Model(ReplayedModel):
    """A replayed model whose calls are watched.

    Attributes:
        watch: is given False before it answers and True afterwards; where it gives False, nobody waits any more.
    """

    def __init__(self, script: list[Reply]) -> None:
        super().__init__(script)
        self.watch: Callable[[bool], bool] = lambda _: True

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        gone = 503, {"error": "whoever asked is gone"}
        if not self.watch(False):
            return gone
        answer = super().answer(body)
        return answer if self.watch(True) else gone


class Hours(Clock):
    """GitHub's clock: it stands at the beginning until it is let go."""

    def __init__(self) -> None:
        self.begun = False
        super().__init__(lambda: time.time() if self.begun else BEGUN)


class CrashStage:
    """One day of a bot that does not live long. Use as a context manager.

    Args:
        files: of alice's repository.
        script: what the model says.
        known: folder of what was observed before; None to observe for real.
        database: SQL to begin with; "" for an empty database.
        engine: whether the bot is all that `intern serve` is, with containers for rooms.
    """

    def __init__(
        self,
        files: dict[str, str],
        script: list[Reply],
        known: Path | None,
        database: str = "",
        *,
        engine: bool = False,
    ) -> None:
        self.github = GitHub(
            _APP,
            webhook_secret=SECRET,
            limits=Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000),
            clock=Hours(),
        )
        self.model = Model(script)
        self._files, self._known, self._sql, self._engine = files, known, database, engine
        self._stack = ExitStack()
        self.bot: BaseProcess | None = None
        self.left: list[tuple[int, str]] = []
        self.kills = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crash-")))
            self.world = stack.enter_context(GitHubThread(self.github))
            stack.enter_context(self.model)
            stack.callback(self.kill)
            self.github.ids = itertools.count(2001)  # whatever accounts the stand-in begins with
            self.alice = self.github.user("alice")
            self.repository = self.github.repository("alice/tempo", dict(self._files))
            self.github.clock.begun = True  # type: ignore[attr-defined]
            self.terms = Terms(
                folder=self.folder,
                known=self._known,
                github=self.github.url,
                app=str(_APP.id),
                key=_APP.private_key.encode(),
                model=self.model.url,
                port=_free_port(),
                engine=self._engine,
            )
            self.github.webhook_url = f"http://127.0.0.1:{self.terms.port}{WEBHOOK_PATH}"
            if self._sql:
                with closing(sqlite3.connect(self.terms.database)) as connection:
                    connection.executescript(self._sql)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            sys.stderr.write((self.folder / "log").read_text()[-6000:])
        self._stack.close()

    def start(self, *, hours: float = 0.0, commit: int = 0) -> None:
        """Start the bot, now or so many hours later."""
        self.github.clock.advance(hours * 3600)
        self.terms = replace(self.terms, ahead=self.terms.ahead + hours * 3600, commit=commit)
        self.bot = _FORKS.Process(target=live, args=(self.terms,), daemon=True)
        self.bot.start()

    def listening(self) -> None:
        """Wait until the bot can be told something."""
        assert until(lambda: _answers(self.terms.port)), "the bot does not listen"

    def strike(self) -> None:
        """Kill the bot, from any thread; what it has started is written down."""
        if self.bot is not None and self.bot.pid is not None:
            self.left += list(below(self.bot.pid))
            with suppress(ProcessLookupError):
                os.kill(self.bot.pid, signal.SIGKILL)
            self.kills += 1

    def kill(self) -> None:
        """Kill the bot and wait for its end."""
        if self.bot is not None and self.bot.is_alive():
            self.strike()
        if self.bot is not None:
            self.bot.join(LONG)
        self.bot = None

    def dies(self, unless: Callable[[], bool] = lambda: False) -> bool:
        """Wait until somebody has killed the bot; False when `unless` came true before that."""
        assert self.bot is not None
        until(lambda: not self.bot or not self.bot.is_alive() or unless())
        dead = not self.bot.is_alive()
        if dead:
            self.bot.join(LONG)
        return dead

    def asks(self, act: Any) -> None:
        """Somebody does something; the bot is told."""
        self.world.run(act)

    def redeliver(self) -> None:
        """What nobody answered is delivered again, as GitHub does when it is asked to."""
        for delivery in list(self.github.deliveries):
            asked = delivery.installation is not None and delivery.attempts and not 200 <= delivery.status < 300
            if asked and delivery.payload["sender"]["login"] == "alice":
                self.world.run(self.github.redeliver(delivery))

    def workflows(self) -> dict[str, tuple[str, str]]:
        """Name and status of every workflow by its id."""
        try:
            with closing(sqlite3.connect(f"file:{self.terms.database}?mode=ro", uri=True, timeout=5)) as connection:
                rows = connection.execute("select workflow_uuid, name, status from workflow_status").fetchall()
        except sqlite3.OperationalError:
            return {}
        return {row[0]: (row[1], row[2]) for row in rows}

    def jobs(self) -> list[str]:
        """The statuses of the jobs."""
        return [status for name, status in self.workflows().values() if name == "fulfil"]

    def calm(self) -> bool:
        """Whether everything that began has ended."""
        return all(status in ENDED for _, status in self.workflows().values())

    def ended(self, issue: Issue, conversation: int = 1) -> bool:
        """Whether the bot has said its last word in so many conversations, and nothing is under way."""
        return len([text for text in self.said(issue) if text.startswith("### Code Intern\n")]) == conversation and (
            bool(self.jobs()) and self.calm()
        )

    def passes(self, issue: Issue, seconds: float = LONG) -> None:
        """The job comes to its end."""
        assert until(lambda: self.ended(issue), seconds), f"the job did not end: {self.workflows()}, {self.said(issue)}"

    @staticmethod
    def said(issue: Issue) -> list[str]:
        """What the bot said there, as it stands now."""
        return [comment.body for comment in issue.comments if comment.by.login.endswith("[bot]")]

    def rows(self, table: str) -> Sequence[tuple[Any, ...]]:
        """All rows of a table of the bot's database."""
        with closing(sqlite3.connect(self.terms.database, timeout=5)) as connection:
            return connection.execute(f"select * from {table}").fetchall()  # noqa: S608 - a name of ours

    def dump(self) -> str:
        """The database as SQL."""
        with closing(sqlite3.connect(self.terms.database, timeout=5)) as connection:
            return "\n".join(connection.iterdump())


def until(holds: Callable[[], bool], seconds: float = LONG) -> bool:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.03)
    return True


def below(pid: int) -> Iterator[tuple[int, str]]:
    """The processes that a process has started, and those that they have: number and moment of birth."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return
    for child in map(int, children):
        born = birth(child)
        if born:
            yield child, born
            yield from below(child)


def birth(pid: int) -> str:
    """When a living process was born; "" where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, json.JSONDecodeError):
        return False
