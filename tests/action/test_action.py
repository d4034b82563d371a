"""`intern action`: one request inside of a GitHub Action, from the event file to the pull request."""

import json
import re
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.demo.run import sample_files, sample_issue
from bot.standins.github import GitHub, GitHubThread, Limits
from bot.standins.replayed_model import ReplayedModel, Reply
from tests.command_line import Ran, forked, refused
from tests.journeys.script import solution
from tests.rooms import light_sandbox

NO_DOCKER = "tcp://127.0.0.1:1"


@dataclass
class Runner:
    """A runner of GitHub Actions in alice's repository, with its event file, token and summary."""

    thread: GitHubThread
    model: ReplayedModel
    folder: Path
    repository: Any

    @property
    def github(self) -> GitHub:
        return self.thread.github

    @property
    def summary(self) -> str:
        file = self.folder / "summary.md"
        return file.read_text() if file.exists() else ""

    def sees(self, act: Coroutine[Any, Any, Any]) -> str:
        """Somebody does something; the name of the event that a workflow sees."""
        self.thread.run(act)
        delivery = self.github.deliveries[-1]
        (self.folder / "event.json").write_text(json.dumps(delivery.payload))
        return delivery.event

    def runs(self, event: str, **settings: str) -> Ran:
        given = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_API_URL": self.github.url,
            "GITHUB_TOKEN": self.github.actions_token(self.repository),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "INTERN_MODEL": "ollama_chat/replayed",
            "INTERN_ATTEMPTS": "1",
            "OLLAMA_BASE_URL": self.model.url,
            "INTERN_SANDBOX": light_sandbox(),
        }
        ran = forked("action", settings=given | settings, cwd=self.folder)
        assert self.github.violations == []
        return ran

    def said(self, issue: Any) -> str:
        (only,) = [comment.body for comment in issue.comments if comment.by.login == "github-actions[bot]"]
        return only

    def writes(self) -> list[str]:
        return [f"{r.method} {r.path}" for r in self.github.requests if r.method != "GET"]


@pytest.fixture
def script() -> list[Reply]:
    return solution()


@pytest.fixture
def runner(tmp_path: Path, script: list[Reply]) -> Iterator[Runner]:
    github = GitHub(limits=Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000))
    with GitHubThread(github) as thread, ReplayedModel(script) as model:
        roles: Any = {"bob": "write", "tri": "triage"}
        repository = github.repository("alice/tempo", dict(sample_files()), roles=roles, installed=False)
        yield Runner(thread, model, tmp_path, repository)


def issue_of(runner: Runner) -> Any:
    title, body = sample_issue()
    return runner.repository.issue(title, body, by=runner.github.user("stranger"))


@pytest.mark.rooms
def test_a_label_becomes_a_pull_request(runner: Runner) -> None:
    issue = issue_of(runner)
    event = runner.sees(runner.github.user("bob").labels(issue, "intern", send=False))
    ran = runner.runs(event)
    assert ran.code == 0, ran.err
    (pull,) = runner.repository.pulls
    assert pull.draft
    assert "draft pull request" in runner.said(issue)
    assert f"draft pull request #{pull.number}" in runner.summary
    assert "Traceback" not in ran.err


@pytest.mark.rooms
def test_a_workflow_started_by_hand_becomes_a_pull_request(runner: Runner) -> None:
    issue = issue_of(runner)
    bob = runner.github.user("bob")
    event = runner.sees(bob.dispatches(runner.repository, "intern.yml", {"issue": str(issue.number)}))
    assert event == "workflow_dispatch"
    ran = runner.runs(event)
    assert ran.code == 0, ran.err
    assert len(runner.repository.pulls) == 1


def test_a_workflow_started_for_what_is_no_issue_says_so(runner: Runner) -> None:
    bob = runner.github.user("bob")
    event = runner.sees(bob.dispatches(runner.repository, "intern.yml", {"issue": "77"}))
    ran = runner.runs(event, DOCKER_HOST=NO_DOCKER)
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert ran.lines[-1].startswith("intern: ")
    event = runner.sees(bob.dispatches(runner.repository, "intern.yml", {"issue": "7; rm -rf /"}))
    refused(runner.runs(event, DOCKER_HOST=NO_DOCKER), "must be the number of an issue")


