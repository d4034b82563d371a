"""The stories that are told while the bot is killed: an issue is solved; a pull request is refined."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.standins.github import Issue, acts
from bot.standins.replayed_model import Reply
from tests.crashes.checks import Paid, check_all, check_paid, paid
from tests.crashes.edges import Edge, Fate
from tests.crashes.repository import BODY, FILES, REQUEST, TITLE, refining, solving
from tests.crashes.stage import CrashStage, until
from tests.journeys.script import GOOD

HOURS = 2.0


@dataclass(frozen=True)
class Story:
    """One story.

    Attributes:
        script: what the model says.
        begin: sets the scene; gives the conversation and what alice does there.
    """

    name: str
    script: Callable[[], list[Reply]]
    begin: Callable[[CrashStage], tuple[Issue, Callable[[], Any]]]


def _solve(stage: CrashStage) -> tuple[Issue, Callable[[], Any]]:
    issue = stage.repository.issue(TITLE, BODY, by=stage.alice)
    return issue, lambda: stage.alice.labels(issue, "intern")


def _refine(stage: CrashStage) -> tuple[Issue, Callable[[], Any]]:
    """A pull request of the bot's stands already."""
    github, place = stage.github, stage.repository
    place.issue(TITLE, BODY, by=stage.alice)
    github.commit(place, "intern/issue-1", {"tempo/durations.py": GOOD}, "Add the parts up", github.bot)
    ends = {"head": "intern/issue-1", "base": "main"}
    pull = acts.open_pull(github, place, TITLE, "Closes #1", github.bot, draft=True, **ends)
    return pull, lambda: stage.alice.comments(pull, REQUEST)


SOLVE, REFINE = Story("solve", solving, _solve), Story("refine", refining, _refine)


@dataclass(frozen=True)
class Crash:
    """How often a bot is killed in a story, and when it comes back.

    Attributes:
        edges: where, one for each life.
        commit: in the first life instead, before so many a step's result is committed.
        hours: after which it is started again.
    """

    edges: Sequence[Edge] = ()
    commit: int = 0
    hours: float = 0.0

    def __str__(self) -> str:
        where = " and ".join(map(str, self.edges)) or f"before step {self.commit} is committed"
        return f"{where}, {self.hours:g} hours"


@dataclass(frozen=True)
class Told:
    """What became of a story that was told without a crash: its edges, its steps, and what it cost."""

    edges: tuple[Edge, ...]
    steps: int
    paid: Paid


def tell(story: Story, known: Path | None, crash: Crash, whole: Told | None = None) -> Told:
    """Tell a story with these crashes, and check what has to hold afterwards.

    Raises:
        AssertionError: something was doubled, forgotten or left behind; or there was no such edge.
    """
    with CrashStage(FILES, story.script(), known) as stage:
        fate = Fate(stage, crash.edges)
        conversation, act = story.begin(stage)
        stage.start(commit=crash.commit)
        stage.listening()
        stage.asks(act())
        for number in range(max(len(crash.edges), bool(crash.commit))):
            if not stage.dies(unless=lambda: stage.ended(conversation)):
                assert number or crash.edges[0].is_beside, f"there is no edge {crash}"
                stage.kill()  # it has ended before that edge came; nothing may happen after that either
            fate.begin()
            stage.start(hours=crash.hours)
            stage.listening()
            stage.redeliver()
        stage.passes(conversation)
        until(lambda: stage.calm() and not stage.rows("intern_replies"), 5)
        check_all(stage, conversation)
        spent = paid(stage, conversation)
        if whole is not None:
            check_paid(spent, whole.paid, fate.struck)
        return Told(tuple(fate.seen), len(stage.rows("operation_outputs")), spent)
