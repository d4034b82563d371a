"""Machine: `intern serve` in a process of its own, forked from one that has imported everything."""
# ruff: noqa: ARG002 - the workshop's shape

import ctypes
import logging
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.soak.proof import Proof
from bench.soak.rooms import LightSandbox
from bot.composition import make_service
from bot.engine.lease import TERMS, Lease, Terms
from bot.github.credentials import AppCredentials
from bot.github.portal import Portal
from bot.programs.configure import configure_dspy
from bot.programs.model import Model
from bot.server.run import ANEW, serve
from bot.settings import ServerSettings
from bot.store.database import Database
from bot.store.turns import Turns
from bot.words.budget import Budget
from bot.words.day import DayBudget
from bot.words.patch import Patch
from bot.words.plan import Plan
from bot.words.pressure import Pressure
from bot.words.repository_settings import RepositorySettings
from bot.words.reproduction import Reproduction
from bot.words.role import Role
from bot.words.snapshot import Snapshot
from bot.workflow.workshop import Observed, Prepared, Workshop

SECRET = "a-secret-of-the-soak-test"  # noqa: S105  (of the stand-in)
#: Of one day: more than any soak asks for.
ENDLESS = DayBudget(jobs=10**6, minutes=10**6, calls=10**6, tokens=10**9, money=10**6)
_PR_SET_PDEATHSIG = 1

configure_dspy()  # in the process that is forked from, which has one thread


@dataclass(frozen=True)
class Setup:
    """How a machine is started.

    Attributes:
        folder: for its log, and its rooms.
        database: URL of the PostgreSQL.
        github: the stand-in's address, `app` and `key` the App's.
        model: the model's address.
        port: where it listens.
        proof: what a proof looks like.
        terms: of its lease.
        running: jobs at once, in all processes together.
        failing: the share of rooms that fail.
        pace: seconds between two writes to GitHub.
        role: what it does for the others.
    """

    folder: Path
    database: str
    github: str
    app: str
    key: bytes
    model: str
    port: int
    proof: Proof
    terms: Terms = TERMS
    running: int = 2
    failing: float = 0.0
    pace: float = 0.0
    role: Role = Role.ALL

    @property
    def rooms(self) -> Path:
        """Where all rooms are."""
        return self.folder / "rooms"

    @property
    def log(self) -> Path:
        """Its log."""
        return self.folder / f"log-{self.port}"


@dataclass(frozen=True)
class LightWorkshop(Workshop):
    """A workshop that sees the same proof everywhere."""

    proof: Proof = field(default_factory=lambda: Proof("", ""))

    def prepare(self, base: Snapshot, settings: RepositorySettings) -> Prepared:
        """As it was once."""
        with self.sandbox.open(base.files) as room:
            room.run(["pytest"])
            return self.proof.before()

    def observe(
        self,
        patch: Patch,
        base: Snapshot,
        current: Snapshot,
        settings: RepositorySettings,
        prepared: Prepared,
        plan: Plan,
        reproductions: Sequence[Reproduction] = (),
    ) -> Observed:
        """As it was once."""
        with self.sandbox.open(base.files) as one, self.sandbox.open(current.files) as other:
            one.run(["pytest"])
            other.run(["pytest"])
            return Observed(evidence=self.proof.of(patch))


def live(setup: Setup) -> None:
    """Serve until somebody ends it; without a lease, anew, as `intern serve` does."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # no end of the soak leaves it behind
    log = setup.log.open("a", buffering=1)
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", force=True)
    logging.getLogger("dbos").setLevel(logging.WARNING)
    code = ANEW
    while code == ANEW:
        code = _serve(setup)
    logging.shutdown()
    os._exit(code)


def _serve(setup: Setup) -> int:
    server = ServerSettings(
        webhook_secret=b"" if setup.role is Role.WORKER else SECRET.encode(),
        port=setup.port,
        database_url=setup.database,
        whole_day=ENDLESS,
        running=setup.running,
        pressure=Pressure(waiting=10**4, person_day=10**6),
    )
    lease, sandbox = Lease.of_store(setup.database, setup.terms), LightSandbox(setup.rooms, setup.failing)
    try:
        with (
            Database(setup.database) as database,
            Portal(setup.github, pace=setup.pace, may_go_on=lease.hold, turns=Turns.of_store(database)) as portal,
        ):
            model = Model(name="ollama_chat/replayed", url=setup.model, timeout=60)
            workshop = LightWorkshop(model=model, sandbox=sandbox, proof=setup.proof)
            budget, credentials = Budget(attempts=2, day=ENDLESS), AppCredentials(setup.app, setup.key)
            own = partial(make_service, database, lease=lease, terms=setup.terms)
            service = own(portal, credentials, workshop, budget, server)
            return serve(service, server)
    finally:
        sandbox.close()
