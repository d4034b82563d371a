"""A repository on the GitHub stand-in, and the worker that speaks to it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from bot.decisions.proof.protection import refused_paths
from bot.github.credentials import AppCredentials
from bot.github.portal import Portal
from bot.github.publisher import Publisher
from bot.github.repository import RepositoryClient
from bot.standins.github import Fault, GitHub, GitHubThread, Limits, Recorded, executable, submodule, symlink
from bot.standins.github import Repository as Place
from bot.standins.github.faults import Order
from bot.standins.github.git import Entry
from bot.words.job import Job, Kind, Person, Repository
from bot.words.patch import FileChange, Patch
from bot.words.repository_settings import RepositorySettings
from tests.github.scripted_server import FakeClock

FILES: dict[str, bytes | str | Entry] = {
    "shop/cart.py": "TOTAL = 0\n",
    "shop/__init__.py": "",
    "run.sh": executable("#!/bin/sh\n"),
    "latest": symlink("shop/cart.py"),
    "vendor/lib": submodule("a" * 40),
    "odd name \u00e9.txt": b"\xff\xfe\r\n",
}


protected = partial(refused_paths, settings=RepositorySettings())


@dataclass
class Shop:
    """octo/shop on the stand-in: octo owns it, wendy writes, rita only reads."""

    thread: GitHubThread
    place: Place
    portal: Portal
    clock: FakeClock
    credentials: AppCredentials
    client: RepositoryClient
    publisher: Publisher
    repository: Repository
    faults: list[Order] = field(default_factory=list)

    @property
    def github(self) -> GitHub:
        return self.thread.github

    @property
    def head(self) -> str:
        return self.place.branches["main"]

    def person(self, login: str) -> Person:
        somebody = self.github.user(login)
        return Person(id=somebody.id, login=somebody.login)

    def asked(self, method: str, path: str) -> list[Recorded]:
        return [r for r in self.github.requests if r.method == method and r.path.endswith(path)]

    def fail(self, method: str, path: str, how: Fault, times: int = 1, retry_after: int | None = 60) -> None:
        self.faults.append(self.github.fail(method, path, how, times=times, retry_after=retry_after))

    def job(self) -> Job:
        return Job(
            id="j1",
            kind=Kind.SOLVE,
            repository=self.repository,
            issue=1,
            title="t",
            requester=self.person("wendy"),
        )

    def patch(self, *changes: tuple[str, str | None, str | None]) -> Patch:
        made = tuple(FileChange(path=path, before=before, after=after) for path, before, after in changes)
        return Patch(base=self.head, changes=made)


@pytest.fixture(scope="package")
def thread() -> Iterator[GitHubThread]:
    """One stand-in for all tests: each has a repository and an owner of its own, and they hurry more than people."""
    limits = Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000)
    with GitHubThread(GitHub(limits=limits)) as running:
        yield running


@pytest.fixture
def shop(thread: GitHubThread, request: pytest.FixtureRequest) -> Iterator[Shop]:
    github = thread.github
    owner = f"octo{len(github.repositories)}"
    place = github.repository(f"{owner}/shop", FILES, roles={"wendy": "write", "rita": "triage"})
    installation = github.installation(place.owner)
    assert installation is not None
    repository = Repository(id=place.id, owner=owner, name="shop", default_branch="main", installation=installation.id)
    clock = FakeClock(time.time())
    credentials = AppCredentials(str(github.app.id), github.app.private_key.encode())
    github.requests.clear()
    with Portal(github.url, pace=0.0, clock=clock) as portal:
        client = RepositoryClient(portal, credentials, repository)
        publisher = Publisher(portal, credentials, repository, protected)
        made = Shop(thread, place, portal, clock, credentials, client, publisher, repository)
        yield made
    assert [fault for fault in made.faults if fault.times] == []
    assert github.violations == []
