"""SIGTERM to the real `intern serve`, in whatever it is doing: it leaves in time, and the job goes on afterwards."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Self

import pytest

from bot.server.app import WEBHOOK_PATH
from bot.standins.github import App, GitHub, GitHubThread, Issue, Limits
from tests.crashes.stage import _answers, _free_port, below, birth
from tests.journeys.script import solution
from tests.stopping.day import ENDLESS, FILES, SilentModel, until
from tests.stopping.served import FORKS, served

pytestmark = pytest.mark.bubblewrap

SECRET = "a-secret-of-these-tests"
#: Seconds that compose.yml gives a process.
GRACE = 60.0


class Served:
    """A bot that is asked to leave. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.model = folder, SilentModel(solution())
        app, limits = App.generate(), Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000)
        self.github = GitHub(app, webhook_secret=SECRET, limits=limits)
        self._stack = ExitStack()
        self.bot: BaseProcess | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.world = stack.enter_context(GitHubThread(self.github))
            stack.enter_context(self.model)
            stack.callback(self.model.speaks.set)
            stack.callback(self.kill)
            self.alice = self.github.user("alice")
            self.repository = self.github.repository("alice/tempo", dict(FILES))
            self.port = _free_port()
            self.github.webhook_url = f"http://127.0.0.1:{self.port}{WEBHOOK_PATH}"
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def start(self) -> None:
        """Start it and wait until it listens."""
        settings = {
            "APP_ID": str(self.github.app.id),
            "PRIVATE_KEY": str(self.github.app.private_key),
            "WEBHOOK_SECRET": SECRET,
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{self.folder / 'intern.sqlite'}",
            "GITHUB_API_URL": self.github.url,
            "OLLAMA_BASE_URL": self.model.url,
            "INTERN_MODEL": "ollama_chat/replayed",
            "INTERN_SANDBOX": "bubblewrap",
        }
        self.bot = FORKS.Process(target=served, args=(settings, self.folder / "log"), daemon=True)
        self.bot.start()
        until(lambda: _answers(self.port))

    def leaves(self) -> float:
        """Ask it to leave, twice; the seconds that it took. Nothing that it has started is left."""
        assert self.bot is not None
        assert self.bot.pid is not None
        children = list(below(self.bot.pid))
        asked = time.monotonic()
        os.kill(self.bot.pid, signal.SIGTERM)
        time.sleep(1.0)
        with suppress(ProcessLookupError):
            os.kill(self.bot.pid, signal.SIGTERM)
        self.bot.join(GRACE)
        took = time.monotonic() - asked
        assert self.bot.exitcode == 0, (self.folder / "log").read_text()[-4000:]
        until(lambda: not any(birth(pid) == born for pid, born in children), 10)
        return took

    def kill(self) -> None:
        """Whatever happened."""
        if self.bot is not None and self.bot.is_alive():
            self.bot.kill()
            self.bot.join(10)

    def label(self) -> Issue:
        """alice labels an issue."""
        made: Issue = self.repository.issue("Durations of several parts", "1h30m is 5400 seconds.", by=self.alice)
        assert self.world.run(self.alice.labels(made, "intern")) == 202
        return made

    def said(self, issue: Any) -> list[str]:
        return [comment.body for comment in issue.comments if comment.by.login.endswith("[bot]")]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path) as made:
        yield made


def calls_its_model(bot: Served) -> Callable[[], bool]:
    bot.model.asked = 0
    return lambda: bot.model.asked > 0


def runs_the_tests(bot: Served) -> Callable[[], bool]:
    bot.world.run(bot.alice.pushes(bot.repository, "main", ENDLESS, "x", send=False))

    def runs() -> bool:
        assert bot.bot is not None
        assert bot.bot.pid is not None
        return any(b"pytest" in _command_line(pid) for pid, _ in below(bot.bot.pid))

    return runs


def hangs_at_github(bot: Served) -> Callable[[], bool]:
    bot.github.fail("GET", "/tarball/", "timeout", times=50)
    before = len(bot.github.requests)
    return lambda: any("/tarball/" in one.path for one in bot.github.requests[before:])


def waits_for_a_limit(bot: Served) -> Callable[[], bool]:
    order = bot.github.fail("GET", "/git/ref/heads/main", "secondary-429", times=1, retry_after=900)
    return lambda: order.hits > 0


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("doing", [calls_its_model, runs_the_tests, hangs_at_github, waits_for_a_limit])
def test_it_leaves_in_time_and_the_job_goes_on(bot: Served, doing: Callable[[Served], Callable[[], bool]]) -> None:
    begun = doing(bot)
    bot.start()
    issue = bot.label()
    until(begun)
    assert bot.leaves() < GRACE / 2
    (status,) = bot.said(issue)
    assert "is working on this issue" in status, "nothing was said of an end"

    bot.start()
    if doing is not waits_for_a_limit:  # which would be waited for
        until(doing(bot))
    assert bot.world.run(bot.alice.comments(issue, "/intern stop")) == 202
    until(lambda: "alice said `/intern stop`." in bot.said(issue)[0], 30)
    assert len(bot.said(issue)) == 1
    bot.leaves()
