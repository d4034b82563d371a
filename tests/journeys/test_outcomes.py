"""What people make of a pull request is recorded, and nothing is said about it."""

from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.outcomes import Outcomes
from bot.words.pull_outcome import PullOutcome
from tests.journeys.conftest import Day, DayMaker

pytestmark = pytest.mark.rooms


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'intern.sqlite'}"


@pytest.fixture
def today(day: DayMaker, database: str) -> Day:
    """A pull request is open."""
    made = day(database_url=database)
    made.given()
    made.labels(made.issue())
    made.passes()
    return made


def recorded(database: str) -> tuple[PullOutcome, ...]:
    with Database(database) as opened:
        return Outcomes(opened).read()


def test_a_pull_request_is_closed_opened_again_edited_and_merged(today: Day, database: str) -> None:
    (pull,) = today.pulls
    said = today.said(pull)
    assert recorded(database) == ()

    today.stage.world.run(today.alice.closes(pull))
    today.passes()
    (closed,) = recorded(database)
    assert (closed.name, closed.pull, closed.issue) == ("alice/tempo", pull.number, 1)
    assert (closed.merged, closed.edited, closed.commit) == (False, False, "")
    assert closed.job.startswith(f"{closed.repository}-1-label-")

    today.stage.world.run(today.alice.reopens(pull))
    today.stage.world.run(today.alice.pushes(today.repository, pull.head, {"NEWS": "News.\n"}))
    assert today.stage.world.run(today.alice.merges(pull)) == 202
    today.passes()
    (merged,) = recorded(database)
    assert (merged.merged, merged.edited, merged.job) == (True, True, closed.job)
    assert merged.commit == today.repository.log("main")[0].sha
    assert today.said(pull) == said


def test_pull_requests_of_others_are_nothing(today: Day, database: str) -> None:
    files = {"NEWS": "News.\n"}
    for branch in ("feature", "intern/issue-1-2"):
        today.stage.world.run(today.alice.pushes(today.repository, branch, files))
        theirs = today.repository.pull("Mine", by=today.alice, head=branch)
        status = today.stage.world.run(today.alice.merges(theirs))
        assert status == (202 if branch.startswith("intern/") else 200)
        today.passes()
    assert recorded(database) == ()
