"""`intern trial` as a person runs it: tasks and histories in, a table of what the model made of them out."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.standins.replayed_model import ReplayedModel, Reply
from tests.command_line import environment, refused
from tests.held_model import Held
from tests.journeys.script import GOOD, solution
from tests.trial.conftest import ORDER, SECONDS, SETTINGS, history, task, trial

pytestmark = [pytest.mark.rooms, pytest.mark.timeout(1800)]


def results(out: Path) -> dict[str, dict]:
    return {one["name"]: one for one in map(json.loads, (out / "results.jsonl").read_text().splitlines())}


def test_a_table_tells_right_from_wrongly_proven(tasks: Path, model: ReplayedModel, tmp_path: Path) -> None:
    ran = trial(model, "--tasks", tasks, "--out", "out", cwd=tmp_path)
    assert ran.code == 0, ran.err
    out = tmp_path / "out"
    found = results(out)
    assert {name: (one["end"], one["score"]["passed"], one["score"]["total"]) for name, one in found.items()} == {
        "sums": ("proven", 1, 1),
        "order": ("proven", 1, 2),
    }
    assert found["order"]["score"]["failed"] == ["tests/test_hidden.py::test_the_larger_unit_comes_first"]
    assert "DID NOT RAISE" in found["order"]["score"]["feedback"]
    calls = sum(one["usage"]["calls"] for one in found.values())
    assert calls == len(model.requests)

    table = (out / "table.md").read_text()
    assert "| order | misleading text | wrongly proven | 1/2 |" in table
    assert "| sums | bug | solved and proven | 1/1 |" in table
    assert "| all | 2 | 1 | 0 | 0 | 1 |" in table
    page = (out / "report.html").read_text()
    assert "1 of 2 exercises right. Of 2 patches that were proven, 1 failed hidden tests." in page
    assert page.count("<svg") == 2
    for name in found:
        for file in ("patch.diff", "evidence.json", "pull_request.md", "trajectory.jsonl"):
            assert f'href="jobs/{name}/{file}"' in page
            assert (out / "jobs" / name / file).is_file()
    assert "wrongly proven" in ran.out


def test_the_model_never_sees_hidden_tests_or_the_solution(tasks: Path, model: ReplayedModel, tmp_path: Path) -> None:
    (tasks / "sums/hidden/tests/test_hidden.py").write_text(
        (tasks / "sums/hidden/tests/test_hidden.py").read_text() + "\n# the-hidden-word\n"
    )
    assert trial(model, "--tasks", tasks, "--only", "sums", "--out", "out", cwd=tmp_path).code == 0
    told = json.dumps(model.requests)
    assert "1h30m" in told
    for word in ("the-hidden-word", "test_hidden", "7205", "one for one in"):
        assert word not in told


def test_what_is_done_is_not_done_again(tasks: Path, model: ReplayedModel, tmp_path: Path) -> None:
    assert trial(model, "--tasks", tasks, "--only", "sums", "--out", "out", cwd=tmp_path).code == 0
    before = len(model.requests)
    assert trial(model, "--tasks", tasks, "--out", "out", cwd=tmp_path).code == 0
    assert len(model.requests) == 2 * before
    assert set(results(tmp_path / "out")) == {"sums", "order"}
    (tasks / "sums/issue.md").write_text("# Another title\n")  # another exercise now
    assert trial(model, "--tasks", tasks, "--out", "out", cwd=tmp_path).code == 0
    assert len(model.requests) == 3 * before
    other = refused(
        trial(model, "--tasks", tasks, "--out", "out", cwd=tmp_path, INTERN_MODEL="ollama_chat/other"), "results of"
    )
    assert "ollama_chat/replayed" in other
    both = trial(model, "--tasks", tasks, "--out", "out", cwd=tmp_path, INTERN_MODEL_STRONG="openai/gpt-5")
    assert "Name another folder for ollama_chat/replayed, where it fails openai/gpt-5." in refused(both, "results of")


class HeldModel(Held, ReplayedModel):
    """Silent at the second exercise."""


def test_ctrl_c_keeps_what_is_there(tasks: Path, model: ReplayedModel, tmp_path: Path) -> None:
    lines = tmp_path / "out/results.jsonl"
    command = [sys.executable, "-m", "bot", "trial", "--tasks", str(tasks), "--out", "out"]
    with HeldModel(solution()) as held:
        held.holds = lambda: lines.exists() and lines.read_text().endswith("\n")
        given = environment(**SETTINGS, OLLAMA_BASE_URL=held.url)
        with subprocess.Popen(command, env=given, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
            assert held.somebody_waits(SECONDS)
            os.kill(running.pid, signal.SIGINT)
            held.let_go()
            assert running.wait(60) == 130
            assert "Traceback" not in (running.stderr.read() if running.stderr else "")
    first = lines.read_text()
    assert first.count("\n") == 1
    assert "| order |" in (tmp_path / "out/table.md").read_text()
    lines.write_text(first + '{"name": "half a li')  # as a kill in the middle of a line leaves it
    assert trial(model, "--tasks", tasks, "--out", "out", cwd=tmp_path).code == 0
    assert lines.read_text().startswith(first)
    assert set(results(tmp_path / "out")) == {"sums", "order"}


def test_where_nothing_should_be_proven_a_proof_is_wrong(tmp_path: Path) -> None:
    task(tmp_path / "tasks/wish", kind="must be refused", more="must_refuse: true\n")
    wrong = GOOD.replace("int(number) * SECONDS[unit]", "int(number)")
    for code, worth, row in ((GOOD, "wrongly proven", "0/1"), (wrong, "rightly refused", "1/1")):
        with ReplayedModel(solution(code)) as model:
            ran = trial(model, "--tasks", "tasks", "--out", worth.replace(" ", "-"), cwd=tmp_path)
        assert ran.code == 0, ran.err
        table = (tmp_path / worth.replace(" ", "-") / "table.md").read_text()
        assert f"| wish | must be refused | {worth} | {row} |" in table


def test_a_model_that_is_away_is_no_result(tasks: Path, model: ReplayedModel, tmp_path: Path) -> None:
    with ReplayedModel([Reply("it broke", times=0, status=500)]) as broken:
        ran = trial(broken, "--tasks", tasks, "--only", "sums", "--out", "out", cwd=tmp_path)
    assert ran.code == 1, ran.err
    assert "did not run" in (tmp_path / "out/table.md").read_text()
    ran = trial(model, "--tasks", tasks, "--only", "sums", "--out", "out", cwd=tmp_path)
    assert (ran.code, "solved and proven" in (tmp_path / "out/table.md").read_text()) == (0, True)


def test_an_exercise_that_measures_nothing_is_left_out(tmp_path: Path, model: ReplayedModel) -> None:
    green = 'from tempo.durations import parse_duration\n\n\ndef test_old():\n    assert parse_duration("90s") == 90\n'
    task(tmp_path / "tasks/green", green)
    task(tmp_path / "tasks/never", ORDER, answer=GOOD)
    ran = trial(model, "--tasks", "tasks", "--out", "out", cwd=tmp_path)
    assert ran.code == 1
    assert model.requests == []
    assert "green is left out: its hidden tests pass without any change." in ran.err
    assert "never is left out: its own solution does not pass tests/test_hidden.py::test_the_larger" in ran.err


def test_the_fixes_of_a_history(tmp_path: Path, model: ReplayedModel) -> None:
    repo = tmp_path / "tempo"
    fix = history(repo)[2]
    before = sorted((path, path.stat().st_mtime_ns) for path in repo.rglob("*"))
    ran = trial(model, "--repo", "tempo", "--last", "3", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert sorted((path, path.stat().st_mtime_ns) for path in repo.rglob("*")) == before
    (found,) = results(tmp_path / "intern-trial").values()
    assert (found["name"], found["kind"], found["end"]) == (fix[:12], "from the history", "proven")
    assert found["score"]["passed"] == found["score"]["total"] == 1
    told = json.dumps(model.requests)
    assert "Add the parts of a duration up" in told
    for word in ("Signed-off-by", "7205", "one for one in", "# The end."):
        assert word not in told
