"""Reproduce first, seen from outside: what the planner saw fail is on the status comment, whatever comes of the job."""

import json

import pytest

from bot.demo.run import sample_files
from bot.standins.replayed_model import Reply
from bot.words.budget import Budget
from tests.journeys.conftest import DayMaker
from tests.journeys.script import GOOD, TESTS, looks, new_tests, plans, sections, solution, writes

pytestmark = pytest.mark.docker

#: What the planner sees to fail, what a weak writer makes of it, and code that is right for no more than that.
SEEN = TESTS + '    assert parse_duration("1h0m5s") == 3605\n'
WEAK = TESTS + '    assert parse_duration("2h5s") == 7205\n'
HALF = """    hours, found, rest = text.partition("h")
    if found and rest:
        return int(hours) * 3600 + parse_duration(rest)
    number, unit"""


def reproduces(test: str, *when: str) -> Reply:
    """The planner shows the fault first."""
    args = json.dumps({"test": test})
    reproduce = sections(next_thought="Show it.", next_tool_name="reproduce", next_tool_args=args)
    return Reply(reproduce, when=("next_tool_name", *when))


def half() -> str:
    """Half of the fix."""
    return dict(sample_files())["tempo/durations.py"].replace("    number, unit", HALF, 1)


def test_a_job_that_ends_early_leaves_the_test_that_shows_the_fault(day: DayMaker) -> None:
    script = [reproduces(TESTS), *solution()]
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


def test_half_a_fix_with_a_weakened_test_is_refused_and_the_rest_of_it_is_proven(day: DayMaker) -> None:
    again = [writes(GOOD, when="Correct the previous code of one file"), new_tests(WEAK)]
    today = day([reproduces(SEEN), looks(), plans(), writes(half()), *again])
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    (pull,) = today.pulls
    assert "The failing reproduction (`test_parts_are_added_up`) passes now." in pull.body
    row = "| **The failing reproduction**: `test_parts_are_added_up` | fails: ValueError: not a duration: '1h30m' |"
    assert f"{row} **passes now** |" in pull.body
    assert "- Attempt 1: The test that showed the fault before any change still fails with it" in pull.body
    assert "<summary>The failing reproduction, as it was</summary>" in pull.body
    assert 'parse_duration("1h0m5s") == 3605' in pull.body
    assert "1h0m5s" not in today.repository.read(pull.head)["tests/test_issue_1.py"].decode()
    assert "as it was, it ran beside them" in pull.body
    told = [str(body["messages"]) for body in today.model.requests if "Correct the previous code" in str(body)]
    assert "not a duration: '0m5s'" in told[0].replace("\\", "")
    assert "the failing reproduction passes now; nothing else broke" in today.told(issue)


def test_half_a_fix_that_stays_one_is_published_by_nobody(day: DayMaker) -> None:
    stays = sections(reasoning="Nobody asked for seconds.", fault="tests", generated_code="", check="")
    blames = Reply(stays, when=("Correct the previous code of one file",), times=0)
    today = day([reproduces(SEEN), looks(), plans(), writes(half()), blames, new_tests(WEAK)])
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert today.pulls == []
    told = today.told(issue)
    assert "**I could not prove a change, so nothing was published.**" in told
    assert "and the model says that the change is right." in told
    assert "Nobody asked for seconds." in told
    assert "look at the test that showed the fault: it alone is in the way" in told
    assert f"```python\n{SEEN}```" in told


def test_a_wrong_reproduction_is_replaced_by_the_planner_alone_and_both_are_told(day: DayMaker) -> None:
    wrong = TESTS.replace("test_parts_are_added_up", "test_minutes").replace("5400", "90")
    blamed = sections(reasoning="Nobody asked for 90.", fault="tests", generated_code="", check="")
    blames = Reply(blamed, when=("Correct the previous code of one file",), times=0)
    again = reproduces(SEEN, "An earlier plan was to change tempo/durations.py")
    script = [again, reproduces(wrong), looks(), plans(), writes(GOOD), blames, new_tests(WEAK)]
    today = day(script, budget=Budget(attempts=3))
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    (pull,) = today.pulls
    plainly = (
        "**An earlier test that showed the fault (`test_minutes`) does not pass**: AssertionError: assert 5400 == 90"
    )
    for told in (pull.body, today.told(issue)):
        assert plainly in told
        assert "The planner replaced it by another one; read it first." in told
    assert "The failing reproduction (`test_parts_are_added_up`) passes now." in pull.body
    assert "| An earlier reproduction, which the planner replaced: `test_minutes` |" in pull.body
    assert "and the model says that the change is right." in pull.body
