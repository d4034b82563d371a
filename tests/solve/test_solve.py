"""`intern solve`: a local directory and an issue file in, a proven patch out. No GitHub, no server."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.run import sample_files
from bot.standins.replayed_model import ReplayedModel, Reply
from tests.command_line import Ran, forked, refused
from tests.journeys.script import GOOD, solution
from tests.rooms import light_sandbox

SETTINGS = {"INTERN_MODEL": "ollama_chat/replayed", "INTERN_ATTEMPTS": "1"}
#: Of tests that are about what is above the rooms.
LIGHT = {"INTERN_SANDBOX": light_sandbox()}
RESULTS = ["evidence.json", "patch.diff", "pull_request.md", "trajectory.jsonl"]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a repository `tempo` and an issue."""
    for path, text in sample_files():
        file = tmp_path / "tempo" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "issue.md").write_text("# `1h30m` is refused\n\nIt should be 5400 seconds.\n")
    return tmp_path


@pytest.fixture
def model() -> Iterator[ReplayedModel]:
    with ReplayedModel(solution()) as made:
        yield made


def solve(desk: Path, model: ReplayedModel | None, cwd: Path | None = None, **settings: str) -> Ran:
    given = {**SETTINGS, **({"OLLAMA_BASE_URL": model.url} if model else {}), **settings}
    arguments = ("--repo", desk / "tempo", "--issue", desk / "issue.md", "--out", desk / "out")
    return forked("solve", *arguments, settings=given, cwd=cwd or desk)


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything about a folder that a touch would change: names, modes, times, bytes."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        about = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path)] = (about.st_mode, about.st_mtime_ns, data)
    return found


@pytest.mark.docker
def test_a_proven_patch(desk: Path, model: ReplayedModel) -> None:
    before = state(desk / "tempo")
    ran = solve(desk, model)
    assert ran.code == 0, ran.err
    assert state(desk / "tempo") == before
    out = desk / "out"
    assert sorted(path.name for path in out.iterdir()) == RESULTS

    copy = desk / "copy"
    subprocess.run(["cp", "-r", desk / "tempo", copy], check=True)
    subprocess.run(["git", "init", "-q", copy], check=True)
    subprocess.run(["git", "apply", "--check", out / "patch.diff"], cwd=copy, check=True)
    subprocess.run(["git", "apply", out / "patch.diff"], cwd=copy, check=True)
    assert (copy / "tempo/durations.py").read_text() == GOOD

    evidence = json.loads((out / "evidence.json").read_text())
    assert (evidence["end"], evidence["proven"]) == ("proven", True)
    assert evidence["evidence"]["new_on_patch"]["results"][0]["outcome"] == "passed"
    calls = [json.loads(line) for line in (out / "trajectory.jsonl").read_text().splitlines()]
    assert len([call for call in calls if call["kind"] == "model"]) == len(model.requests)
    report = (out / "pull_request.md").read_text()
    assert "test_parts_are_added_up" in report
    assert "Closes #" not in report
    assert "✔ Prove it in a fresh sandbox" in ran.err


@pytest.mark.rooms
def test_no_proof_no_patch_but_every_report(desk: Path) -> None:
    wrong = GOOD.replace("int(number) * SECONDS[unit]", "int(number)")
    with ReplayedModel(solution(wrong)) as model:
        ran = solve(desk, model, **LIGHT)
    assert ran.code == 1, ran.err
    out = desk / "out"
    assert sorted(path.name for path in out.iterdir()) == RESULTS
    assert (out / "patch.diff").read_bytes() == b""
    evidence = json.loads((out / "evidence.json").read_text())
    assert (evidence["end"], evidence["proven"]) == ("unproven", False)
    assert evidence["attempts"][0]["patch"]["changes"]
    report = (out / "pull_request.md").read_text()
    assert "Nothing is proven" in report
    assert "test_parts_are_added_up" in report


@pytest.mark.rooms
def test_a_model_that_is_away_is_told_and_reported(desk: Path) -> None:
    ran = solve(desk, None, OLLAMA_BASE_URL="http://127.0.0.1:9", **LIGHT)
    assert ran.code == 1, ran.err
    assert "Traceback" not in ran.err
    assert "model's server did not answer" in (desk / "out/pull_request.md").read_text().replace("\u200b", "")


