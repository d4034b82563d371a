"""Who may ask, what is a command, and what leaves no trace."""

import pytest

from bot.server.strangers import NOES
from tests.journeys.conftest import Day, DayMaker

pytestmark = pytest.mark.rooms


@pytest.fixture
def today(day: DayMaker) -> Day:
    made = day()
    made.given(roles={"bob": "write", "tri": "triage", "rea": "read", "mia": "maintain"})
    return made


@pytest.mark.parametrize("who", ["tri", "rea", "stranger"])
def test_without_write_access_nothing_happens(today: Day, who: str) -> None:
    issue = today.issue()
    assert today.labels(issue, by=who) == 202
    today.passes()
    assert (issue.comments, issue.reactions, today.pulls) == ([], [], [])
    assert not [r for r in today.github.requests if r.method in {"POST", "PATCH"} and "/repos/" in r.path]


def test_a_stranger_who_asks_again_and_again_costs_no_more_questions(today: Day) -> None:
    issue = today.issue()
    for number in range(NOES + 4):
        assert today.comments(issue, f"/intern refine {number}", by="stranger") == 202
        today.passes()
    asked = [r.path for r in today.github.requests if r.path.endswith("/stranger/permission")]
    assert len(asked) == NOES
    assert len([r for r in today.github.requests if r.path.endswith("/access_tokens")]) == NOES
    today.comments(issue, "/intern help", by="bob")
    today.passes()
    assert "/intern refine" in today.told(issue), "nobody else is kept out by that"


def test_a_permission_that_cannot_be_looked_up_means_no(today: Day) -> None:
    issue = today.issue()
    today.github.fail("GET", "/permission$", "500", times=20)
    today.labels(issue)
    assert today.stage.wait(150)
    assert (issue.comments, issue.reactions) == ([], [])


def test_other_labels_events_and_people_leave_no_trace(today: Day) -> None:
    issue = today.issue()
    before = len(today.github.requests)
    assert today.labels(issue, "bug") == 200
    assert today.comments(issue, "I would use the /intern for that") == 200
    assert today.comments(issue, "> /intern help\n\n```\n/intern help\n```") == 200
    assert today.stage.quiet()
    assert len(today.github.requests) == before
    assert today.stage.world.run(today.alice.closes(issue)) == 202  # it could end work that is under way
    assert today.stage.wait(30)
    assert len(today.github.requests) == before, "nothing is, so nobody is asked"


def test_help_and_hints(today: Day) -> None:
    issue = today.issue()
    today.comments(issue, "/intern help", by="bob")
    today.passes()
    assert "/intern refine" in today.told(issue)
    today.comments(issue, "/intern frobnicate", by="bob")
    today.passes()
    assert len(today.said(issue)) == 2
    today.comments(issue, "/intern refine make it faster", by="bob")
    today.passes()
    assert "pull request" in today.said(issue)[2]


def test_a_redelivery_is_no_second_job(today: Day) -> None:
    issue = today.issue()
    assert today.labels(issue) == 202
    delivery = today.github.deliveries[-1]
    assert today.stage.world.run(today.github.redeliver(delivery)) == 202
    today.passes()
    assert today.stage.world.run(today.github.redeliver(delivery)) == 202
    today.passes()
    assert len(today.pulls) == 1
    assert len(today.said(issue)) == 1


def test_the_label_again_finds_the_pull_request_that_is_open(today: Day) -> None:
    issue = today.issue()
    today.labels(issue)
    today.passes()
    today.stage.world.run(today.alice.unlabels(issue, "intern"))
    today.labels(issue)
    today.passes()
    assert len(today.pulls) == 1
    assert "is already open for this issue" in today.said(issue)[1]


def test_a_label_and_a_command_at_once_are_one_job(today: Day) -> None:
    issue = today.issue()
    today.labels(issue)
    today.comments(issue, "/intern start", by="bob")
    today.passes()
    assert len(today.pulls) == 1
    assert sum("I am at work on this issue already" in said for said in today.said(issue)) == 1


def test_an_issue_that_is_closed_meanwhile_gets_nothing(today: Day) -> None:
    issue = today.issue()
    today.labels(issue)
    issue.state = "closed"
    today.passes()
    assert today.pulls == []


def test_refining_somebody_elses_pull_request_is_refused(today: Day) -> None:
    today.stage.world.run(today.alice.pushes(today.repository, "feature", {"x.py": "x = 1\n"}, "x"))
    pull = today.repository.pull("mine", "", by=today.alice, head="feature", base="main")
    today.comments(pull, "/intern refine take over")
    today.passes()
    assert "I didn't open this pull request" in today.told(pull)
    assert "x.py" in today.repository.read("feature")


def test_the_health_is_told(today: Day) -> None:
    import json
    import urllib.request

    url = today.stage.hook.replace("/api/github/webhooks", "/healthz")
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  (loopback)
        told = json.load(answer)
        assert (answer.status, told["state"]) == (200, "ok")
        assert set(told["parts"]) >= {"database", "disk", "queues"}
