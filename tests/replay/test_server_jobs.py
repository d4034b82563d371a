"""A job of the server once more: its folder, and a clone of the repository, are all that is needed."""

import json
import stat
from pathlib import Path

import pytest

from bot.demo.run import sample_files
from bot.demo.stage import Stage
from bot.kept.keeping import keeping
from bot.programs.configure import configure_dspy
from bot.programs.model import Model
from bot.replay.recording import read_recording
from bot.replay.run import read_again
from bot.standins.github import GitHub
from bot.standins.github import Limits as GitHubLimits
from bot.standins.replayed_model import ReplayedModel
from bot.words.budget import Budget
from bot.words.job import Job, Kind, Person, Repository
from bot.words.plan import ModuleSpec, Plan
from bot.words.repository_settings import RepositorySettings
from bot.words.snapshot import Snapshot
from bot.words.task import Task
from bot.workflow.allowance import Allowance
from bot.workflow.ending import End, Ending
from bot.workflow.workshop import Workshop
from sandbox.files import File
from tests.command_line import refused
from tests.journeys.script import looks, new_tests, plans, solution, writes
from tests.journeys.test_refine import LOUDER, LOUDER_TESTS
from tests.replay.test_replay import replay
from tests.rooms import AnySandbox

JOB = Job(
    id="7-1-abc",
    kind=Kind.SOLVE,
    repository=Repository(id=7, owner="alice", name="tempo", default_branch="main"),
    issue=1,
    title="x",
    requester=Person(id=1, login="alice"),
)


@pytest.mark.rooms
@pytest.mark.timeout(1800)
def test_jobs_of_the_server_that_solved_an_issue_and_refined_its_pull_request(
    sandbox: AnySandbox, tmp_path: Path
) -> None:
    configure_dspy()
    github = GitHub(limits=GitHubLimits(writes_per_minute=10_000, writes_per_hour=10_000, points=100_000))
    with ReplayedModel(solution()) as model:
        chosen = Model(name="ollama_chat/replayed", url=model.url, window=32_768, timeout=20)
        workshop, kept = Workshop(model=chosen, sandbox=sandbox), tmp_path / "kept"
        with Stage(workshop, Budget(attempts=2), github=github, trajectories=kept) as stage:
            alice = github.user("alice")
            place = github.repository("alice/tempo", dict(sample_files()))
            issue = place.issue("`1h30m` is refused", "It should be 5400 seconds.", by=alice)
            stage.world.run(alice.labels(issue, "intern"))
            assert stage.wait(900)
            (pull,) = place.pulls
            (solved,) = kept.iterdir()
            model.script[:] = [
                looks(),
                plans(),
                writes(LOUDER, when="Correct the previous code"),
                new_tests(LOUDER_TESTS),
            ]
            stage.world.run(alice.reviews(pull, "Think of shouting people."))
            stage.world.run(alice.comments(pull, "/intern refine Accept capital letters."))
            assert stage.wait(900)
            (refined,) = set(kept.iterdir()) - {solved}
            assert stat.S_IMODE(refined.stat().st_mode) == 0o700
            refused(replay(refined), "Name the directory with --repo")
            ran = replay(refined, "--repo", place.git.folder)
            assert ran.code == 0, ran.err
            assert "4 of 4 prompts were exactly as recorded" in ran.err
            assert "The same verdict: proven." in ran.err
            found = read_again(read_recording(solved), Path(place.git.folder))  # the rest of it is as for any job
            assert (found.base.commit, found.head) == (place.log("main")[0].sha, None)
            away = read_recording(refined)
            assert away.origin is not None
            assert "Think of shouting people." in " ".join(away.origin.remarks)
            lines = (refined / "trajectory.jsonl").read_text().replace(away.origin.head, "5" * 40)
            (refined / "trajectory.jsonl").write_text(lines)
            refused(
                replay(refined, "--repo", place.git.folder), "does not have commit 555555555555", "refs/pull/2/head"
            )


def trajectory(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / JOB.id / "trajectory.jsonl").read_text().splitlines()]


