"""What a day may cost: people ask again and again, and are told when there is more."""

import re
from pathlib import Path

import pytest

from bot.demo.run import sample_files
from bot.store.database import Database
from bot.store.daybook import Daybook
from bot.words.budget import Budget
from bot.words.day import DayBudget
from tests.journeys.conftest import Day, DayMaker

pytestmark = pytest.mark.rooms

TOMORROW = r"ask again after \d{4}-\d\d-\d\d 00:00 UTC\."


def asks(today: Day) -> str:
    """Somebody asks for another issue; what they are told."""
    issue = today.issue()
    today.labels(issue)
    today.passes()
    return today.told(issue)


def test_a_repository_has_so_many_jobs_a_day_and_the_database_remembers(day: DayMaker, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'intern.sqlite'}"
    today = day([], budget=Budget(day=DayBudget(jobs=1)), database_url=database)
    today.given()
    first = asks(today)
    assert re.search(r"This repository today: 1 of 1 jobs · \d+ of 300 minutes · \d+ of 800 model calls · ", first)
    assert "All repositories" not in first, "what others spend is not told"
    asked = len(today.model.requests)
    refused = asks(today)
    assert re.search(rf"This repository has used 1 of 1 jobs today; {TOMORROW}", refused)
    assert "nothing was published" in refused
    assert 0 < asked == len(today.model.requests), "who is refused costs nothing"
    mine = today.repository.id
    today.repository = today.github.repository("alice/other", dict(sample_files()))
    assert "This repository today: 1 of 1 jobs" in asks(today), "another repository has a day of its own"
    today.stage.__exit__(None, None, None)

    with Database(database) as opened:
        own, whole = Daybook(opened).usage(mine)
    assert (own.jobs, own.calls, whole.jobs, whole.calls) == (1, asked, 2, 2 * asked)
    assert own.minutes > 0


def test_a_repository_may_lower_its_own_day_and_a_running_job_ends_with_what_it_has(day: DayMaker) -> None:
    today = day(budget=Budget(attempts=2, day=DayBudget(calls=50)))
    today.given({**dict(sample_files()), ".github/intern.yml": "budget: {day: {calls: 3, jobs: 900}}\n"})
    told = asks(today)
    assert re.search(rf"This repository has used 3 of 3 model calls today; {TOMORROW}", told)
    assert "This repository today: 1 of 20 jobs" in told
    assert "✅ Plan the change" in told
    assert today.pulls == []
    assert len(today.model.requests) == 3, "not one call more was made"


def test_all_repositories_together_have_a_day_too(day: DayMaker) -> None:
    today = day([], whole_day=DayBudget(jobs=1))
    today.given()
    assert "This repository today: 1 of 20 jobs" in asks(today)
    today.repository = today.github.repository("alice/other", dict(sample_files()))
    assert re.search(rf"All repositories together have no jobs left today; {TOMORROW}", asks(today))
