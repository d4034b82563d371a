"""A job that is taken up again goes the way that it went before, whatever has changed in the world meanwhile."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.standins.github import Issue
from bot.store.database import Database
from bot.store.halts import Halts
from tests.crashes.checks import check_all
from tests.crashes.edges import REPLY, Edge, Fate
from tests.crashes.repository import BODY, FILES, TITLE, solving, stumbling
from tests.crashes.stage import CrashStage, until

pytestmark = pytest.mark.bubblewrap


@pytest.fixture
def stage(known: Path) -> Iterator[Callable[..., CrashStage]]:
    with CrashStage(FILES, solving(), known) as made:
        yield made


def killed(stage: CrashStage, edge: Edge) -> Issue:
    """A job that was killed at an edge."""
    Fate(stage, [edge])
    issue = stage.repository.issue(TITLE, BODY, by=stage.alice)
    stage.start()
    stage.listening()
    stage.asks(stage.alice.labels(issue, "intern"))
    assert stage.dies()
    return issue


def test_while_github_is_away_it_waits(stage: CrashStage) -> None:
    issue = killed(stage, Edge(REPLY, 3, done=False))
    away = stage.github.fail("GET", "/tarball/", "503", times=12)
    stage.start()
    assert until(lambda: away.hits > 8)
    stage.passes(issue)
    check_all(stage, issue)


def test_limits_that_were_lowered_meanwhile_are_those_of_the_next_job(known: Path) -> None:
    with CrashStage(FILES, stumbling(), known) as stage:
        issue = killed(stage, Edge(REPLY, 5, done=False))
        stage.terms = replace(stage.terms, attempts=1)
        stage.start()
        stage.passes(issue)
        check_all(stage, issue)


def test_it_is_shown_soon_that_it_goes_on(stage: CrashStage) -> None:
    issue = killed(stage, Edge(REPLY, 3, done=False))
    assert "interrupted" not in stage.said(issue)[0]
    speaks = threading.Event()
    stage.model.watch = lambda _: speaks.wait(60)
    stage.start()
    try:
        assert until(lambda: "I was interrupted, and go on with what is marked ⏳." in stage.said(issue)[0], 30)
        assert "⏳ Write code and tests" in stage.said(issue)[0]
    finally:
        speaks.set()
    stage.passes(issue)
    check_all(stage, issue)
    assert "interrupted" not in stage.said(issue)[0]


@pytest.mark.parametrize("done", [True, False], ids=["the branch is there", "there is no branch"])
def test_a_stop_that_meets_a_lost_answer_leaves_no_branch_without_a_word(stage: CrashStage, done: bool) -> None:
    issue = killed(stage, Edge("POST /repos/alice/tempo/git/refs", 1, done=done))
    (job,) = [name for name, (kind, _) in stage.workflows().items() if kind == "fulfil"]
    with Database(f"sqlite:///{stage.terms.database}") as database:
        Halts(database).enter(job, "alice said so.")
    stage.start()
    stage.passes(issue)
    if done:
        check_all(stage, issue)
        return
    assert "**Stopped; nothing was published.** alice said so." in stage.said(issue)[0]
    assert list(stage.repository.branches) == ["main"]
    assert stage.repository.pulls == []
