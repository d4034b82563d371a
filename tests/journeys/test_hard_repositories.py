"""What is asked for can't be done, or not easily: every case ends in words that a person understands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.demo.run import sample_files
from bot.standins.github import submodule, symlink
from bot.standins.replayed_model import Reply
from bot.words.budget import Budget
from tests.journeys.conftest import Day, DayMaker
from tests.journeys.script import GOOD, TESTS, looks, new_tests, plans, sections, solution, writes

pytestmark = pytest.mark.rooms

SETTINGS = ".github/intern.yml"
CODE = dict(sample_files())
UNTESTED = {path: text for path, text in CODE.items() if not path.startswith("tests/")}


@dataclass
class Meanwhile(Reply):
    """A reply, while which something happens."""

    event: Callable[[], Any] = field(kw_only=True)

    def fits(self, prompt: str) -> bool:
        found = super().fits(prompt)
        if found:
            self.event()
        return found


def refused(today: Day, label: str = "intern", **wanted: str) -> str:
    """Somebody asks, nothing is published, and this is what they are told."""
    issue = today.issue(**wanted)
    assert today.labels(issue, label) == 202
    today.passes()
    assert (today.pulls, [name for name in today.repository.branches if name.startswith("intern/")]) == ([], [])
    return today.told(issue)


def opened(today: Day, **wanted: str) -> tuple[str, str]:
    """Somebody asks, and gets a pull request: its text, and the status comment's."""
    issue = today.issue(**wanted)
    today.labels(issue)
    today.passes()
    (pull,) = today.pulls
    return pull.body, today.told(issue)


# The issue.


def test_an_issue_that_says_nothing_is_refused(day: DayMaker) -> None:
    today = day([])
    today.given()
    issue = today.repository.issue("Bug", "", by=today.alice)
    today.labels(issue)
    today.passes()
    assert "This issue says too little" in today.told(issue)
    assert today.model.requests == []


def test_a_closed_issue_is_refused(day: DayMaker) -> None:
    today = day([])
    today.given()
    issue = today.issue()
    today.stage.world.run(today.alice.closes(issue))
    today.labels(issue)
    today.passes()
    assert "This issue is closed. Reopen it" in today.told(issue)
    assert today.pulls == []


def test_a_locked_issue_gets_its_pull_request_without_a_comment(day: DayMaker) -> None:
    today = day()
    today.given()
    issue = today.issue()
    today.stage.world.run(today.alice.locks(issue))
    today.labels(issue)
    today.passes()
    (pull,) = today.pulls
    assert pull.draft
    assert today.said(issue) == []
    assert [reaction.content for reaction in issue.reactions] == ["eyes"]


def test_in_a_locked_issue_a_job_without_proof_shows_a_confused_face(day: DayMaker) -> None:
    today = day([])
    today.given({"README.md": "No Python.\n"})
    issue = today.issue()
    today.stage.world.run(today.alice.locks(issue))
    today.labels(issue)
    today.passes()
    assert (today.pulls, today.said(issue)) == ([], [])
    assert [reaction.content for reaction in issue.reactions] == ["eyes", "confused"]


def test_the_longest_issue_that_github_allows(day: DayMaker) -> None:
    today = day()
    today.given()
    body = ("Please add up the parts of `1h30m`. @octocat\n" * 2000)[:65_536]
    text, status = opened(today, body=body)
    assert "Closes #1" in text
    assert "draft pull request" in status
    assert "@octocat" not in text
    assert max(len(str(request)) for request in today.model.requests) < 40_000


# The repository.


def test_an_archived_repository_is_left_alone(day: DayMaker) -> None:
    today = day([])
    today.given(archived=True)
    issue = today.issue()
    assert today.labels(issue) == 200
    assert today.stage.quiet()
    assert (issue.comments, issue.reactions, today.github.requests) == ([], [], [])


def test_a_repository_that_is_archived_meanwhile_ends_the_job_quietly(day: DayMaker) -> None:
    script = solution()
    today = day(script)
    today.given()

    def archive() -> None:
        today.repository.archived = True

    script.insert(0, Meanwhile(script[0].text, when=("next_tool_name",), times=0, event=archive))
    issue = today.issue()
    today.labels(issue)
    assert today.stage.wait(150)
    assert today.pulls == []
    assert len(today.said(issue)) == 1  # it can't be edited any more, so it stays as it was
    state, ending = today.stage.service.outcome(f"{today.repository.id}-1-label-{issue.history[-1].id}")
    assert (state, ending["end"]) == ("SUCCESS", "refused")
    assert "The repository was archived meanwhile" in ending["sentence"]
    assert [r.status for r in today.github.requests if r.path.endswith("/git/refs")] in ([], [403])


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param(None, "This repository is empty", id="empty"),
        pytest.param({"README.md": "x\n", "main.go": "package main\n"}, "There is no Python", id="no Python"),
        pytest.param(
            {**CODE, "tests/test_web.py": "import requests\n\ndef test_x():\n    assert requests\n"}
            | {"tests/test_durations.py": "import numpy\n"},
            "`numpy`, `requests` not found",
            id="a package is missing",
        ),
        pytest.param(
            {
                **CODE,
                SETTINGS: "tests: {seconds: 5}\n",
                "tests/test_slow.py": "def test_ever():\n    while True: pass\n",
            },
            "did not end within 5 seconds in `tests/test_slow.py::test_ever`",
            id="a suite that hangs",
        ),
        pytest.param({**CODE, SETTINGS: "tests:\n  second: 5\n"}, "`tests.second` is no setting", id="unknown key"),
        pytest.param({**CODE, SETTINGS: "label: [\n"}, "is no valid YAML", id="no YAML"),
        pytest.param({**CODE, "conftest.py": "import nothing_of_that_name\n"}, "pytest could not start", id="conftest"),
    ],
)
def test_it_is_said_why_a_repository_can_not_be_worked_on(
    day: DayMaker, files: dict[str, str] | None, words: str
) -> None:
    today = day([])
    if files is None:
        today.repository = today.github.repository("alice/tempo")
    else:
        today.given(files)
    status = refused(today)
    assert words in status
    assert status.count("I can't do this one.") == 1
    assert today.model.requests == []


