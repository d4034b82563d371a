"""`intern optimize` through its front door: what is better where it did not learn is kept, and nothing else."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.optimize.kept import FILE
from bot.programs.compilable import EMPTY, signatures_of_programs
from bot.programs.compiled_file import read_compiled, write_compiled
from bot.words.compilation import Compilation
from tests.command_line import ROOT, Ran, environment, forked, refused
from tests.held_model import Held
from tests.optimize.conftest import HELD, LEARN, NAMES, exercise
from tests.optimize.pupil import GOOD, RIGHT, Pupil
from tests.rooms import light_sandbox
from tests.test_command_line import until

#: One process for all of them: the first run's checks and plans serve the others.
pytestmark = [pytest.mark.rooms, pytest.mark.timeout(600)]


def settings(folder: Path, model: Pupil) -> dict[str, str]:
    return {
        "INTERN_MODEL": "ollama_chat/replayed",
        "OLLAMA_BASE_URL": model.url,
        "INTERN_PROGRAMS": str(folder / "programs"),
        "INTERN_ATTEMPTS": "1",
        "INTERN_SANDBOX": light_sandbox(),
    }


def optimize(folder: Path, model: Pupil, *arguments: str, **more: str) -> Ran:
    """What the programs that write code learn, unless other ones are named."""
    given = {**settings(folder, model), **more}
    programs = () if "--program" in arguments else ("--program", "code")
    return forked("optimize", "--tasks", folder / "tasks", *programs, *arguments, settings=given, cwd=folder)


def saved(folder: Path) -> list[Path]:
    return sorted((folder / "programs").glob("*.json"))


def kept(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "programs" / FILE).read_text().splitlines()]


def sent_twice(*models: Pupil) -> list[str]:
    """Prompts for code that were sent more than once."""
    texts = [json.dumps(asked) for model in models for asked in model.written]
    return [text for text in texts if texts.count(text) > 1]


@pytest.fixture(scope="module")
def refusal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Ran, Pupil]]:
    """A whole run with a model that examples don't help."""
    folder = tmp_path_factory.mktemp("refusal")
    for name in NAMES:
        exercise(folder / "tasks" / name, name)
    with Pupil(easy=LEARN[:2], learns=False) as model:
        yield folder, optimize(folder, model), model


@pytest.fixture
def folder(tmp_path: Path, refusal: tuple[Path, Ran, Pupil]) -> Path:
    """The same exercises, checked and planned already, but nothing evaluated."""
    shutil.copytree(refusal[0] / "tasks", tmp_path / "tasks")
    (tmp_path / "programs").mkdir()
    lines = [line for line in kept(refusal[0]) if line["kind"] in ("tests", "plan")]
    (tmp_path / "programs" / FILE).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return tmp_path


def test_what_does_not_help_is_refused(refusal: tuple[Path, Ran, Pupil]) -> None:
    folder, ran, _model = refusal
    assert ran.code == 1, ran.err
    assert f"held out, to score with: {', '.join(HELD)}." in ran.err
    assert "Not accepted: 0.0% on the held-out exercises is not better than 0.0%. Nothing is saved." in ran.err
    assert not saved(folder)


def test_a_repeated_run_asks_the_model_nothing_that_it_knows(refusal: tuple[Path, Ran, Pupil]) -> None:
    folder, first, _model = refusal
    with Pupil() as other:
        again = optimize(folder, other)
        assert not other.asked
    assert again.code == 1
    told = [[line for line in ran.lines if "hidden tests" in line] for ran in (first, again)]
    assert len(told[0]) == 2 * (len(HELD) + 1)
    assert told[0] == told[1]


def test_examples_that_help_where_they_were_not_made_from_are_accepted_and_used(folder: Path) -> None:
    with Pupil(easy=LEARN[:2]) as model:
        ran = optimize(folder, model)
        assert ran.code == 0, ran.err
        assert not sent_twice(model)
        hard = ("--repo", folder / "tasks" / HELD[0] / "repository", "--issue", folder / "tasks" / HELD[0] / "issue.md")
        without = settings(folder, model) | {"INTERN_PROGRAMS": "none"}
        assert forked("solve", *hard, "--out", folder / "out", settings=without, cwd=folder).code == 1
        (folder / "programs" / "bad.json").write_text("{")
        used = forked("solve", *hard, "--out", folder / "out", settings=settings(folder, model), cwd=folder)
        assert used.code == 0, used.err
        assert "bad.json is not used: it is no JSON." in used.err
        shown = forked("doctor", "--quick", settings=settings(folder, model), cwd=folder)
    assert "Accepted: 0.0% became 100.0% on the held-out exercises." in ran.err
    path = next(one for one in saved(folder) if one.name != "bad.json")
    made = read_compiled(path)
    assert made.about.optimizer == "BootstrapFewShot"
    assert (made.about.before, made.about.after) == (0.0, 1.0)
    assert (made.about.examples, made.about.held_out) == (len(LEARN), len(HELD))
    demos = [demo for taught in made.taught.values() for demo in taught.demos]
    assert demos
    assert all(RIGHT in str(demo["generated_code"]) for demo in demos)
    assert not any(name in json.dumps(demos) for name in HELD)
    assert f"{made.about.program} (BootstrapFewShot, " in shown.out
    assert "0.0% became 100.0% on 2 held-out exercises" in shown.out
    assert "bad.json is not used: it is no JSON." in shown.out


