"""A day on GitHub: people act on the stand-in, the real server, engine and sandbox answer, a script is the model."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.demo.run import sample_files, sample_issue
from bot.demo.stage import Stage
from bot.programs.configure import configure_dspy
from bot.programs.ledger import PROMPT
from bot.programs.model import Model
from bot.standins.github import GitHub, Limits
from bot.standins.github.issues import Issue
from bot.standins.replayed_model import ReplayedModel, Reply
from bot.words.budget import Budget
from bot.workflow.workshop import Workshop
from tests.journeys.script import solution

MINUTES = 270.0
STRONGER = "ollama_chat/stronger"


def characters(body: dict[str, Any]) -> int:
    """Of one prompt."""
    return sum(len(message["content"]) for message in body["messages"])


class Day:
    """One day: the stage, alice with her repository, and the words to tell a story with."""

    def __init__(self, stage: Stage, model: ReplayedModel) -> None:
        self.stage, self.model = stage, model
        self.github = stage.github
        self.alice = self.github.user("alice")
        self.repository: Any = None
        self.stronger: ReplayedModel | None = None

    def given(self, files: Mapping[str, Any] | None = None, **options: Any) -> None:
        """alice has this repository."""
        found = dict(sample_files()) if files is None else dict(files)
        self.repository = self.github.repository("alice/tempo", found, **options)

    def issue(self, title: str = "", body: str = "") -> Issue:
        """An issue, the demo's by default."""
        sample = sample_issue()
        made: Issue = self.repository.issue(title or sample[0], body or sample[1], by=self.alice)
        return made

    def labels(self, issue: Issue, label: str = "intern", by: str = "alice") -> int:
        """Somebody puts a label on an issue; the server's answer."""
        status: int = self.stage.world.run(self.github.user(by).labels(issue, label))
        return status

    def comments(self, issue: Any, text: str, by: str = "alice") -> int:
        """Somebody comments; the server's answer."""
        status: int = self.stage.world.run(self.github.user(by).comments(issue, text))
        return status

    def passes(self) -> None:
        """Everything that was asked for comes to its end."""
        assert self.stage.wait(MINUTES), "the job did not end"
        assert self.github.violations == []
        assert max(map(characters, self.model.requests), default=0) <= PROMPT

    def said(self, issue: Any) -> list[str]:
        """What the bot said there, without the hidden marker."""
        own = [comment.body for comment in issue.comments if comment.by.login.endswith("[bot]")]
        return [body.rpartition("<!--")[0].strip() for body in own]

    def told(self, issue: Any) -> str:
        """The one thing that the bot said there."""
        (only,) = self.said(issue)
        return only

    @property
    def pulls(self) -> list[Any]:
        """The pull requests."""
        return list(self.repository.pulls)


DayMaker = Callable[..., Day]


@pytest.fixture(scope="session")
def dspy_configured() -> None:
    configure_dspy()


@pytest.fixture
def day(request: pytest.FixtureRequest, dspy_configured: None) -> Iterator[DayMaker]:
    """Make a day with a script for the model and a budget; further options are the stage's.

    Its rooms are containers where the test is marked `docker`; else those that cost least here.
    """
    opened: list[Any] = []
    sandbox = request.getfixturevalue("containers" if request.node.get_closest_marker("docker") else "sandbox")

    def make(
        script: list[Reply] | None = None,
        *,
        budget: Budget | None = None,
        url: str = "",
        stronger: list[Reply] | None = None,
        candidates: int = 1,
        **options: Any,
    ) -> Day:
        model = ReplayedModel(solution() if script is None else script)
        opened.append(model)
        model.__enter__()
        chosen = Model(name="ollama_chat/replayed", url=url or model.url, timeout=20)  # with the default window
        github = GitHub(limits=Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000))
        workshop = Workshop(model=chosen, sandbox=sandbox, candidates=candidates)
        if stronger is not None:
            second = ReplayedModel(stronger)
            opened.append(second)
            second.__enter__()
            workshop = replace(workshop, stronger=Model(name=STRONGER, url=second.url, window=32_768, timeout=20))
        stage = Stage(workshop, budget or Budget(attempts=2), github=github, **options)
        opened.append(stage)
        stage.__enter__()
        made = Day(stage, model)
        made.stronger = second if stronger is not None else None
        return made

    yield make
    for one in reversed(opened):
        one.__exit__(None, None, None)