@pytest.mark.parametrize("who", ["tri", "stranger"])
def test_without_write_access_nothing_happens(runner: Runner, who: str) -> None:
    issue = issue_of(runner)
    person = runner.github.user(who)
    acts = (
        person.labels(issue, "intern", send=False),
        person.dispatches(runner.repository, "intern.yml", {"issue": str(issue.number)}),
        person.comments(issue, "/intern help", send=False),
    )
    for act in acts:
        ran = runner.runs(runner.sees(act), DOCKER_HOST=NO_DOCKER)
        assert ran.code == 0, ran.err
        assert f"{who} may not write" in ran.err
    assert runner.writes() == []
    assert runner.summary.count("Nothing to do") == 3


@pytest.mark.parametrize("word", ["stop", "retry", "status"])
def test_a_command_about_jobs_is_told_where_to_look(runner: Runner, word: str) -> None:
    issue = issue_of(runner)
    event = runner.sees(runner.github.user("bob").comments(issue, f"/intern {word}", send=False))
    ran = runner.runs(event, DOCKER_HOST=NO_DOCKER, INTERN_SANDBOX="docker")
    assert ran.code == 0, ran.err
    assert "cancelling the run there stops me" in runner.said(issue)


def test_a_command_in_a_comment_is_answered_without_a_sandbox(runner: Runner) -> None:
    issue = issue_of(runner)
    event = runner.sees(runner.github.user("bob").comments(issue, "/intern help", send=False))
    ran = runner.runs(event, DOCKER_HOST=NO_DOCKER)
    assert ran.code == 0, ran.err
    assert "/intern refine" in runner.said(issue)
    assert runner.runs(event, DOCKER_HOST=NO_DOCKER).code == 0
    assert "/intern refine" in runner.said(issue)  # still one: the same event is answered once


def test_an_answer_that_github_refuses_is_told_in_one_line(runner: Runner) -> None:
    issue = issue_of(runner)
    runner.thread.run(runner.github.user("alice").locks(issue))
    event = runner.sees(runner.github.user("bob").comments(issue, "/intern help", send=False))
    ran = runner.runs(event, DOCKER_HOST=NO_DOCKER)
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert "locked" in ran.lines[-1]


def test_other_events_are_nothing_for_it(runner: Runner) -> None:
    issue = issue_of(runner)
    bob = runner.github.user("bob")
    for act in (bob.labels(issue, "bug", send=False), bob.comments(issue, "Nice.", send=False)):
        ran = runner.runs(runner.sees(act), DOCKER_HOST=NO_DOCKER)
        assert ran.code == 0, ran.err
    assert runner.github.requests == []


@pytest.mark.parametrize("event", ["pull_request_target", "workflow_run"])
def test_an_event_that_brings_foreign_code_is_refused(runner: Runner, event: str) -> None:
    runner.sees(runner.github.user("bob").labels(issue_of(runner), "intern", send=False))
    refused(runner.runs(event), f'The event "{event}" can\'t start a job', "issues, issue_comment")
    assert runner.github.requests == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is empty or malformed"),
        ({"GITHUB_TOKEN": "a\nb"}, "GITHUB_TOKEN is empty or malformed"),
        ({"GITHUB_EVENT_PATH": "/nowhere"}, "holds no event"),
        ({"INTERN_MINUTES": "x"}, "INTERN_MINUTES"),
    ],
)
def test_wrong_settings_are_said_in_one_line(runner: Runner, settings: dict[str, str], words: str) -> None:
    event = runner.sees(runner.github.user("bob").labels(issue_of(runner), "intern", send=False))
    refused(runner.runs(event, **settings), words)
    assert runner.github.requests == []


@pytest.mark.rooms
def test_the_log_gives_the_runner_no_commands(runner: Runner, script: list[Reply]) -> None:
    """The runner reads commands from both streams: https://docs.github.com/actions/reference/workflow-commands."""
    evil = "x\n::add-mask::a\r::error::b\n  ::set-output name=a::b\n##[error]c"
    script.insert(0, Reply(evil, times=0, status=500))
    issue = runner.repository.issue(f"Add up {evil}", evil, by=runner.github.user("stranger"))
    event = runner.sees(runner.github.user("bob").labels(issue, "intern", send=False))
    ran = runner.runs(event, LOG_LEVEL="DEBUG")
    assert ran.code == 1, ran.err
    first, last = ran.out.splitlines()
    token = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", first)
    assert token
    assert last == f"::{token[1]}::"
    assert token[1] not in ran.err
    assert not [line for line in ran.err.splitlines() if line.lstrip().startswith(("::", "##["))]
    assert not [line for line in runner.summary.splitlines() if line.lstrip().startswith(("::", "##["))]
    assert "Something went wrong on my side" in runner.summary
