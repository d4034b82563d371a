"""Where compiled programs are looked for, and where not: never in a repository that is worked on, unless so named."""

from pathlib import Path

import pytest

from bot import settings
from bot.dotenv_file import read_environment
from bot.errors import ConfigurationError
from bot.optimize.kept import FILE, KeptFile


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({}, Path("intern-programs")),
        ({"DATABASE_URL": "sqlite:////var/lib/intern/intern.sqlite"}, Path("/var/lib/intern/intern-programs")),
        ({"DATABASE_URL": "sqlite:///data/intern.sqlite"}, Path("data/intern-programs")),
        ({"DATABASE_URL": "postgresql://host/intern"}, Path("intern-programs")),
        ({"INTERN_PROGRAMS": " /srv/programs "}, Path("/srv/programs")),
        ({"INTERN_PROGRAMS": "none"}, None),
    ],
)
def test_the_folder(given: dict[str, str], folder: Path | None) -> None:
    assert settings.programs_folder(given) == folder


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="is not a folder"):
        settings.programs_folder({"INTERN_PROGRAMS": str(tmp_path / "file")})


def test_inside_of_a_repository_that_is_worked_on_there_is_no_folder_by_default(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("INTERN_PROGRAMS", raising=False)
    monkeypatch.chdir(tmp_path)
    assert settings.programs_folder(read_environment([tmp_path])) is None
    assert settings.programs_folder(read_environment([tmp_path.parent])) is None
    assert settings.programs_folder(read_environment([tmp_path / "elsewhere"])) == Path("intern-programs")
    monkeypatch.setenv("INTERN_PROGRAMS", "mine")
    assert settings.programs_folder(read_environment([tmp_path])) == Path("mine")


def test_what_was_found_out_is_the_operators_alone(tmp_path: Path) -> None:
    KeptFile(tmp_path)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
