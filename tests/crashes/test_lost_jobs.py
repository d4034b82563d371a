"""What the engine gives up does not vanish: the person is told once, and asks again."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.standins.github import Issue
from tests.crashes.checks import check_one_pull_request, check_told_once
from tests.crashes.edges import REPLY, Edge, Fate
from tests.crashes.repository import BODY, FILES, TITLE, solving
from tests.crashes.stage import CrashStage, until

pytestmark = pytest.mark.bubblewrap

MISFIT = "update operation_outputs set function_name = 'what no story does' where function_id = {} and {}"
OFTEN = "update workflow_status set recovery_attempts = 1000 where name = 'fulfil'"
PLACE = "/repos/alice/tempo"
UNFIT = "I was updated in the middle of it"


@pytest.fixture
def stage(known: Path) -> Iterator[CrashStage]:
    with CrashStage(FILES, solving(), known) as made:
        yield made


def killed(
    stage: CrashStage, edge: Edge, change: str, by: str = "alice", meanwhile: Callable[[], None] = lambda: None
) -> Issue:
    """A job that was killed at an edge, and what is changed in its database, and elsewhere, before the bot is back."""
    Fate(stage, [edge])
    issue = stage.repository.issue(TITLE, BODY, by=stage.alice)
    stage.start()
    stage.listening()
    stage.asks(stage.github.user(by).labels(issue, "intern"))
    assert stage.dies()
    with closing(sqlite3.connect(stage.terms.database)) as connection, connection:
        assert connection.execute(change).rowcount == 1
    meanwhile()
    stage.start()
    return issue


def told(stage: CrashStage, issue: Issue) -> str:
    """The one thing that was said, also after another start and another look."""
    assert until(lambda: any("I lost this" in text for text in stage.said(issue)), 60), stage.workflows()
    assert until(stage.calm)
    seen = len(stage.github.requests)
    stage.kill()
    stage.start()
    stage.listening()
    assert until(stage.calm)
    assert [one for one in stage.github.requests[seen:] if one.method != "GET"] == []
    (text,) = stage.said(issue)
    return text


@pytest.mark.parametrize(
    ("change", "status", "why"),
    [
        (MISFIT.format(7, "workflow_uuid like 'job-%'"), "ERROR", UNFIT),
        (OFTEN, "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "I was interrupted in it too often"),
    ],
    ids=["unfit", "too often"],
)
def test_a_job_that_was_given_up_is_told_once_and_can_be_asked_for_again(
    stage: CrashStage, change: str, status: str, why: str
) -> None:
    issue = killed(stage, Edge(REPLY, 3, done=False), change)
    text = told(stage, issue)
    assert text.startswith("### Code Intern\n\n**I lost this job and can't go on with it.** " + why)
    assert "Nothing was published." in text
    assert "✅ Run the existing tests: 5 passed" in text
    assert stage.jobs() == [status]
    assert stage.rows("intern_replies") == []
    check_told_once(stage, issue)

    stage.world.run(stage.alice.unlabels(issue, "intern"))
    stage.asks(stage.alice.labels(issue, "intern"))
    assert until(lambda: "SUCCESS" in stage.jobs() and stage.calm())
    check_one_pull_request(stage, issue)


def test_a_pull_request_that_a_lost_job_had_opened_is_named(stage: CrashStage) -> None:
    last = Edge(f"PATCH {PLACE}/issues/comments/#", 7, done=False)
    issue = killed(stage, last, MISFIT.format(12, "workflow_uuid like 'job-%'"))
    text = told(stage, issue)
    assert "Draft pull request #2, which it had opened, stands." in text
    assert "Nothing was published" not in text


def test_a_request_that_was_given_up_is_answered(stage: CrashStage) -> None:
    before = Edge(f"POST {PLACE}/issues/#/reactions", 1, done=False)
    issue = killed(stage, before, MISFIT.format(1, "workflow_uuid like 'delivery-%'"))
    assert told(stage, issue).startswith(f"**I lost this request before I began.** {UNFIT}")


def test_whoever_may_not_ask_is_told_nothing(stage: CrashStage) -> None:
    before = Edge(f"POST {PLACE}/issues/#/reactions", 1, done=False)
    change = MISFIT.format(1, "workflow_uuid like 'delivery-%'")
    roles, bob = stage.repository.roles, stage.github.user("bob")
    roles[bob.id] = "write"
    issue = killed(stage, before, change, "bob", lambda: roles.update({bob.id: "read"}))
    assert until(lambda: any(name == "tell of a loss" for name, _ in stage.workflows().values()) and stage.calm(), 60)
    assert stage.said(issue) == []