def test_a_job_that_goes_on_goes_on_in_its_folder(tmp_path: Path) -> None:
    workshop, secret = Workshop(model=Model(key="the-key", url="http://inside"), sandbox=None), "the-key"
    for number in (1, 2):
        with keeping(tmp_path, JOB, workshop, Budget()) as (begun, _):
            begun.record({"kind": "model", "number": number})
    assert [line.get("number", line["kind"]) for line in trajectory(tmp_path)] == ["job", 1, "again", 2]
    assert secret not in json.dumps(trajectory(tmp_path))
    assert "inside" not in json.dumps(trajectory(tmp_path))


def call(purpose: str, reply: str) -> dict[str, object]:
    return {"purpose": purpose, "kind": "model", "messages": [], "reply": reply}


@pytest.mark.parametrize(
    ("lives", "said"),
    [
        ([["plan:a", "attempt 1:b"], ["attempt 1:c", "attempt 1:d"]], "acd"),
        ([["plan:a", "attempt 1:b"], ["attempt 2:c"]], "abc"),  # killed while it verified
        ([["plan:a"], [], ["plan:b", "attempt 1:c"]], "bc"),
        ([["plan:a"], ["plan:b"], ["plan:c"]], "c"),
        ([["attempt 1:a", "attempt 1, candidate 2:b"], ["attempt 1, candidate 2:c"]], "ac"),
        ([[], ["plan:a"]], "a"),
    ],
)
@pytest.mark.parametrize("half", ["", '{"kind": "model", "reply": "ha'])
def test_of_a_step_that_was_interrupted_its_last_calls_are_replayed(
    tmp_path: Path, lives: list[list[str]], said: str, half: str
) -> None:
    for life in lives:
        with keeping(tmp_path, JOB, Workshop(model=Model(), sandbox=None), Budget()) as (begun, _):
            for one in life:
                begun.record(call(*one.split(":")))
        with (tmp_path / JOB.id / "trajectory.jsonl").open("a") as file:
            file.write(half)
    assert "".join(one.reply for one in read_recording(tmp_path / JOB.id).calls) == said


def test_what_a_model_says_is_read_back(tmp_path: Path) -> None:
    with keeping(tmp_path, JOB, Workshop(model=Model(), sandbox=None), Budget()) as (begun, _):
        begun.record(call("plan", "a\u2028b\x85 \ud800"))
    assert [one.reply for one in read_recording(tmp_path / JOB.id).calls] == ["a\u2028b\x85 \ud800"]


def test_each_step_has_a_purpose_of_its_own() -> None:
    made: list[str] = []
    workshop = Workshop(
        model=Model(url="http://127.0.0.1:9"),
        stronger=Model(url="http://127.0.0.1:9"),
        sandbox=None,
        record=lambda line: made.append(str(line["purpose"])),
    )
    files = Snapshot("b" * 40, {"tempo.py": File(b"x = 1\n")})
    plan = Plan(summary="s", modules=(ModuleSpec(path="new.py", purpose="p"),), test_strategy="t")
    allowance = Allowance(Budget(calls=1), lambda: False)
    for strong in (False, True):
        workshop.plan(Task(number=1, title="x"), files, RepositorySettings(), "", allowance, strong=strong)
        for candidate in (1, 2):
            given = {"candidate": candidate, "strong": strong}
            workshop.write(Task(number=1, title="x"), plan, 1, None, files, "", allowance, **given)
    weak = ["plan", "attempt 1", "attempt 1, candidate 2"]
    assert made == weak + [f"{purpose}, stronger" for purpose in weak]


def test_a_folder_that_can_not_be_written_costs_no_job(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    workshop = Workshop(model=Model(), sandbox=None)
    for folder in (None, tmp_path / "file"):
        with keeping(folder, JOB, workshop, Budget()) as (begun, keep):
            begun.record({"kind": "model"})
            keep(Ending(end=End.PROVEN, sentence="Done."))
    with keeping(tmp_path, JOB.model_copy(update={"id": "../up"}), workshop, Budget()) as (begun, _):
        begun.record({"kind": "model"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_disk_that_is_full_costs_no_job(tmp_path: Path) -> None:
    job = tmp_path / JOB.id
    job.mkdir()
    (job / "trajectory.jsonl").symlink_to("/dev/full")
    with keeping(tmp_path, JOB, Workshop(model=Model(), sandbox=None), Budget()) as (begun, _):
        begun.record({"kind": "model"})
