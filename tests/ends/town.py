"""The real server, engine and desk before the stand-in for GitHub; what a model and rooms would find is given.

So a job takes a second, and the world can change at any of its steps.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bot.composition import make_service
from bot.demo.run import sample_files
from bot.demo.stage import _Listening
from bot.github.clock import SystemClock
from bot.github.credentials import AppCredentials
from bot.github.deliveries import Deliveries
from bot.github.portal import Portal
from bot.programs.model import Model
from bot.server.app import WEBHOOK_PATH
from bot.server.missed import Missed
from bot.server.service import Service
from bot.settings import ServerSettings
from bot.standins.github import Fault, GitHub, GitHubThread, Issue, Person, Pull, Repository
from bot.standins.github.faults import Order
from bot.store.database import Database
from bot.words.budget import Budget
from bot.words.patch import FileChange, Patch
from bot.words.plan import ModuleSpec, Plan
from bot.words.snapshot import Snapshot
from bot.workflow.workshop import Observed, Planned, Prepared, Workshop, Written
from tests.decisions.observations import NOTICED, but, result, run
from tests.journeys.script import GOOD, TESTS
from tests.sandbox.plain_sandbox import PlainSandbox

SECRET = "a-secret-of-the-town"
CODE, TEST = "tempo/durations.py", "tests/test_issue_1.py"
LONG = 60.0
NOWHERE = "http://127.0.0.1:9/hook"

Act = Callable[[], object]


class TownClock(SystemClock):
    """The stand-in's time, with short waits."""

    def __init__(self, github: GitHub) -> None:
        self._github = github

    def wall(self) -> float:
        return self._github.clock()

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 50)


@dataclass(frozen=True)
class Given(Workshop):
    """A workshop that writes a proven patch at once; `meanwhile` is done while it writes, by the base commit."""

    meanwhile: dict[str, Act] = field(default_factory=dict)
    rounds: list[str] = field(default_factory=list)

    def prepare(self, base: Snapshot, *_: Any) -> Prepared:
        return Prepared(suite=run(result("tests/test_durations.py::test_parse")))

    def plan(self, *_: Any, **__: Any) -> Planned:
        spec = ModuleSpec(path=CODE, purpose="Add the parts up.", definitions=("parse_duration",))
        return Planned(plan=Plan(summary="Add the parts up.", modules=(spec,), test_strategy="1h30m is 5400 seconds."))

    def write(self, task: Any, plan: Plan, number: int, start: Any, base: Snapshot, *_: Any, **__: Any) -> Written:
        self.rounds.append(base.commit)
        self.meanwhile.pop(base.commit, lambda: None)()
        code = GOOD.replace("Seconds of", "The seconds of") if task.request else GOOD
        before = base.files[CODE].data.decode()
        changes = (
            FileChange(path=CODE, before=before, after=code),
            FileChange(path=TEST, before=None, after=TESTS),
        )
        return Written(patch=Patch(base=base.commit, changes=changes))

    def observe(self, patch: Patch, *_: Any, **__: Any) -> Observed:
        return Observed(evidence=but(digest=patch.digest, base=patch.base, mutation=NOTICED))


@dataclass
class Household:
    """alice, her repository, and an issue of it that waits for its label."""

    town: "Town"
    alice: Person
    repository: Repository
    issue: Issue

    @property
    def installation(self) -> Any:
        return self.town.github.installation(self.alice)

    def asks(self) -> int:
        """Put the label on."""
        return self.town.does(self.alice.labels(self.issue, "intern"))

    def meanwhile(self, act: Act) -> None:
        """Let this happen while the patch is written."""
        self.town.workshop.meanwhile[self.repository.branches["main"]] = act

    def meets_limit(self, method: str, path: str, seconds: int, how: Fault = Fault.SECONDARY_403) -> Order:
        """Let the next such request about this repository meet a limit."""
        there = "" if path.endswith("/access_tokens$") else f"{self.repository.full_name}.*"
        return self.town.github.fail(method, f"{there}{path}", how, retry_after=seconds)

    def refines(self) -> Pull:
        """Have a pull request of the bot's, and ask for a change of it."""
        self.asks()
        self.town.passes()
        (pull,) = self.repository.pulls
        return pull

    def told(self, one: Issue | None = None) -> list[str]:
        """What the bot said there."""
        return [said.body for said in (one or self.issue).comments if said.by.login.endswith("[bot]")]

    def asked(self, method: str, end: str) -> list[Any]:
        """Requests for this repository."""
        there = (f"/repos/{self.repository.full_name}", f"/repositories/{self.repository.id}")
        found = [seen for seen in self.town.github.requests if seen.path.startswith(there)]
        return [seen for seen in found if seen.method == method and seen.path.endswith(end)]


class Town:
    """GitHub, and a server that comes and goes.

    Args:
        folder: of the server's database.
        options: of the connection to GitHub.
    """

    def __init__(self, thread: GitHubThread, folder: Path, **options: Any) -> None:
        self.thread, self.github = thread, thread.github
        self.workshop = Given(model=Model(name="ollama_chat/given"), sandbox=PlainSandbox())
        self.service: Service
        self.portal: Portal
        self._folder = folder
        self._open = partial(Portal, self.github.url, **{"pace": 0.0, "clock": TownClock(self.github), **options})
        self.github.webhook_url, self.github.webhook_secret = NOWHERE, SECRET

    @contextmanager
    def server(self, missed: float = 0.0) -> Iterator[Missed]:
        """The server, from its start to its end; it looks for missed deliveries every so many seconds."""
        settings = ServerSettings(
            webhook_secret=SECRET.encode(), port=0, database_url=f"sqlite:///{self._folder / 'intern.sqlite'}"
        )
        credentials = AppCredentials(str(self.github.app.id), self.github.app.private_key.encode())
        with ExitStack() as stack:
            self.portal = stack.enter_context(self._open())
            database = stack.enter_context(Database(settings.database_url))
            self.service = make_service(database, self.portal, credentials, self.workshop, Budget(attempts=1), settings)
            self.service.launch()
            stack.callback(self.service.close)
            port = stack.enter_context(_Listening(self.service, settings)).port
            stack.callback(setattr, self.github, "webhook_url", NOWHERE)
            self.github.webhook_url = f"http://127.0.0.1:{port}{WEBHOOK_PATH}"
            watch = stack.enter_context(Missed(Deliveries(self.portal, credentials), missed, first=0.0))
            watch.start()
            yield watch

    def household(self, **options: Any) -> Household:
        """Somebody new with a repository."""
        name = f"alice{len(self.github.accounts)}"
        alice = self.github.user(name)
        place = self.github.repository(f"{name}/tempo", dict(sample_files()), **options)
        self.github.commit(place, "main", {"OWNER.md": f"{name}\n"}, "Say who owns it", alice)
        return Household(self, alice, place, place.issue("Add the parts up", "`1h30m` is 5400 seconds.", by=alice))

    def does(self, act: Any) -> Any:
        """Somebody does something on GitHub."""
        return self.thread.run(act)

    def passes(self) -> None:
        """Everything that was asked for comes to its end."""
        until(lambda: not self.service.busy())


def until(true: Callable[[], object], seconds: float = LONG) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def stand_in() -> GitHub:
    """GitHub, with limits that no test meets by chance."""
    from bot.standins.github import Limits

    return GitHub(limits=Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000))
