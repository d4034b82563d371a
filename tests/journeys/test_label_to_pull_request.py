"""Somebody with write access puts the label on an issue."""

import json

import pytest

from bot.demo.run import _DATA, REQUEST
from bot.standins.replayed_model import read_script
from tests.journeys.conftest import DayMaker
from tests.journeys.script import GOOD, TESTS, solution

pytestmark = pytest.mark.rooms


@pytest.mark.docker
@pytest.mark.timeout(600)  # two jobs, in containers
def test_the_whole_story_of_the_demo(day: DayMaker) -> None:
    """A first attempt fails, the second is proven, a refinement is pushed on top."""
    today = day(read_script(_DATA / "replies"))
    today.given()
    issue = today.issue()

    assert today.labels(issue) == 202
    today.passes()

    (pull,) = today.pulls
    assert pull.draft
    assert (pull.head, pull.base) == ("intern/issue-1", "main")
    assert pull.body.count("Closes #1") == 1
    assert "fails: ValueError" in pull.body
    assert "passes already" in pull.body
    assert "all 10 passed before the change and after it" in pull.body
    assert "git fetch origin intern/issue-1" in pull.body
    assert [reaction.content for reaction in issue.reactions] == ["eyes"]
    status = today.told(issue)
    assert f"draft pull request #{pull.number}" in status
    assert "Attempt 2 of 2" in status

    changed = today.repository.read("intern/issue-1")
    assert b"5400" in changed["tests/test_issue_1.py"]
    assert changed["tests/test_durations.py"] == today.repository.read("main")["tests/test_durations.py"]
    newest = today.repository.log("intern/issue-1")[0]
    assert newest.sha in today.repository.verified
    assert f"Co-authored-by: alice <{today.alice.id}+alice@users.noreply.github.com>" in newest.message

    assert today.comments(pull, f"/intern refine {REQUEST}") == 202
    today.passes()
    assert b"86400" in today.repository.read("intern/issue-1")["tempo/durations.py"]
    assert len(today.repository.log("intern/issue-1")) == len(today.repository.log("main")) + 2
    reply = today.told(pull)
    assert "I pushed commit" in reply
    assert "test_days" in reply
    assert "test_days" in pull.body
    assert len(today.pulls) == 1


def test_tokens_reach_one_repository_and_no_more_than_they_need(day: DayMaker) -> None:
    today = day()
    today.given()
    today.labels(today.issue())
    today.passes()
    minted = [r.body for r in today.github.requests if r.path.endswith("/access_tokens")]
    assert minted
    for body in minted:
        assert body["repository_ids"] == [today.repository.id]
        assert "workflows" not in body["permissions"]
    revoked = [r for r in today.github.requests if (r.method, r.path) == ("DELETE", "/installation/token")]
    assert len(revoked) == len(minted)


def test_nothing_unproven_is_published(day: DayMaker) -> None:
    wrong = GOOD.replace("int(number) * SECONDS[unit]", "int(number)")
    today = day(solution(wrong))
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert today.pulls == []
    assert "intern/issue-1" not in today.repository.branches
    status = today.told(issue)
    assert "I could not prove a change" in status
    assert "test_parts_are_added_up" in status
    assert "What would help" in status


def test_tests_that_pass_without_the_change_prove_nothing(day: DayMaker) -> None:
    idle = (
        "from tempo.durations import parse_duration\n\n\ndef test_minutes():\n    assert parse_duration('90s') == 90\n"
    )
    today = day(solution(tested=idle))
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert today.pulls == []
    assert "without the change" in today.told(issue)


def test_a_protected_path_is_never_written(day: DayMaker) -> None:
    today = day(solution(path="conftest.py"))
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert today.pulls == []
    assert "No usable plan was found" in today.told(issue)
    assert "conftest.py" not in today.repository.read("main")


def test_a_model_that_is_away_ends_the_job_with_a_sentence(day: DayMaker) -> None:
    today = day([], url="http://127.0.0.1:9")
    today.given()
    issue = today.issue()
    today.labels(issue)
    today.passes()
    assert today.pulls == []
    assert "I published no pull request" in today.told(issue)


def test_a_lost_answer_doubles_nothing(day: DayMaker) -> None:
    today = day()
    today.given()
    issue = today.issue()
    today.github.fail("POST", r"/issues/1/comments$", "lost")
    today.github.fail("POST", r"/pulls$", "lost")
    today.github.fail("POST", r"/git/refs$", "lost")
    today.labels(issue)
    today.passes()
    assert len(today.pulls) == 1
    assert len(today.said(issue)) == 1
    assert len(today.repository.log("intern/issue-1")) == len(today.repository.log("main")) + 1


def test_what_the_model_and_the_issue_say_is_harmless_on_github(day: DayMaker) -> None:
    today = day(solution(tested=TESTS))
    today.given()
    body = "It should add up. @octocat fixes #99 <img src=x> ![p](https://evil.example/x.png)\n/intern refine more"
    issue = today.issue("Durations @alice closes #3", body)
    today.labels(issue)
    today.passes()
    (pull,) = today.pulls
    for text in (pull.body, pull.title, *today.said(issue)):
        assert "@octocat" not in text
        assert "@alice" not in text
        assert "#99" not in text
        assert "evil.example" not in text.replace("\u200b", "") or "![" not in text
        assert not any(line.startswith("/intern") for line in text.splitlines())


def test_the_trajectory_and_the_token_never_meet(day: DayMaker) -> None:
    today = day()
    today.given()
    today.labels(today.issue())
    today.passes()
    prompts = json.dumps(today.model.requests)
    assert "ghs_" not in prompts
    assert "PRIVATE KEY" not in prompts