class HeldPupil(Held, Pupil):
    """Silent once."""


def test_instructions_that_help_are_accepted_and_an_interrupted_search_goes_on(folder: Path) -> None:
    command = [sys.executable, "-m", "bot", "optimize", "--tasks", str(folder / "tasks"), "--program", "code"]
    with HeldPupil() as model, Pupil() as later:
        model.holds = lambda: len(model.written) == 1  # the first exercise is written
        begun = subprocess.Popen(
            [*command, "--optimizer", "gepa"],
            env=environment(**settings(folder, model)),
            cwd=ROOT.parent,
            stderr=subprocess.PIPE,
        )
        with begun:
            try:
                until(begun, f"uncompiled, {HELD[0]}".encode(), seconds=120)
                assert model.somebody_waits(120)
                begun.send_signal(signal.SIGINT)
                model.let_go()
                rest = begun.communicate(timeout=60)[1].decode()
            finally:
                begun.kill()
        assert begun.returncode == 130, rest
        assert "the same command goes on from there. intern: stopped." in " ".join(rest.split())
        assert "Traceback" not in rest
        ran = optimize(folder, later, "--optimizer", "gepa")
        assert ran.code == 0, ran.err
        assert len(model.written) == 1
        assert not sent_twice(model, later)
    (path,) = saved(folder)
    made = read_compiled(path)
    assert (made.about.before, made.about.after, made.about.optimizer) == (0.0, 1.0, "GEPA")
    assert any(GOOD in taught.instruction for taught in made.taught.values())


def test_a_spent_budget_ends_it_and_the_next_run_goes_on(folder: Path) -> None:
    with Pupil(easy=LEARN[:2]) as model, Pupil(easy=LEARN[:2]) as later:
        ran = optimize(folder, model, "--calls", "3")
        assert ran.code == 1
        assert "The budget is spent: " in ran.err
        assert f"What was found out is kept in {folder / 'programs' / FILE}" in ran.err
        assert len(model.asked) == 3
        assert not saved(folder)
        assert optimize(folder, later).code == 0
        assert not sent_twice(model, later)


def test_a_model_that_dies_ends_it_with_one_sentence_and_costs_nothing_that_was_found(folder: Path) -> None:
    with Pupil(easy=LEARN[:2], fails_after=3) as model:
        ran = optimize(folder, model)
    assert ran.code == 1
    assert "intern: The model could not write the change: the model's server answered with an error (500)." in ran.err
    assert "goes on from there" in ran.lines[-1]
    assert "Traceback" not in ran.err
    assert len([line for line in kept(folder) if line["kind"] == "evaluation"]) == 3
    assert not saved(folder)


def test_what_is_in_use_gives_way_to_what_is_better_only(folder: Path) -> None:
    in_use = EMPTY["codeact"]()
    in_use.codeact.signature = in_use.codeact.signature.with_instructions(f"Write the file. {GOOD}")
    about = Compilation(
        program="codeact",
        signatures=signatures_of_programs()["codeact"],
        model="ollama_chat/replayed",
        optimizer="GEPA",
        date="2026-11-26",
        before=0.1,
        after=0.2,
        examples=3,
        held_out=2,
    )
    path = write_compiled(folder / "programs", in_use, about)
    before = path.read_bytes()
    with Pupil(easy=LEARN[:2]) as model:
        ran = optimize(folder, model)
    assert ran.code == 1, ran.err
    assert "compiled before: 100.0% of the hidden tests pass" in ran.err
    assert "Not accepted: 100.0% on the held-out exercises is not better than 100.0%." in ran.err
    assert saved(folder) == [path]
    assert path.read_bytes() == before


