"""Through the front door: work is stopped wherever it is, within seconds, and the person is told once."""

import time
from collections.abc import Iterator
from functools import partial

import pytest

from bot.github.portal import Portal
from bot.server.overtaking import EVERY, LONG
from bot.server.stopping import Stopping
from bot.words.command import Stop
from bot.words.job import Job, Person
from bot.workflow.admission import Desire
from tests.stopping.day import ENDLESS, SOON, StopDay, until

pytestmark = pytest.mark.bubblewrap


@pytest.fixture
def today() -> Iterator[StopDay]:
    with StopDay() as made:
        yield made


def test_a_command_stops_a_job_that_waits_for_its_model(today: StopDay) -> None:
    issue = today.issue()
    today.labels(issue)
    until(lambda: today.model.asked > 0)
    today.comments(issue, "/intern stop", by="bob")
    today.ends()
    assert today.endings() == ["stopped"]
    told = today.told(issue)
    assert "**Stopped; nothing was published.** bob said `/intern stop`." in told
    assert "is working" not in told
    assert [reaction.content for reaction in issue.comments[-1].reactions] == ["eyes"]
    assert "intern/issue-1" not in today.repository.branches


def test_nobody_without_write_access_stops_anything(today: StopDay) -> None:
    issue = today.issue()
    today.labels(issue)
    until(lambda: today.model.asked > 0)
    today.comments(issue, "/intern stop", by="mallory")
    today.comments(issue, "/intern status", by="mallory")
    today.comments(issue, "/intern retry", by="mallory")
    today.admitted()
    assert len(today.stage.service.active("job-")) == 1
    assert len(today.said(issue)) == 1
    today.comments(issue, "/intern stop")
    today.ends()
    assert "alice said" in today.told(issue)


def test_the_label_stops_what_it_began_and_a_comment_goes_on(today: StopDay) -> None:
    labelled, asked = today.issue(), today.issue()
    today.labels(labelled)
    today.comments(asked, "/intern start")
    until(lambda: today.model.asked > 0)
    today.labels(asked)
    today.admitted()
    assert today.does(today.alice.unlabels(asked, "intern")) == 202
    assert today.does(today.alice.unlabels(labelled, "intern")) == 202
    today.admitted()
    until(lambda: len(today.stage.service.active("job-")) == 1)
    assert "alice took the label off." in today.told(labelled)
    until(lambda: today.model.asked > 1)
    today.comments(asked, "/intern stop")
    today.ends()
    assert today.endings() == ["stopped", "stopped"]


def test_what_is_closed_is_stopped_in_its_room(today: StopDay) -> None:
    today.does(today.alice.pushes(today.repository, "main", ENDLESS, "x", send=False))
    issue = today.issue()
    today.labels(issue)
    until(lambda: "⏳ Run the existing tests" in "".join(today.said(issue)))
    today.does(today.alice.closes(issue))
    today.ends()
    assert "alice closed the issue." in today.told(issue)
    assert today.endings() == ["stopped"]


def test_what_waits_never_begins_and_the_person_is_told_at_once(today: StopDay) -> None:
    first, second = today.issue(), today.issue()
    today.labels(first)
    until(lambda: today.model.asked > 0)
    today.labels(second)
    today.admitted()
    today.comments(second, "/intern status")
    today.admitted()
    assert "1 job of this repository comes first." in today.said(second)[0]
    today.does(today.alice.unlabels(second, "intern"))
    today.admitted()
    assert today.said(second)[1].startswith("**Stopped before it began.** alice took the label off.")
    today.comments(first, "/intern stop")
    today.ends()
    assert today.endings() == ["stopped", "stopped"]
    assert len(today.said(second)) == 2, "the job itself says nothing any more"
    assert second.reactions[0].content == "eyes"


def test_when_nothing_runs_it_says_so_once(today: StopDay) -> None:
    issue = today.issue()
    today.comments(issue, "/intern stop")
    today.ends()
    today.does(today.github.redeliver())
    today.ends()
    assert "Nothing of mine is at work or waiting here" in today.told(issue)


