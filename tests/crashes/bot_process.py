"""The bot in a process of its own, forked from one that has imported everything: a run costs about a second.

The real server, engine, database, programs and rooms work in it. Only what a proof costs is saved: what was once
observed of a patch, in real rooms, is remembered in a folder and not observed again.
"""

import ctypes
import gc
import hashlib
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.dialects.sqlite  # which each life would load for itself

from bot.composition import make_service, open_service
from bot.github.clock import SystemClock
from bot.github.credentials import AppCredentials
from bot.github.portal import Portal
from bot.programs.configure import configure_dspy
from bot.programs.model import Model
from bot.server.run import serve
from bot.server.service import Service
from bot.settings import ServerSettings, server_settings
from bot.store.database import Database
from bot.words.budget import Budget
from bot.words.repository_settings import RepositorySettings
from bot.words.snapshot import Snapshot
from bot.workflow.workshop import Observed, Prepared, Workshop
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.room import Limits

SECRET = "a-secret-of-the-crash-tests"
_PR_SET_PDEATHSIG = 1

configure_dspy()  # in the process that is forked from, which has one thread
gc.collect()
gc.freeze()  # each life collects its garbage when it begins: it needs not look through all that was imported


@dataclass(frozen=True)
class Terms:
    """How a bot is started.

    Attributes:
        folder: its database's and log's.
        known: folder of what was observed before; None to observe everything for real.
        github: the stand-in's address, `app` and `key` the App's.
        model: the model's address.
        port: where it listens for webhooks.
        ahead: seconds that its clock is ahead of this machine's.
        commit: kill it before this commit that writes a step's result, counted from 1; 0 for never.
        engine: whether it is all that `intern serve` is, with containers for rooms.
        attempts: that a job may make.
    """

    folder: Path
    known: Path | None
    github: str
    app: str
    key: bytes
    model: str
    port: int
    ahead: float = 0.0
    commit: int = 0
    engine: bool = False
    attempts: int = 2

    @property
    def database(self) -> Path:
        """The file of its database."""
        return self.folder / "intern.sqlite"


class Ahead(SystemClock):
    """A clock that is so many seconds ahead."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def wall(self) -> float:
        return super().wall() + self._seconds


@dataclass(frozen=True)
class Remembering(Workshop):
    """A workshop that observes the same thing once in the life of a folder."""

    known: Path = Path()

    def prepare(self, base: Snapshot, settings: RepositorySettings) -> Prepared:
        found = self._remembered("prepare", base.commit, lambda: super(Remembering, self).prepare(base, settings))
        return Prepared.model_validate_json(found)

    def observe(self, patch: Any, base: Snapshot, *others: Any) -> Observed:
        name = f"{base.commit} {patch.digest}"
        found = self._remembered("observe", name, lambda: super(Remembering, self).observe(patch, base, *others))
        return Observed.model_validate_json(found)

    def _remembered(self, what: str, of: str, look: Any) -> bytes:
        place = self.known / f"{what}-{hashlib.sha256(of.encode()).hexdigest()[:20]}.json"
        if not place.exists():
            draft = place.with_suffix(f".{os.getpid()}")
            draft.write_text(look().model_dump_json())
            draft.replace(place)
        return place.read_bytes()


def live(terms: Terms) -> None:
    """Be a bot until somebody kills it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # no test's end leaves it behind
    log = (terms.folder / "log").open("a", buffering=1)
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", force=True)
    logging.getLogger("dbos").setLevel(logging.WARNING)
    if terms.commit:
        _die_at_commit(terms.commit)
    environment = {
        "APP_ID": terms.app,
        "PRIVATE_KEY": terms.key.decode(),
        "WEBHOOK_SECRET": SECRET,
        "PORT": str(terms.port),
        "GITHUB_API_URL": terms.github,
        "DATABASE_URL": f"sqlite:///{terms.database}",
        "INTERN_MODEL": "ollama_chat/replayed",
        "OLLAMA_BASE_URL": terms.model,
        "INTERN_SANDBOX": "docker",
        "INTERN_PROGRAMS": "none",
    }
    server = server_settings(environment)
    with open_service(environment, server) if terms.engine else _light(terms, server) as service:
        serve(service, server)


@contextmanager
def _light(terms: Terms, server: ServerSettings) -> Iterator[Service]:
    """A bot that wastes no time: rooms without an engine, writes without a pause."""
    limits = Limits(seconds=30, lifetime=300)
    with (
        Database(server.database_url) as database,
        Portal(terms.github, pace=0.0, clock=Ahead(terms.ahead)) as portal,
        BubblewrapSandbox(limits=limits, owner=f"crash-{os.getpid()}") as sandbox,
    ):
        model = Model(name="ollama_chat/replayed", url=terms.model, timeout=20)
        workshop = Workshop(model=model, sandbox=sandbox, limits=limits)
        if terms.known is not None:
            workshop = Remembering(model=model, sandbox=sandbox, limits=limits, known=terms.known)
        credentials, budget = AppCredentials(terms.app, terms.key), Budget(attempts=terms.attempts)
        yield make_service(database, portal, credentials, workshop, budget, server)


def _die_at_commit(number: int) -> None:
    """Let this process be killed just before it commits a step's result for the `number`th time."""
    seen = 0

    def look(connection: sa.Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        # Without values it is a migration's.
        if values and "insert into" in statement.lower() and "operation_outputs" in statement.lower():
            connection.info["result"] = True

    def count(connection: sa.Connection) -> None:
        nonlocal seen
        if connection.info.pop("result", False):
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", look)
    sa.event.listen(sa.Engine, "commit", count)