def test_a_repository_without_tests_gets_its_first_ones(day: DayMaker) -> None:
    today = day()
    today.given(UNTESTED)
    text, status = opened(today)
    assert "the repository had no tests of its own" in text
    assert "no tests yet" in status


def test_tests_that_were_red_before_are_noted_and_not_blamed(day: DayMaker) -> None:
    today = day()
    red = "def test_never():\n    assert 1 == 2\n"
    today.given({**CODE, "tests/test_red.py": red, "tests/test_broken.py": "import numpy\n"})
    text, status = opened(today)
    assert "1 of the repository's own tests failed before anything was changed" in text
    assert "`tests/test_broken.py`" in text
    assert "1 failed" in status
    assert "draft pull request" in status


def test_a_label_of_its_own(day: DayMaker) -> None:
    today = day()
    today.given({**CODE, SETTINGS: "label: code-intern\n"})
    issue = today.issue()
    assert today.labels(issue, "intern") == 202
    today.passes()
    assert (issue.comments, issue.reactions, today.pulls) == ([], [], [])
    assert today.labels(issue, "code-intern") == 202
    today.passes()
    assert len(today.pulls) == 1
    assert "draft pull request" in today.told(issue)


def test_odd_files_are_left_out_or_left_alone(day: DayMaker) -> None:
    today = day()
    odd = {
        "legacy.py": b"# caf\xe9\nx = 1\n",
        "logo.png": bytes(range(256)),
        "huge.bin": b"\0" * (5 * 2**20 + 1),
        "link.py": symlink("tempo/durations.py"),
        "outside": symlink("/etc/passwd"),
        "vendored": submodule("a" * 40),
    }
    today.given({**CODE, **odd})
    text, status = opened(today)
    for note in ("huge.bin: over 5 MiB", "2 symlinks", "1 submodule"):
        assert note in text
        assert note in status
    before, after = today.repository.entries("main"), today.repository.entries("intern/issue-1")
    assert {path: after[path] for path in odd} == {path: before[path] for path in odd}


# The people and the model.


def test_a_status_comment_that_somebody_deletes_costs_no_work(day: DayMaker) -> None:
    script = solution()
    today = day(script)
    today.given()
    issue = today.issue()
    script[0] = Meanwhile(script[0].text, when=script[0].when, times=0, event=issue.comments.clear)
    today.labels(issue)
    today.passes()
    assert len(today.pulls) == 1
    assert today.said(issue) == []
    state, ending = today.stage.service.outcome(f"{today.repository.id}-1-label-{issue.history[-1].id}")
    assert (state, ending["end"]) == ("SUCCESS", "proven")


def test_who_loses_the_right_meanwhile_gets_no_pull_request(day: DayMaker) -> None:
    script = solution()
    today = day(script)
    today.given(roles={"bob": "write"})
    bob = today.github.user("bob")

    def revoke() -> None:
        today.repository.roles[bob.id] = "read"

    script[0] = Meanwhile(script[0].text, when=script[0].when, times=0, event=revoke)
    issue = today.issue()
    today.labels(issue, by="bob")
    today.passes()
    assert (today.pulls, list(today.repository.branches)) == ([], ["main"])
    assert "bob may no longer write to this repository, so nothing was published" in today.told(issue)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param([Reply("I would rather not.", times=0)], "did not have the form asked for", id="malformed"),
        pytest.param([Reply(looks().text, times=0, done_reason="length")], "cut off", id="cut off"),
        pytest.param([Reply("out of memory", times=0, status=500)], "answered with an error (500)", id="500"),
    ],
)
def test_a_model_that_makes_no_sense_ends_the_job_with_a_sentence(
    day: DayMaker, script: list[Reply], words: str
) -> None:
    today = day(script)
    today.given()
    status = refused(today)
    assert words in status
    assert "I published no pull request" in status
    assert "GENERATED" not in status


def test_code_that_was_cut_off_is_never_published(day: DayMaker) -> None:
    text = sections(reasoning="Half.", fault="code", generated_code=GOOD, check="import tempo")
    half = Reply(text, when=("generated_code",), times=0, done_reason="length")
    today = day([looks(), plans(), half, new_tests(TESTS)], budget=Budget(attempts=1))
    today.given()
    status = refused(today)
    assert "I could not prove a change, so nothing was published" in status
    assert "cut off" in status


def test_replies_that_fail_once_are_asked_for_again(day: DayMaker) -> None:
    stumbles = [
        Reply("overloaded", when=("next_tool_name",), status=500),
        Reply("Let me think.", when=("test_strategy",), times=2),
        Reply(writes(GOOD).text[:200], when=("Write the Python code of one file",), done_reason="length"),
    ]
    today = day([*stumbles, *solution()])
    today.given()
    text, _ = opened(today)
    assert "Closes #1" in text