def test_a_job_that_hangs_at_github_is_stopped(today: StopDay) -> None:
    issue = today.issue()
    today.github.fail("GET", "/tarball/", "timeout", times=50)
    today.labels(issue)
    until(lambda: any("/tarball/" in one.path for one in today.github.requests))
    today.comments(issue, "/intern stop")
    today.ends()
    assert "alice said `/intern stop`" in today.told(issue)
    assert today.endings() == ["stopped"]


def test_while_github_can_be_asked_nothing_whoever_asked_for_it_stops_it() -> None:
    with StopDay(portal=partial(Portal, longest=1.0)) as today:
        issue, engine = today.issue(), today.stage.service._engine
        today.labels(issue)
        until(lambda: today.model.asked > 0)
        (job,) = today.stage.service.active("job-")
        stopping = Stopping(engine, lambda _: None)  # type: ignore[arg-type,return-value]
        where = Job.model_validate(engine.known(job)[0].argument).repository
        bob = Person(id=today.github.user("bob").id, login="bob")
        assert stopping.own(Desire(where, bob, human=True, command=Stop(), number=issue.number, on_pull=False)) is None

        today.github.fail("GET", "/permission$", "secondary-429", times=50, retry_after=900)
        today.comments(issue, "/intern stop")
        until(lambda: engine.halts.read(job) is not None, SOON)
        until(lambda: "alice said" in getattr(engine.whereabouts.read(job), "ending", ""), SOON)


def test_nobody_holds_back_the_stop_of_whoever_asked_for_the_job() -> None:
    with StopDay(portal=partial(Portal, longest=1.0)) as today:
        issue, engine = today.issue(), today.stage.service._engine
        today.labels(issue)
        until(lambda: today.model.asked > 0)
        (job,) = today.stage.service.active("job-")
        today.admitted()
        today.github.fail("GET", "/permission$", "secondary-429", times=50, retry_after=900)
        today.comments(issue, "/intern help", by="mallory")
        until(lambda: bool(today.stage.service.active("delivery-")))
        today.comments(issue, "/intern stop", by="bob")
        time.sleep(LONG + 2 * EVERY)
        assert engine.halts.read(job) is None
        today.comments(issue, "/intern stop")
        until(lambda: "alice said" in getattr(engine.whereabouts.read(job), "ending", ""), SOON)


@pytest.mark.parametrize("how", ["uninstalls", "suspends", "takes_away"])
def test_a_job_without_access_ends_and_nothing_is_said(today: StopDay, how: str) -> None:
    issue = today.issue()
    today.labels(issue)
    until(lambda: today.model.asked > 0)
    installation = today.github.installation(today.alice)
    what = today.repository if how == "takes_away" else installation
    assert today.does(getattr(today.alice, how)(what)) == 202
    today.ends()
    assert today.endings() == ["stopped"]
    assert "is working on this issue" in today.told(issue), "nobody could edit it"


def test_late_and_lost_events_end_with_the_last_label_at_work(today: StopDay) -> None:
    """Label, taken off, label again; the server hears of it in another order."""
    issue = today.issue()
    today.does(today.alice.labels(issue, "intern", send=False))
    first = today.github.deliveries[-1]
    today.does(today.alice.unlabels(issue, "intern", send=False))
    off = today.github.deliveries[-1]
    today.does(today.github.deliver(first))
    today.admitted()
    assert today.stage.service.active("job-") == [], "the label is gone, so nothing begins"
    today.does(today.alice.labels(issue, "intern", send=False))
    second = today.github.deliveries[-1]
    today.does(today.github.deliver(second))
    until(lambda: today.model.asked > 0)
    today.does(today.github.deliver(off))
    today.admitted()
    assert len(today.stage.service.active("job-")) == 1, "it tells of an earlier label"
    today.does(today.alice.unlabels(issue, "intern", send=False))
    today.does(today.alice.labels(issue, "intern", send=False))
    today.does(today.github.deliver(today.github.deliveries[-1]))  # the one before is late
    today.admitted()
    until(lambda: len(today.stage.service.active("job-")) == 1)
    today.does(today.github.deliver(today.github.deliveries[-2]))
    today.admitted()
    until(lambda: today.endings() == ["stopped", "PENDING"])
    today.comments(issue, "/intern stop")
    today.ends()
    assert today.endings() == ["stopped", "stopped"]
