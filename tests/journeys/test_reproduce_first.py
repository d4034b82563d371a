"""Reproduce first, seen from outside: what the planner saw fail is on the status comment, whatever comes of the job."""

import json

import pytest

from bot.standins.replayed_model import Reply
from bot.words.budget import Budget
from tests.journeys.conftest import DayMaker
from tests.journeys.script import TESTS, sections, solution

pytestmark = pytest.mark.rooms


def test_a_job_that_ends_early_leaves_the_test_that_shows_the_fault(day: DayMaker) -> None:
    args = json.dumps({"test": TESTS})
    reproduce = sections(next_thought="Show it.", next_tool_name="reproduce", next_tool_args=args)
    script = [Reply(reproduce, when=("next_tool_name",)), *solution()]
    today = day(script, budget=Budget(calls=3))
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    told = today.told(issue)
    looked, finished, planned = [str(body["messages"]) for body in today.model.requests]
    assert "If the issue tells of a fault, show that first by reproduce" in looked
    assert "It fails as the issue tells. This test is kept." in finished
    assert "It fails as the issue tells." in planned
    assert "✅ Plan the change: `tempo/durations.py`; the fault was seen: `ValueError: not a duration" in told
    assert "**The budget is used up, so nothing was published.** Spent: no model call is left." in told
    assert "<summary>A test that fails today, without any change</summary>\n\nAs `tests/test_issue_1.py`:" in told
    assert f"```python\n{TESTS}```" in told
    assert "3 of 3 model calls" in told
    assert today.pulls == []
