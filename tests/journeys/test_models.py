"""A second, stronger model, asked only where the first one fails; and several candidates for one attempt."""

import pytest

from bot.standins.replayed_model import Reply
from bot.words.budget import Budget
from tests.journeys.conftest import STRONGER, DayMaker
from tests.journeys.script import GOOD, looks, new_tests, plans, solution, writes

pytestmark = pytest.mark.rooms

WRONG = GOOD.replace("int(number) * SECONDS[unit]", "int(number)")
#: Wrong, too, and nearer to a proof: one of the new tests passes, and all that were there.
NEARER = GOOD.replace("return sum(int", "return 61 if len(parts) > 1 else sum(int")
TWO_TESTS = """from tempo.durations import parse_duration


def test_parts_are_added_up():
    assert parse_duration("1h30m") == 5400


def test_a_minute_and_a_second():
    assert parse_duration("1m1s") == 61
"""


def prompts(requests: list[dict]) -> list[str]:
    return ["\n".join(message["content"] for message in body["messages"]) for body in requests]


def test_the_stronger_model_writes_the_last_attempt(day: DayMaker) -> None:
    today = day(solution(WRONG), stronger=solution())
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    (pull,) = today.pulls
    assert today.repository.read("intern/issue-1")["tempo/durations.py"].decode() == GOOD
    assert f"`ollama_chat/replayed`; attempt 2 is by `{STRONGER}`" in pull.body
    assert f"Model: `ollama_chat/replayed`; attempt 2 is by `{STRONGER}`." in today.told(issue)
    asked = prompts(today.stronger.requests)
    assert asked
    assert not any("next_tool_name" in prompt or "Plan the change" in prompt for prompt in asked)
    assert "assert 31 == 5400" in asked[0], "it goes on from what failed"


def test_the_stronger_model_is_not_asked_where_the_first_one_suffices(day: DayMaker) -> None:
    today = day(solution(), stronger=solution())
    today.given()
    today.labels(today.issue())
    today.passes()
    assert len(today.pulls) == 1
    assert today.stronger.requests == []
    assert "stronger" not in today.pulls[0].body


@pytest.mark.parametrize(
    "fails",
    [
        [plans("tests/test_durations.py")],  # a plan that can't be used
        [Reply("out of memory", when=("test_strategy",), times=0, status=500)],
    ],
    ids=["an unusable plan", "an error"],
)
def test_the_stronger_model_plans_where_the_first_one_could_not(day: DayMaker, fails: list[Reply]) -> None:
    first = [looks(), *fails, *solution()[2:]]
    today = day(first, stronger=[looks(), plans()])
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    (pull,) = today.pulls
    assert f"`ollama_chat/replayed`; the plan is by `{STRONGER}`" in pull.body
    assert not any("Write the Python code" in prompt for prompt in prompts(today.stronger.requests))


def test_both_models_share_the_budget(day: DayMaker) -> None:
    today = day(solution(WRONG), stronger=solution(), budget=Budget(attempts=2, calls=4))
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert today.pulls == []
    assert (len(today.model.requests), today.stronger.requests) == (4, [])
    assert "no model call is left" in today.told(issue)


def test_the_first_candidate_that_is_proven_wins(day: DayMaker) -> None:
    script = [looks(), plans(), writes(WRONG, times=1), writes(GOOD), new_tests(TWO_TESTS)]
    today = day(script, candidates=3, budget=Budget(attempts=1))
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    (pull,) = today.pulls
    asked = [body for body in today.model.requests if "Write the Python code" in prompts([body])[0]]
    assert len(asked) == 2, "the third candidate is not needed"
    assert asked[0]["messages"] == asked[1]["messages"], "both begin from the same"
    assert [body["options"].get("seed") for body in asked] == [None, 1002]
    assert asked[1]["options"]["temperature"] > asked[0]["options"]["temperature"]
    assert " 1 attempt · " in pull.body
    assert "- Attempt 1: " in pull.body, "what did not hold is told"
    assert "Attempt 1 of 1, candidate 2 of 3" in today.told(issue)


def test_the_next_attempt_refines_the_best_candidate(day: DayMaker) -> None:
    script = [looks(), plans(), writes(NEARER, times=1), writes(WRONG, times=1), new_tests(TWO_TESTS)]
    corrected = writes(GOOD, when="Correct the previous code of one file")
    today = day([*script, corrected], candidates=2)
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert len(today.pulls) == 1
    asked = [prompt for prompt in prompts(today.model.requests) if "Correct the previous code" in prompt]
    assert "61 if len(parts)" in asked[0]
    assert "- Attempt 1, candidate 2: " in today.pulls[0].body


def test_candidates_are_bounded_by_the_calls_of_the_budget(day: DayMaker) -> None:
    today = day(solution(WRONG), candidates=8, budget=Budget(attempts=4, calls=7))
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert today.pulls == []
    assert len(today.model.requests) == 7
    assert "The budget is used up" in today.told(issue)
