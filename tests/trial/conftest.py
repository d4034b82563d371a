"""A folder with small tasks, a history with fixes, and a scripted model for both."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from dulwich.repo import Repo

from bot.demo.run import sample_files
from bot.standins.replayed_model import ReplayedModel
from tests.command_line import Ran, forked
from tests.journeys.script import GOOD, solution
from tests.rooms import light_sandbox

SETTINGS = {"INTERN_MODEL": "ollama_chat/replayed", "INTERN_ATTEMPTS": "1", "INTERN_SANDBOX": light_sandbox()}
#: Of one trial: each of its jobs opens dozens of rooms.
SECONDS = 840
ISSUE = "# `1h30m` is refused\n\nIt should be 5400 seconds.\n"
ABOUT = "kind: {kind}\nsource: made for a test\nlicence: MIT\n{more}"

SUMS = """from tempo.durations import parse_duration


def test_sums():
    assert parse_duration("1h30m") == 5400
    assert parse_duration("2h5s") == 7205
"""
#: What the scripted model's answer gets wrong: it lets the smaller unit come first.
ORDER = """import pytest

from tempo.durations import parse_duration


def test_sums():
    assert parse_duration("1h30m") == 5400


@pytest.mark.parametrize("text", ["5m1h", "1s1m"])
def test_the_larger_unit_comes_first(text):
    with pytest.raises(ValueError):
        parse_duration(text)
"""
RIGHT = GOOD.replace("len(set(units)) < len(units)", 'units != [one for one in "hms" if one in units]')


def lay(folder: Path, files: Mapping[str, str]) -> None:
    """Write these files into a folder."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def task(folder: Path, hidden: str = SUMS, answer: str = RIGHT, kind: str = "bug", more: str = "") -> None:
    """A task over the demo's repository."""
    lay(folder / "repository", dict(sample_files()))
    lay(folder, {"issue.md": ISSUE, "task.yml": ABOUT.format(kind=kind, more=more)})
    lay(folder, {"hidden/tests/test_hidden.py": hidden, "solution/tempo/durations.py": answer})


def commit(repository: Repo, message: str, files: Mapping[str, str]) -> str:
    """Commit these files; the SHA."""
    lay(Path(repository.path), files)
    repository.get_worktree().stage(list(files))
    who = b"Ada <ada@example.org>"
    return repository.get_worktree().commit(message.encode(), author=who, committer=who).decode()


def history(folder: Path) -> list[str]:
    """A repository whose third commit is a fix with a test, the fourth one without; the SHAs."""
    folder.mkdir()
    with Repo.init(str(folder)) as repository:
        return [
            commit(repository, "Begin", dict(sample_files())),
            commit(repository, "Say more", {"README.md": "# tempo\n\nDurations.\n"}),
            commit(
                repository,
                "Add the parts of a duration up\n\n`1h30m` is 5400 seconds.\n\nSigned-off-by: Ada <ada@example.org>\n",
                {"tempo/durations.py": RIGHT, "tests/test_sums.py": SUMS},
            ),
            commit(repository, "Reword", {"tempo/durations.py": RIGHT + "\n# The end.\n"}),
        ]


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    """Two tasks: the scripted model is right about one of them only, and proves both."""
    task(tmp_path / "tasks/sums")
    task(tmp_path / "tasks/order", ORDER, kind="misleading text")
    return tmp_path / "tasks"


@pytest.fixture
def model() -> Iterator[ReplayedModel]:
    with ReplayedModel(solution()) as made:
        yield made


def trial(model: ReplayedModel | None, *arguments: str | Path, cwd: Path, **settings: str) -> Ran:
    """Run `intern trial` to its end."""
    given = {**SETTINGS, **({"OLLAMA_BASE_URL": model.url} if model else {}), **settings}
    return forked("trial", *arguments, settings=given, cwd=cwd, seconds=SECONDS)
