"""The stage: the real server, engine and sandbox on loopback, with a GitHub stand-in as their world."""

import asyncio
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.composition import make_service
from bot.github.credentials import AppCredentials
from bot.github.portal import Portal
from bot.server.app import WEBHOOK_PATH
from bot.server.run import start
from bot.server.service import Service
from bot.settings import ServerSettings
from bot.standins.github import GitHub, GitHubThread
from bot.store.database import Database
from bot.words.budget import Budget
from bot.words.day import WHOLE_DAY, DayBudget
from bot.words.pressure import Pressure
from bot.workflow.workshop import Workshop

_SECRET = "a-secret-that-only-this-machine-knows"  # noqa: S105  (of the stand-in)


class Stage:
    """Everything between a person's click and the pull request, in one process. Use as a context manager.

    Args:
        workshop: the model and the sandbox.
        budget: the operator's limits.
        pace: seconds between two writes to the stand-in; GitHub itself asks for one.
        database_url: where jobs are stored; a file in a folder of the stage's own by default.
        github: the stand-in to use; a new one by default.
        portal: opens the connection to the stand-in, given its URL and the pace.
        whole_day: what all repositories together may spend in a day.
        trajectories: folder where each job leaves what `intern replay` needs; None keeps nothing.
        pressure: how much may be asked for.
    """

    def __init__(
        self,
        workshop: Workshop,
        budget: Budget,
        *,
        pace: float = 0.0,
        database_url: str = "",
        github: GitHub | None = None,
        portal: Callable[..., Portal] = Portal,
        whole_day: DayBudget = WHOLE_DAY,
        trajectories: Path | None = None,
        pressure: Pressure = Pressure(),  # noqa: B008 - frozen
    ) -> None:
        self._trajectories, self._pressure = trajectories, pressure
        self._workshop, self._budget, self._pace = workshop, budget, pace
        self._database_url, self._portal, self._whole_day = database_url, portal, whole_day
        self._github = github or GitHub(webhook_secret=_SECRET)
        self._stack = ExitStack()
        self.service: Service
        self.world: GitHubThread

    @property
    def github(self) -> GitHub:
        """The stand-in's state, to look at."""
        return self._github

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="intern-"))
            self.world = stack.enter_context(GitHubThread(self._github))
            portal = stack.enter_context(self._portal(self._github.url, pace=self._pace))
            credentials = AppCredentials(str(self._github.app.id), _bytes(self._github.app.private_key))
            settings = ServerSettings(
                webhook_secret=_SECRET.encode(),
                port=0,
                database_url=self._database_url or f"sqlite:///{Path(folder) / 'intern.sqlite'}",
                whole_day=self._whole_day,
                trajectories=self._trajectories,
                pressure=self._pressure,
            )
            database = stack.enter_context(Database(settings.database_url))
            self.service = make_service(database, portal, credentials, self._workshop, self._budget, settings)
            self.service.launch()
            stack.callback(self.service.close)
            port = stack.enter_context(_Listening(self.service, settings)).port
            self.hook = f"http://127.0.0.1:{port}{WEBHOOK_PATH}"
            self._github.webhook_url = self.hook
            self._github.webhook_secret = _SECRET
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def quiet(self) -> bool:
        """Whether no delivery and no job is waiting or running."""
        return not self.service.busy()

    def wait(self, seconds: float, look: Callable[[], None] = lambda: None) -> bool:
        """Wait until everything that was asked for has ended; `look` is called four times a second."""
        calm = threading.Event()
        for _ in range(int(seconds * 4)):
            look()
            if self.quiet():
                return True
            calm.wait(0.25)
        return False


class _Listening:
    """The HTTP server in a thread of its own."""

    def __init__(self, service: Service, settings: ServerSettings) -> None:
        self._service, self._settings = service, settings
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="webhook-server", daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        opening = start(self._service, self._settings)
        self._runner = asyncio.run_coroutine_threadsafe(opening, self._loop).result(10)
        self.port = int(self._runner.addresses[0][1])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


def _bytes(pem: str | bytes) -> bytes:
    return pem.encode() if isinstance(pem, str) else pem
