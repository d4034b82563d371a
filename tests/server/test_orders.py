"""Webhooks come in any order, twice, late and by the hundred: on the real admission, before the GitHub stand-in."""

import itertools
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from bot.demo.stage import Stage
from bot.programs.configure import configure_dspy
from bot.programs.model import Model
from bot.standins.github import GitHub, Limits
from bot.standins.github.post import letter
from bot.words.budget import Budget
from bot.words.pressure import Pressure
from bot.workflow.workshop import Workshop
from tests.sandbox.plain_sandbox import PlainSandbox

FILES = {"a.py": "x = 1\n", "tests/test_a.py": "from a import x\n\n\ndef test_x():\n    assert x == 1\n"}
SECRET = "a-secret-that-only-this-machine-knows"


class Standing(PlainSandbox):
    """Whoever wants to install something stands still until the gate is open."""

    @property
    def environments(self) -> None:
        self.gate.wait()


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A stage whose jobs stand still in their first room until the test is over."""
    configure_dspy()
    sandbox = Standing()
    sandbox.gate.clear()
    workshop = Workshop(model=Model(name="ollama_chat/none", url="http://127.0.0.1:9"), sandbox=sandbox)
    github = GitHub(webhook_secret=SECRET, limits=Limits(10**6, 10**6, 10**6))
    with Stage(workshop, Budget(), github=github, pressure=Pressure(waiting=1000, person_day=10_000)) as stage:
        yield stage
        sandbox.gate.set()


def post(stage: Stage, delivery: Any) -> None:
    """Deliver what GitHub has not delivered yet, or has."""
    body, headers = letter(stage.github, delivery, SECRET)
    request = urllib.request.Request(stage.hook, body, headers)  # noqa: S310  (our own server)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        assert answer.status in {200, 202}


def settled(stage: Stage, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while stage.service.active("delivery-"):
        assert time.monotonic() < end, "deliveries are still being admitted"
        time.sleep(0.2)


def alive(stage: Stage, repository: Any) -> list[str]:
    """The jobs of a repository that nobody ended, by what began them."""
    prefix = f"job-{repository.id}-"
    halts = stage.service._engine.halts
    return [name.removeprefix(prefix) for name in stage.service.active(prefix) if halts.read(name) is None]


async def label_on_off_on(alice: Any, issue: Any) -> None:
    await alice.labels(issue, "intern", send=False)
    await alice.unlabels(issue, "intern", send=False)
    await alice.labels(issue, "intern", send=False)


async def label_on_off(alice: Any, issue: Any) -> None:
    await alice.labels(issue, "intern", send=False)
    await alice.unlabels(issue, "intern", send=False)


async def label_and_close(alice: Any, issue: Any) -> None:
    await alice.labels(issue, "intern", send=False)
    await alice.comments(issue, "Never mind.", send=False)
    await alice.closes(issue, send=False)


async def label_close_reopen(alice: Any, issue: Any) -> None:
    await alice.labels(issue, "intern", send=False)
    await alice.closes(issue, send=False)
    await alice.reopens(issue, send=False)


@pytest.mark.parametrize(
    ("acts", "count"),
    [(label_on_off_on, 1), (label_on_off, 0), (label_and_close, 0), (label_close_reopen, 1)],
)
def test_every_order_ends_in_the_same_state(stage: Stage, acts: Callable[..., Any], count: int) -> None:
    alice, world = stage.github.user("alice"), stage.world
    orders: list[tuple[Any, Sequence[Any]]] = []
    for order in itertools.permutations(range(3)):
        repository = stage.github.repository(f"alice/tempo-{len(orders)}", FILES)
        before = len(stage.github.deliveries)
        world.run(acts(alice, repository.issue("Title", "Body", by=alice)))
        made = stage.github.deliveries[before:]
        orders.append((repository, [made[index] for index in order if index < len(made)]))
    for turn in range(4):
        for _, deliveries in orders:
            post(stage, deliveries[turn % len(deliveries)])  # the fourth is one of them again
    settled(stage)
    end = time.monotonic() + 120
    found = [["?"]]
    while [len(one) for one in found] != [count] * len(orders) and time.monotonic() < end:
        time.sleep(0.2)  # a job that finds its issue closed ends when its turn comes
        found = [alive(stage, repository) for repository, _ in orders]
    assert [len(one) for one in found] == [count] * len(orders)
    assert [name.split("-")[1] for one in found for name in one] == ["label"] * count * len(orders)


def test_hundreds_of_label_events_are_one_job(stage: Stage) -> None:
    alice, world = stage.github.user("alice"), stage.world
    repository = stage.github.repository("alice/tempo", FILES)
    issue = repository.issue("Title", "Body", by=alice)

    async def flood() -> None:
        for _ in range(250):
            await alice.labels(issue, "intern", send=False)
            await alice.unlabels(issue, "intern", send=False)
        await alice.labels(issue, "intern", send=False)

    before = len(stage.github.deliveries)
    world.run(flood())
    made = stage.github.deliveries[before:]
    assert len(made) == 501
    for delivery in made:
        post(stage, delivery)
    settled(stage)
    assert len(alive(stage, repository)) == 1
    assert len([one for one in issue.comments if one.by.login.endswith("[bot]")]) <= 1


def test_a_job_does_what_was_written_when_it_was_asked(stage: Stage) -> None:
    alice, world = stage.github.user("alice"), stage.world
    repository = stage.github.repository("alice/tempo", FILES)
    issue = repository.issue("Title", "Body", by=alice)
    world.run(alice.comments(issue, "/intern start"))
    settled(stage)
    (job,) = alive(stage, repository)
    (comment,) = [one for one in issue.comments if one.body == "/intern start"]
    world.run(alice.edits_comment(comment, "/intern stop"))
    world.run(alice.edits(issue, title="Delete everything", body="rm -rf /"))
    settled(stage)
    assert alive(stage, repository) == [job]
    with stage.service._inbox.database.reading() as connection:
        import sqlalchemy as sa

        asked = connection.execute(
            sa.text("select inputs from workflow_input where workflow_uuid like :name"), {"name": f"job-%{job}"}
        ).scalar()
    assert "Title" in str(asked)
    assert "rm -rf" not in str(asked)