@pytest.mark.rooms
def test_what_is_ignored_linked_or_unreadable_is_left_out(desk: Path) -> None:
    repo = desk / "tempo"
    secrets = {".env": "KEY=in-the-env", "sub/.env": "KEY=deeper", "build/x.py": "KEY = 'built'"}
    for path, text in {**secrets, ".gitignore": ".env\nbuild/\n", ".hidden/note.txt": "x"}.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text)
    (repo / "dangling").symlink_to("/nowhere")
    os.mkfifo(repo / "pipe")
    os.close(os.open(os.fsencode(repo) + b"/caf\xe9.txt", os.O_CREAT))
    subprocess.run(["git", "init", "-q", repo], check=True)
    before = state(repo)
    told = Reply("", when=("KEY=",), times=0, status=500)  # a prompt with a secret in it would end the job
    with ReplayedModel([told, *solution()]) as model:
        ran = solve(desk, model, **LIGHT)
    assert ran.code == 0, ran.err
    assert state(repo) == before
    everything = "".join((desk / "out" / name).read_text() for name in RESULTS)
    assert "in-the-env" not in everything
    assert "1 × symlink" in everything
    assert "1 × special file" in everything
    assert "1 × file with an unprintable name" in everything


def test_only_the_operators_own_env_file_is_read(desk: Path, model: ReplayedModel) -> None:
    (desk / "tempo/.env").write_text("INTERN_MODEL=nonsense\nLOG_LEVEL=LOUD\n")
    (desk / "tempo/sub").mkdir()
    (desk / "tempo/sub/.env").write_text("INTERN_MODEL=nonsense\n")
    (desk / ".env").write_text("INTERN_MINUTES=never\n")
    for cwd, words in ((desk / "tempo", "no Docker"), (desk / "tempo/sub", "no Docker"), (desk, "INTERN_MINUTES")):
        refused(solve(desk, model, cwd=cwd, DOCKER_HOST="tcp://127.0.0.1:1"), words)


def test_an_env_file_in_another_encoding_is_refused(desk: Path) -> None:
    (desk / ".env").write_bytes(b"NAME=caf\xe9\n")
    refused(solve(desk, None, cwd=desk), ".env", "UTF-8")


# Wrong usage: one line, exit code 2, and nothing was made.


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--repo"),
        (["--repo", "tempo"], "--issue"),
        (["--repo", "nowhere", "--issue", "issue.md"], "--repo nowhere is not a directory"),
        (["--repo", "issue.md", "--issue", "issue.md"], "--repo issue.md is not a directory"),
        (["--repo", "tempo", "--issue", "nowhere.md"], "--issue nowhere.md can't be read: No such file"),
        (["--repo", "tempo", "--issue", "tempo"], "--issue tempo can't be read: Is a directory"),
        (["--repo", "tempo", "--issue", "empty.md"], "--issue empty.md is empty"),
        (["--repo", "tempo", "--issue", "long.md"], "longer than GitHub's 65536 characters"),
        (["--repo", "tempo", "--issue", "issue.md", "--out", "tempo/out"], "--out tempo/out lies inside of --repo"),
        (["--repo", "tempo", "--issue", "issue.md", "--out", "link/out"], "--out link/out lies inside of --repo"),
        (["--repo", "tempo", "--issue", "issue.md", "--loud"], "--loud"),
    ],
)
def test_wrong_usage_is_said_in_one_line(desk: Path, arguments: list[str], words: str) -> None:
    (desk / "empty.md").write_text("\n  \n")
    (desk / "long.md").write_text("x" * 65_537)
    (desk / "link").symlink_to("tempo")
    before = state(desk)
    refused(forked("solve", *arguments, settings=SETTINGS, cwd=desk), words)
    assert state(desk) == before


@pytest.mark.rooms
def test_a_folder_for_the_results_that_can_not_be_made(desk: Path, model: ReplayedModel) -> None:
    (desk / "out").write_text("a file")
    refused(solve(desk, model, **LIGHT), "--out", "can't be written")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"INTERN_MODEL": "qwen"}, 'INTERN_MODEL is "qwen"'),
        ({"INTERN_MODEL": "ollama_chat/nobody"}, 'has no "nobody". Run `ollama pull nobody`'),
        ({"INTERN_MODEL": "acme/one"}, 'no provider "acme"'),
        ({"OLLAMA_BASE_URL": "localhost:11434"}, "must be an http(s) URL"),
        ({"INTERN_ATTEMPTS": "0"}, "INTERN_ATTEMPTS"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"DOCKER_HOST": "tcp://127.0.0.1:1"}, "no Docker engine answers"),
        ({"DOCKER_HOST": "nonsense"}, "no Docker engine answers"),
    ],
)
def test_wrong_settings_are_said_in_one_line(
    desk: Path, model: ReplayedModel, settings: dict[str, str], words: str
) -> None:
    refused(solve(desk, model, **settings), words)
    assert not (desk / "out").exists()
