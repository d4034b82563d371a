"""A day on which work is stopped: everything is real but GitHub and a model that can be made to say nothing."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Self

from bot.demo.stage import Stage
from bot.programs.configure import configure_dspy
from bot.programs.model import Model
from bot.standins.github import GitHub, Issue, Limits
from bot.standins.replayed_model import ReplayedModel, Reply
from bot.words.budget import Budget
from bot.workflow.workshop import Workshop
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.room import Limits as RoomLimits
from tests.journeys.script import solution

#: Seconds in which a stop has to show; a machine may be busy.
SOON = 60.0

FILES = {
    "tempo/__init__.py": "",
    "tempo/durations.py": "def parse_duration(text):\n    return int(text[:-1])\n",
    "tests/test_durations.py": "from tempo.durations import parse_duration\n\n\n"
    "def test_seconds():\n    assert parse_duration('90s') == 90\n",
}
#: A suite that does not end by itself.
ENDLESS = {**FILES, "tests/test_durations.py": "import time\n\n\ndef test_long():\n    time.sleep(600)\n"}


class SilentModel(ReplayedModel):
    """A model that says nothing until it is let.

    Attributes:
        speaks: set when it may say something.
        asked: how often it was asked.
    """

    def __init__(self, script: list[Reply]) -> None:
        super().__init__(script)
        self.speaks = threading.Event()
        self.asked = 0

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked += 1
        self.speaks.wait()
        return super().answer(body)


class StopDay:
    """The stage, alice with her repository, and the words to tell a story with. Use as a context manager."""

    def __init__(
        self,
        files: Mapping[str, str] = FILES,
        script: list[Reply] | None = None,
        budget: Budget = Budget(attempts=2),  # noqa: B008 - frozen
        **options: Any,
    ) -> None:
        self._files, self._budget, self._options = files, budget, options
        self.model = SilentModel(solution() if script is None else script)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        configure_dspy()
        with ExitStack() as stack:
            stack.enter_context(self.model)
            stack.callback(self.model.speaks.set)
            limits = RoomLimits(seconds=120, lifetime=300)
            self.sandbox = stack.enter_context(BubblewrapSandbox(limits=limits))
            model = Model(name="ollama_chat/replayed", url=self.model.url, timeout=120)
            workshop = Workshop(model=model, sandbox=self.sandbox, limits=limits)
            self.github = GitHub(limits=Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000))
            self.stage = stack.enter_context(Stage(workshop, self._budget, github=self.github, **self._options))
            self.alice = self.github.user("alice")
            self.repository = self.github.repository("alice/tempo", dict(self._files), roles={"bob": "write"})
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def issue(self) -> Issue:
        made: Issue = self.repository.issue("Durations of several parts", "1h30m is 5400 seconds.", by=self.alice)
        return made

    def does(self, act: Any) -> int:
        """Somebody does something on GitHub; the server's answer to the webhook."""
        status: int = self.stage.world.run(act)
        return status

    def labels(self, issue: Issue) -> None:
        assert self.does(self.alice.labels(issue, "intern")) == 202

    def comments(self, issue: Any, text: str, by: str = "alice") -> None:
        assert self.does(self.github.user(by).comments(issue, text)) == 202

    def admitted(self) -> None:
        """Every delivery was admitted."""
        until(lambda: not self.stage.service._inbox.waiting() and not self.stage.service.active("delivery-"))

    def asks_the_model(self) -> None:
        """The job waits for its model."""
        before = self.model.asked
        until(lambda: self.model.asked > before)

    def ends(self, seconds: float = SOON) -> float:
        """Everything comes to its end; seconds that this took."""
        started = time.monotonic()
        until(self.stage.quiet, seconds)
        return time.monotonic() - started

    def said(self, issue: Any) -> list[str]:
        own = [comment.body for comment in issue.comments if comment.by.login.endswith("[bot]")]
        return [body.rpartition("<!--")[0].strip() for body in own]

    def told(self, issue: Any) -> str:
        (only,) = self.said(issue)
        return only

    def endings(self) -> list[str]:
        """How the jobs ended, the oldest first."""
        found = self.stage.service._engine.known("job-")
        return [known.output["end"] if known.status == "SUCCESS" else known.status for known in found]


def until(holds: Callable[[], bool], seconds: float = 90.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def day(**options: Any) -> Iterator[StopDay]:
    """For a fixture."""
    with StopDay(**options) as made:
        yield made
