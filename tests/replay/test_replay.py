"""`intern replay`: a finished job once more, with the words that its model said, and no model."""

import json
import shutil
from pathlib import Path

import pytest

from bot.demo.run import sample_files
from bot.standins.replayed_model import ReplayedModel
from tests.command_line import Ran, forked, refused
from tests.journeys.script import GOOD, solution
from tests.rooms import light_sandbox
from tests.trial.conftest import ISSUE, SECONDS, SETTINGS, history, lay, task, trial

#: Jobs in real rooms, two in a test.
pytestmark = pytest.mark.timeout(1800)

AWAY = {
    "INTERN_MODEL": "openai/nobody-is-asked",
    "OLLAMA_BASE_URL": "http://127.0.0.1:9",
    "INTERN_SANDBOX": light_sandbox(),
}


def laid(folder: Path) -> Path:
    """A folder with a repository `tempo` and an issue."""
    lay(folder / "tempo", dict(sample_files()))
    lay(folder, {"issue.md": ISSUE})
    return folder


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return laid(tmp_path)


def solve(desk: Path, code: str = GOOD, **settings: str) -> Path:
    """The results of a job that was solved with a scripted model, which is gone now."""
    with ReplayedModel(solution(code)) as model:
        given = {**SETTINGS, "OLLAMA_BASE_URL": model.url, "INTERN_SANDBOX": light_sandbox(), **settings}
        ran = forked(
            "solve",
            "--repo",
            desk / "tempo",
            "--issue",
            desk / "issue.md",
            "--out",
            desk / "out",
            settings=given,
            seconds=SECONDS,
        )
        assert ran.code in (0, 1), ran.err
        assert model.requests
    return desk / "out"


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a job that was proven, to be copied."""
    return solve(laid(tmp_path_factory.mktemp("proven")))


@pytest.fixture
def job(proven: Path, tmp_path: Path) -> Path:
    """Its results, to do with as one likes; its repository stands where it stood."""
    return Path(shutil.copytree(proven, tmp_path / "job"))


def replay(job: Path, *arguments: str | Path) -> Ran:
    return forked("replay", job, *arguments, settings=AWAY, cwd=job.parent, seconds=SECONDS)


@pytest.mark.rooms
def test_the_same_prompts_the_same_verdict(job: Path) -> None:
    ran = replay(job)
    assert ran.code == 0, ran.err
    assert "4 of 4 prompts were exactly as recorded; 0 recorded replies were not asked for." in ran.err
    assert "The same verdict: proven." in ran.err
    again = json.loads((job / "replay/evidence.json").read_text())
    first = json.loads((job / "evidence.json").read_text())
    assert again["attempts"][0]["patch"] == first["attempts"][0]["patch"]
    assert (job / "replay/patch.diff").read_bytes() == (job / "patch.diff").read_bytes() != b""
    assert "http" not in (job / "trajectory.jsonl").read_text().splitlines()[0]  # no address, no key


@pytest.mark.rooms
def test_a_job_without_proof_is_not_proven_again(desk: Path) -> None:
    job = solve(desk, GOOD.replace("int(number) * SECONDS[unit]", "int(number)"), INTERN_ATTEMPTS="2")
    ran = replay(job, "--out", desk / "again")
    assert ran.code == 0, ran.err
    assert "The same verdict: unproven." in ran.err
    assert len(json.loads((desk / "again/evidence.json").read_text())["attempts"]) == 2


@pytest.mark.rooms
def test_where_another_word_was_said_the_verdict_differs(job: Path) -> None:
    trajectory = job / "trajectory.jsonl"
    lines = [json.loads(line) for line in trajectory.read_text().splitlines()]
    for line in lines:
        if line["kind"] == "model":
            line["reply"] = line["reply"].replace("int(number) * SECONDS[unit]", "int(number)")
    trajectory.write_text("".join(json.dumps(line) + "\n" for line in lines))
    ran = replay(job)
    assert ran.code == 1, ran.err
    assert "another patch (tempo/durations.py)." in ran.err
    assert "Attempt 1: it was proven, now it is not proven (" in ran.err
    assert "It ended as proven, now as unproven." in ran.err


@pytest.mark.rooms
def test_the_first_prompt_that_differs_is_shown(job: Path) -> None:
    trajectory = job / "trajectory.jsonl"
    first, *rest = trajectory.read_text().splitlines()
    begun = json.loads(first)
    begun["job"]["title"] = "`1h30m` is not taken"
    begun["model"]["name"] = "openai/gpt-9"  # a hosted one is replayed under its own name
    trajectory.write_text("\n".join([json.dumps(begun), *rest]) + "\n")
    ran = replay(job)
    assert "0 of 4 prompts were exactly as recorded" in ran.err
    assert "The first other prompt is call 1 (plan). Recorded: " in ran.err
    assert "`1h30m` is refused" in ran.err
    assert "`1h30m` is not taken" in ran.err
    assert ran.code == 0, ran.err  # the replies came in their order, and the patch is as it was
    again = [json.loads(line) for line in (job / "replay/trajectory.jsonl").read_text().splitlines()]
    assert again[0]["model"]["name"] == "openai/gpt-9"


@pytest.mark.rooms
def test_a_job_of_a_trial_over_a_history(tmp_path: Path) -> None:
    fix = history(tmp_path / "tempo")[2]
    with ReplayedModel(solution()) as model:
        assert trial(model, "--repo", "tempo", "--out", "out", cwd=tmp_path).code == 0
    job = tmp_path / "out/jobs" / fix[:12]
    (tmp_path / "tempo").rename(tmp_path / "moved")
    refused(replay(job), "is not a git repository")
    ran = replay(job, "--repo", tmp_path / "moved")
    assert ran.code == 0, ran.err
    assert "The same verdict: proven." in ran.err


# Bad input: one line, exit code 2, no room was opened.

BEGUN = {
    "kind": "job",
    "job": {
        "id": "local-1",
        "kind": "solve",
        "repository": {"id": 0, "owner": "local", "name": "tempo", "default_branch": ""},
        "issue": 0,
        "title": "x",
        "requester": {"id": 0, "login": "you"},
    },
    "base": "0" * 40,
    "place": {"root": "", "commit": ""},
    "budget": {},
    "model": {"name": "ollama_chat/replayed"},
}
REFINED = BEGUN | {"job": BEGUN["job"] | {"kind": "refine", "pull": 2, "request": "More."}}
ENDLESS = '{"kind": "model", "messages": [], "reply": "", "reply_tokens": 1e999}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not begin with a job"),
        ("nonsense\n", "line 1, is no JSON object"),
        ('{"kind": "model", "messages": [], "reply": ""}\n', "does not begin with a job"),
        (json.dumps(BEGUN | {"later": 1}) + "\n", "another version of intern"),
        (json.dumps(BEGUN) + '\n{"kind": "model"}\n', "another version of intern"),
        (json.dumps(BEGUN) + f"\n{ENDLESS}\n", "another version"),
        (json.dumps(BEGUN) + "\n[]\n{}\n", "Name the directory with --repo"),
        (json.dumps(BEGUN) + "\n", "Name the directory with --repo"),
        (json.dumps(BEGUN | {"place": {"root": "/nowhere", "commit": ""}}) + "\n", "/nowhere is not a directory"),
        (json.dumps(REFINED) + "\n", "refined a pull request, and does not tell from which commit"),
        (json.dumps(REFINED) + '\n{"kind": "origin", "base": 1}\n', "another version of intern"),
    ],
)
def test_a_folder_that_holds_no_job(tmp_path: Path, text: str, words: str) -> None:
    lay(tmp_path, {"out/trajectory.jsonl": text})
    refused(replay(tmp_path / "out"), words)


def test_other_things_that_are_no_job(tmp_path: Path) -> None:
    refused(replay(tmp_path / "nowhere"), "can't be read: No such file")
    lay(tmp_path, {"out/trajectory.jsonl": json.dumps(BEGUN) + "\n", "out/evidence.json": "{}"})
    refused(replay(tmp_path / "out"), "evidence.json is no evidence")
    task(tmp_path / "tasks/one")
    shutil.rmtree(tmp_path / "tasks/one/hidden")
    lay(tmp_path, {"out/evidence.json": '{"end": "proven", "attempts": []}'})
    moved = replay(tmp_path / "out", "--repo", tmp_path / "tasks/one/repository")
    assert "are not what the job began with" in refused(moved)


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("out", "--out out holds the job that is to be replayed"),
        ("link", "--out link holds the job that is to be replayed"),
        ("tempo/again", "--out tempo/again lies inside of the repository"),
        ("moved/again", "--out moved/again lies inside of the repository"),
    ],
)
def test_neither_a_recording_nor_a_repository_is_written_over(tmp_path: Path, out: str, words: str) -> None:
    begun = json.dumps(BEGUN | {"place": {"root": str(tmp_path / "tempo"), "commit": ""}}) + "\n"
    lay(tmp_path, {"out/trajectory.jsonl": begun, "tempo/a.py": "", "moved/a.py": ""})
    (tmp_path / "link").symlink_to("out")
    refused(replay(tmp_path / "out", "--repo", "moved", "--out", out), words)
    assert (tmp_path / "out/trajectory.jsonl").read_text() == begun


def test_the_env_file_of_what_is_replayed_is_not_read(tmp_path: Path) -> None:
    begun = json.dumps(BEGUN | {"place": {"root": str(tmp_path / "tempo"), "commit": ""}}) + "\n"
    lay(tmp_path, {"out/trajectory.jsonl": begun, "tempo/.env": "LOG_LEVEL=LOUD\n", "own/.env": "LOG_LEVEL=LOUD\n"})
    job = tmp_path / "out"
    refused(forked("replay", job, settings=AWAY, cwd=tmp_path / "tempo"), "are not what the job began with")
    refused(forked("replay", job, settings=AWAY, cwd=tmp_path / "own"), "LOG_LEVEL")
