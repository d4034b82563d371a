"""A repository on GitHub as exercises: its merged fixes, asked for in the words of their issues."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.decisions.editing.changes import changes_between
from bot.demo.run import sample_files
from bot.errors import ConfigurationError
from bot.standins.github import GitHub, GitHubThread, Limits
from bot.trial.choice import open_collection
from bot.trial.collection import Collection
from bot.words.exercise import ExerciseKind
from tests.command_line import refused
from tests.trial.conftest import RIGHT, SUMS, trial

FIX = {"tempo/durations.py": RIGHT, "tests/test_sums.py": SUMS}


@dataclass
class Place:
    """alice/tempo on the stand-in, with pull requests that were merged."""

    thread: GitHubThread
    repository: object

    @property
    def github(self) -> GitHub:
        return self.thread.github

    def merged(self, branch: str, files: dict[str, str], title: str, body: str = "", *, merge: bool = True):
        alice = self.github.user("alice")
        base = self.repository.branches["main"]
        self.repository.git.set_ref(f"refs/heads/{branch}", base)
        self.thread.run(alice.pushes(self.repository, branch, files))
        pull = self.repository.pull(title, body, by=alice, head=branch)
        if merge:
            self.thread.run(alice.merges(pull))
        else:
            self.thread.run(alice.closes(pull))
        return pull

    def settings(self) -> dict[str, str]:
        token = self.github.actions_token(self.repository)
        return {"GITHUB_API_URL": self.github.url, "GITHUB_TOKEN": token}

    def open(self, *only: str, last: int = 5):
        return open_collection(None, "alice/tempo", last, only, self.settings())


@pytest.fixture
def place() -> Iterator[Place]:
    github = GitHub(limits=Limits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000))
    with GitHubThread(github) as thread:
        repository = github.repository("alice/tempo", dict(sample_files()))
        repository.issue("`1h30m` is refused", "It should be 5400 seconds.", by=github.user("alice"))
        yield Place(thread, repository)
        assert github.violations == []


def names(collection: Collection) -> list[str]:
    return [one.title for one in collection.exercises]


def test_a_fix_is_asked_for_in_the_words_of_its_issue(place: Place) -> None:
    before = place.repository.branches["main"]
    place.merged("words", {"README.md": "# tempo\n"}, "Reword")
    base = place.repository.branches["main"]
    place.merged("sums", FIX, "Add the parts up", "Fixes #1. It takes them apart by a pattern.")
    place.merged("never", FIX | {"tests/test_sums.py": SUMS + "\n"}, "Never merged", merge=False)
    with place.open() as found:
        (fix,) = found.exercises
        assert (fix.title, fix.body) == ("`1h30m` is refused", "It should be 5400 seconds.")
        assert fix.kind is ExerciseKind.HISTORY
        assert fix.base == base != before
        assert fix.hidden == {"tests/test_sums.py": SUMS}
        assert fix.must_pass == ("tests/test_sums.py::test_sums",)
        start, answer = found.base(fix), found.answer(fix)
        assert [one.path for one in changes_between(start.files, answer.files, is_test=bool)] == list(FIX)
        assert found.place(fix).commit == base


def test_without_an_issue_the_words_of_the_pull_request_count(place: Place) -> None:
    place.merged("sums", FIX, "Add the parts up", "See issue 1, and this fixes #99.")
    with place.open() as found:
        assert [(one.title, one.body) for one in found.exercises] == [
            ("Add the parts up", "See issue 1, and this fixes #99.")
        ]


def test_the_newest_first_and_no_more_than_asked_for(place: Place) -> None:
    for number in (1, 2, 3):
        files = {"tempo/durations.py": f"{RIGHT}# {number}\n", f"tests/test_{number}.py": SUMS}
        place.merged(f"fix-{number}", files, f"Fix {number}")
    with place.open(last=2) as found:
        assert names(found) == ["Fix 3", "Fix 2"]
    with place.open("Fix 1") as found:
        assert names(found) == ["Fix 1"]


def test_a_merge_whose_commit_is_gone_is_passed_over(place: Place) -> None:
    place.merged("sums", FIX, "Add the parts up")
    gone = place.merged("more", {**FIX, "tests/test_more.py": SUMS}, "Add more up")
    gone.merge_commit = "0" * 40
    with place.open() as found:
        assert names(found) == ["Add the parts up"]


def test_what_can_not_be_had_is_said(place: Place) -> None:
    with pytest.raises(ConfigurationError, match="no merged pull request that changed code"), place.open():
        pass
    unknown = open_collection(None, "alice/nothing", 5, (), place.settings())
    with pytest.raises(ConfigurationError, match="alice/nothing: no such repository for this GITHUB_TOKEN"), unknown:
        pass


def test_a_token_is_needed(tmp_path: Path) -> None:
    refused(trial(None, "--repo", "alice/tempo", cwd=tmp_path), "GITHUB_TOKEN is not set")
    refused(trial(None, "--repo", "alice/a/b", cwd=tmp_path), "OWNER/NAME")


@pytest.mark.rooms
@pytest.mark.timeout(900)
def test_a_whole_trial(place: Place, model, tmp_path: Path) -> None:
    place.merged("sums", FIX, "Words of the pull request", "Fixes #1.")
    ran = trial(model, "--repo", "alice/tempo", "--out", "out", cwd=tmp_path, **place.settings())
    assert ran.code == 0, ran.err
    (line,) = (tmp_path / "out/results.jsonl").read_text().splitlines()
    result = json.loads(line)
    assert (result["end"], result["score"]["passed"], result["score"]["total"]) == ("proven", 1, 1)
    told = json.dumps(model.requests)
    assert "It should be 5400 seconds." in told
    for word in ("Words of the pull request", "7205", place.settings()["GITHUB_TOKEN"]):
        assert word not in told
