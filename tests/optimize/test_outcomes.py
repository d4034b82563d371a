"""`intern optimize --outcomes` through its front door: what people made of the bot's own pull requests."""

from pathlib import Path

import pytest
from dulwich.repo import Repo

from bot.decisions.held_out import split
from bot.store.database import Database
from bot.store.outcomes import Outcomes
from bot.store.tables import make_tables
from bot.words.pull_outcome import PullOutcome
from tests.command_line import Ran, forked
from tests.optimize.conftest import BEFORE, HIDDEN, NAMES
from tests.optimize.pupil import Pupil
from tests.rooms import light_sandbox

pytestmark = [pytest.mark.rooms, pytest.mark.timeout(300)]

#: One was edited before it was merged, one was closed and answered by a person, and with one the bot had nothing to do.
EDITED, CLOSED, STRANGE = NAMES[1], NAMES[2], "gate"


def commit(repository: Repo, message: str, files: dict[str, str]) -> str:
    """Commit these files, at no time: the SHA, and so the split, is always the same."""
    tree, root = repository.get_worktree(), Path(repository.path)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    tree.stage(list(files))
    who, when = b"Ada <ada@example.org>", {"commit_timestamp": 0, "author_timestamp": 0}
    zone = {"commit_timezone": 0, "author_timezone": 0}
    return tree.commit(message.encode(), author=who, committer=who, **when, **zone).decode()


@pytest.fixture
def shas(tmp_path: Path) -> dict[str, str]:
    """A repository with six fixes, and what became of the bot's part in them; the SHAs by name."""
    (tmp_path / "ruler").mkdir()
    names = [*NAMES, STRANGE]
    files = {"ruler/__init__.py": "", **{f"ruler/{name}.py": BEFORE for name in names}}
    with Repo.init(str(tmp_path / "ruler")) as repository:
        commit(repository, "Begin", files)
        made = {}
        for number, name in enumerate(names, 1):
            fixed = {f"ruler/{name}.py": BEFORE.replace("0\n", "b - a + 1\n")}
            tests = {f"tests/test_{name}.py": HIDDEN.format(name=name)}
            made[name] = commit(
                repository, f"Count both ends in ruler/{name}.py\n\nFixes #{number}.\n", {**fixed, **tests}
            )
    database = Database(f"sqlite:///{tmp_path / 'intern.sqlite'}")
    make_tables(database)
    outcomes = Outcomes(database)
    for number, name in enumerate(NAMES, 1):
        merged = name != CLOSED
        outcomes.enter(
            PullOutcome(
                repository=5,
                name="alice/ruler",
                pull=10 + number,
                issue=number,
                job=f"job-{number}",
                merged=merged,
                edited=name == EDITED,
                commit=made[name] if merged else "",
            )
        )
    database.close()
    patch = tmp_path / "kept" / f"job-{1 + NAMES.index(CLOSED)}" / "patch.diff"
    patch.parent.mkdir(parents=True)
    patch.write_text("+    return 2  # what nobody wanted\n")
    return made


def learned(folder: Path, model: Pupil, *arguments: str) -> Ran:
    settings = {
        "INTERN_MODEL": "ollama_chat/replayed",
        "OLLAMA_BASE_URL": model.url,
        "INTERN_PROGRAMS": str(folder / "programs"),
        "INTERN_SANDBOX": light_sandbox(),
        "INTERN_TRAJECTORIES": str(folder / "kept"),
        "DATABASE_URL": f"sqlite:///{folder / 'intern.sqlite'}",
    }
    given = ("--repo", "ruler", "--outcomes", "--program", "plan", *arguments)
    return forked("optimize", *given, settings=settings, cwd=folder)


def test_of_what_people_closed_no_example_is_taken_and_its_fault_is_told(tmp_path: Path, shas: dict[str, str]) -> None:
    learn, held = split(shas[name][:12] for name in NAMES)
    assert shas[CLOSED][:12] in learn, "another message, else nothing is tested"
    with Pupil(easy=(CLOSED,), hard=("plan",)) as model:
        ran = learned(tmp_path, model)
    assert ran.code == 1, ran.err
    assert "BootstrapFewShot learned nothing: no exercise was done well enough" in ran.err
    assert f"Learning from {len(learn)} exercises; held out, to score with: {', '.join(held)}." in ran.err
    assert f"{shas[EDITED][:12]}: people changed pull request {11 + NAMES.index(EDITED)} before they merged" in ran.err
    assert f"{shas[CLOSED][:12]}: people closed pull request {11 + NAMES.index(CLOSED)} and answered" in ran.err
    assert shas[STRANGE][:12] not in ran.err

    with Pupil(hard=("plan",)) as model:
        ran = learned(tmp_path, model, "--optimizer", "gepa", "--times", "2")
        reflected = [asked[-1]["content"] for asked in model.asked if "Write a better" in asked[0]["content"]]
    assert ran.code == 0, ran.err
    assert any("People closed what was proposed here earlier" in one for one in reflected)
    assert any("what nobody wanted" in one for one in reflected)
    for what in ("uncompiled", "compiled"):
        for name in held:
            assert sum(line.startswith(f"{what}, {name}: ") for line in ran.lines) == 2, ran.err


def test_where_nothing_was_recorded_there_is_nothing_to_learn_from(tmp_path: Path, shas: dict[str, str]) -> None:
    (tmp_path / "intern.sqlite").unlink()
    with Pupil() as model:
        ran = learned(tmp_path, model)
        assert not model.asked
    assert ran.code == 2
    assert "Only 0 exercises can be used" in ran.err
