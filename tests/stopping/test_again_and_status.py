"""Through the front door: `/intern retry` and `/intern status`."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.words.budget import Budget
from tests.journeys.script import solution
from tests.stopping.day import StopDay, until

pytestmark = pytest.mark.bubblewrap


@pytest.fixture
def today() -> Iterator[StopDay]:
    with StopDay() as made:
        yield made


def answers(today: StopDay, issue: Any) -> list[str]:
    """What was said but the status comments."""
    return [said for said in today.said(issue) if not said.startswith("### Code Intern")]


def test_what_was_stopped_is_tried_again_as_the_issue_is_now(today: StopDay) -> None:
    issue = today.issue()
    today.comments(issue, "/intern retry")
    today.ends()
    assert "nobody has asked me to work on this issue yet" in today.told(issue)
    today.labels(issue)
    until(lambda: today.model.asked > 0)
    today.comments(issue, "/intern retry", by="bob")
    today.admitted()
    assert "I am at work on this issue already" in answers(today, issue)[1]
    today.comments(issue, "/intern stop")
    today.ends()
    today.does(today.alice.edits(issue, body="And days, too."))
    asked = today.model.asked
    today.comments(issue, "/intern retry", by="bob")
    retried = today.github.deliveries[-1]
    until(lambda: today.model.asked > asked)
    today.does(today.github.redeliver(retried))
    today.admitted()
    (job,) = [one for one in today.stage.service._engine.known("job-") if one.active]
    assert (job.argument["body"], job.argument["requester"]["login"]) == ("And days, too.", "bob")
    today.comments(issue, "/intern stop")
    today.ends()
    assert today.endings() == ["stopped", "stopped"]
    assert len(answers(today, issue)) == 2


def test_the_status_of_what_runs_waits_and_has_ended(today: StopDay) -> None:
    first, second = today.issue(), today.issue()
    today.comments(first, "/intern status")
    today.ends()
    assert "Nobody has asked me for anything here" in today.told(first)
    today.labels(first)
    until(lambda: today.model.asked > 0)
    today.labels(second)
    today.comments(first, "/intern status", by="bob")
    asked = today.github.deliveries[-1]
    today.comments(second, "/intern status")
    today.admitted()
    today.does(today.github.redeliver(asked))
    today.admitted()
    (_, running), (waiting,) = answers(today, first), answers(today, second)
    assert running.startswith("**I am at work on this: plan the change.** No attempt yet ")
    assert "0 of 80 model calls" in running
    assert "`alice` asked for it." in running
    assert waiting.startswith("**This waits.** 1 job of this repository comes first.")
    today.comments(second, "/intern stop")
    today.comments(first, "/intern stop")
    today.ends()
    today.comments(first, "/intern status")
    today.ends()
    ended = answers(today, first)[-1]
    assert ended.startswith("Nothing of mine is at work or waiting here.")
    assert "**Stopped; nothing was published.** alice said `/intern stop`." in ended


def test_what_is_committed_is_shown_and_then_refined_and_not_tried_again() -> None:
    with StopDay(budget=Budget(attempts=1), script=solution()) as today:
        today.model.speaks.set()
        issue, jobs = today.issue(), list[str]()

        def watch(asked: Any) -> bool:
            """A stop that comes when the branch is being made is too late."""
            if asked.method == "POST" and asked.path.endswith("/git/refs"):
                today.stage.service._engine.halts.enter(jobs[0], "alice said `/intern stop`.")
            return True

        today.github.watch(watch)
        today.labels(issue)
        until(lambda: today.stage.service.active("job-") != [])
        jobs += today.stage.service.active("job-")
        today.ends(180)
        (pull,) = today.repository.pulls
        assert f"I opened draft pull request #{pull.number}." in today.told(issue)
        today.comments(issue, "/intern retry")
        today.ends()
        assert f"Pull request #{pull.number} is open for this issue." in answers(today, issue)[0]
        today.comments(pull, "/intern retry")
        today.ends()
        assert "There is no refinement here that ended without success." in today.told(pull)
        today.model.speaks.clear()
        asked = today.model.asked
        today.comments(pull, "/intern refine allow days")
        until(lambda: today.model.asked > asked)
        today.comments(pull, "/intern stop")
        today.ends()
        asked = today.model.asked
        today.comments(pull, "/intern retry", by="bob")
        until(lambda: today.model.asked > asked)
        (job,) = [one for one in today.stage.service._engine.known("job-") if one.active]
        assert (job.argument["request"], job.argument["requester"]["login"]) == ("allow days", "bob")
        today.does(today.alice.closes(pull))
        today.ends()
        assert today.endings() == ["proven", "stopped", "stopped"]
        assert "The pull request was closed." in today.said(pull)[-1]
