"""Through the front door: more is asked for than can be done, and everybody is told once."""

import time
from collections.abc import Callable, Iterator

import pytest

from bot.demo.stage import Stage
from bot.programs.configure import configure_dspy
from bot.programs.model import Model
from bot.standins.github import GitHub, Limits
from bot.words.budget import Budget
from bot.words.pressure import Pressure
from bot.workflow.workshop import Workshop
from tests.sandbox.plain_sandbox import PlainSandbox

FILES = {"a.py": "x = 1\n", "tests/test_a.py": "from a import x\n\n\ndef test_x():\n    assert x == 1\n"}


class Standing(PlainSandbox):
    """Whoever wants to install something stands still until the gate is open."""

    @property
    def environments(self) -> None:
        self.gate.wait()


@pytest.fixture
def stage() -> Iterator[Callable[[Pressure], Stage]]:
    """A stage whose jobs stand still in their first room until the test is over."""
    configure_dspy()
    sandbox, opened = Standing(), []

    def make(pressure: Pressure) -> Stage:
        sandbox.gate.clear()
        workshop = Workshop(model=Model(name="ollama_chat/none", url="http://127.0.0.1:9"), sandbox=sandbox)
        github = GitHub(limits=Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000))
        stage = Stage(workshop, Budget(), github=github, pressure=pressure)
        opened.append(stage.__enter__())
        return stage

    yield make
    sandbox.gate.set()
    for one in opened:
        one.__exit__(None, None, None)


def said(stage: Stage, issue: object) -> list[str]:
    """What the bot said there, without the status comments."""
    own = [comment.body for comment in issue.comments if comment.by.login.endswith("[bot]")]  # type: ignore[attr-defined]
    return [body for body in own if "Plan the change" not in body]


def until(look: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not look():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_full_repository_takes_no_more_and_says_so_once(stage: Callable[[Pressure], Stage]) -> None:
    made = stage(Pressure(waiting=2, person_day=5))
    alice, world = made.github.user("alice"), made.world
    repository = made.github.repository("alice/tempo", FILES)
    issues = [repository.issue(f"Issue {number}", "text", by=alice) for number in range(4)]
    for issue in issues:
        assert world.run(alice.labels(issue, "intern")) == 202
        until(lambda: made.service.active("delivery-") == [])
    assert len(made.service.active("job-")) == 3
    refused = issues[3]
    full = "This repository has a job at work and 2 waiting, and I take no more; ask again when one of them has ended."
    (only,) = said(made, refused)
    assert only.startswith(full)
    for _ in range(3):  # the fifth is the last that counts
        assert world.run(alice.comments(refused, "/intern start")) == 202
        until(lambda: made.service.active("delivery-") == [])
    told = said(made, refused)
    assert len(told) == 2
    assert told[1].startswith("You have asked me 5 times today, and I take no more from one person; ask again after 2")
    assert len(made.service.active("job-")) == 3


def test_a_flood_of_commands_is_no_flood_of_comments(stage: Callable[[Pressure], Stage]) -> None:
    made = stage(Pressure(person_day=3))
    alice, world = made.github.user("alice"), made.world
    repository = made.github.repository("alice/tempo", FILES)
    issue = repository.issue("Issue", "text", by=alice)
    for number in range(40):
        assert world.run(alice.comments(issue, "/intern help" if number % 2 else "/intern start")) == 202
    until(lambda: made.service.active("delivery-") == [])
    told = said(made, issue)
    assert sum("at work on this issue already" in body for body in told) == 1
    assert sum("You have asked me 3 times today" in body for body in told) == 1
    assert sum("I turn an issue into" in body for body in told) <= 3
    assert len(told) <= 5
    assert len(made.service.active("job-")) == 1