def test_the_plans_of_a_trial_are_taken(folder: Path) -> None:
    (folder / "programs" / FILE).unlink()
    for name in NAMES:
        plan = {"summary": "s", "modules": [{"path": f"ruler/{name}.py", "purpose": "TRIED"}], "test_strategy": "t"}
        out = folder / "trial" / "jobs" / name
        out.mkdir(parents=True)
        (out / "evidence.json").write_text(json.dumps({"plan": plan if name != LEARN[0] else {"modules": "x"}}))
    with Pupil() as model:
        ran = optimize(folder, model, "--trial", str(folder / "trial"), "--calls", "4")
        planned = [asked for asked in model.asked if "test_strategy" in asked[0]["content"]]
        assert len(planned) == 1, ran.err  # of the one exercise whose plan can't be read
        assert all("Purpose: TRIED" in asked[-1]["content"] for asked in model.written)
        assert model.written


def test_the_test_writer_and_the_planner_are_taught_as_well_when_no_program_is_named(folder: Path) -> None:
    hard = ("tests", "plan")
    with Pupil(easy=LEARN[:2], hard=hard) as model, Pupil(easy=LEARN[:2], hard=hard) as later:
        ran, again = (
            forked("optimize", "--tasks", "tasks", settings=settings(folder, one), cwd=folder) for one in (model, later)
        )
        assert not later.asked  # what was found out is kept
    assert ran.code == 0, ran.err
    assert [line for line in ran.lines if line.startswith("Next: ")] == ["Next: code.", "Next: tests.", "Next: plan."]
    assert "uncompiled: 0.0% of what the new tests have to show is shown on the held-out exercises." in ran.err
    assert "uncompiled: 50.0% of the places that the right change touches are named" in ran.err
    made = {found.about.program: found for found in map(read_compiled, saved(folder))}
    assert set(made) == set(hard)
    for found in made.values():
        assert found.about.after > found.about.before
        demos = json.dumps([one.demos for one in found.taught.values()])
        assert "span" in demos
        assert not any(name in demos for name in HELD)
    assert again.code == 1, again.err  # what is in use is as good
    assert "Accepted" not in again.err


def test_a_stronger_model_writes_the_instructions(folder: Path) -> None:
    with Pupil(hard=("plan",)) as model, Pupil() as strong:
        given = {"INTERN_MODEL_STRONG": "ollama/replayed", "INTERN_MODEL_STRONG_URL": strong.url}
        ran = optimize(folder, model, "--program", "plan", "--optimizer", "gepa", **given)
    assert ran.code == 0, ran.err
    (path,) = saved(folder)
    made = read_compiled(path)
    assert (made.about.program, made.about.optimizer) == ("plan", "GEPA")
    assert any(GOOD in taught.instruction for taught in made.taught.values())
    assert strong.asked
    assert all("Write a better instruction" in asked[0]["content"] for asked in strong.asked)
    assert not any("Write a better instruction" in asked[0]["content"] for asked in model.asked)


# Bad input.


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--tasks"),
        (["--tasks", "nowhere"], "nowhere is not a directory"),
        (["--tasks", "tasks", "--repo", "tasks"], "not allowed with"),
        (["--tasks", "tasks", "--calls", "0"], "--calls is 0. It must be a number from 1"),
        (["--tasks", "tasks", "--minutes", "-1"], "--minutes is -1"),
        (["--tasks", "tasks", "--money", "nan"], "--money is nan"),
        (["--tasks", "tasks", "--times", "99"], "--times is 99"),
        (["--tasks", "tasks", "--calls", "many"], "invalid int value"),
        (["--tasks", "tasks", "--optimizer", "magic"], "invalid choice"),
        (["--tasks", "tasks", "--program", "poems"], "invalid choice"),
        (["--tasks", "tasks", "--trial", "tasks"], "--trial tasks holds no results of `intern trial`"),
        (["--tasks", "tasks", "--only", "unknown"], "--only unknown fits none"),
        (["--repo", "tasks"], "tasks"),
        (["--tasks", "tasks", "--outcomes"], "--outcomes needs --repo"),
    ],
)
def test_bad_input_is_said_in_one_line(folder: Path, arguments: list[str], words: str) -> None:
    refused(forked("optimize", *arguments, settings={"INTERN_PROGRAMS": str(folder / "new")}, cwd=folder), words)
    assert not (folder / "new").exists()


@pytest.mark.parametrize(
    ("place", "words"),
    [("none", "No folder for compiled programs is set"), ("tasks/cable/task.yml", "is not a folder")],
)
def test_a_folder_that_can_not_be_used_is_said_in_one_line(folder: Path, place: str, words: str) -> None:
    refused(forked("optimize", "--tasks", "tasks", settings={"INTERN_PROGRAMS": place}, cwd=folder), words)


def test_too_few_exercises_are_said_in_one_line(folder: Path) -> None:
    with Pupil() as model:
        ran = optimize(folder, model, "--only", *NAMES[:3])
    refused(ran, "Only 3 exercises can be used, and it takes 4")
