"""The results of a trial on the disk: whatever a model says in one, all of them are read back."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.trial.command import _save
from bot.trial.records import LINES, Records
from bot.trial.result import Result
from bot.workflow.ending import End
from tests.trial.test_worth import result

MODEL = "ollama_chat/x"


def said(text: str, name: str = "one") -> Result:
    return result(End.UNPROVEN, name=name, sentence=text)


@pytest.mark.parametrize("text", ["a\u2028b", "a\u2029b", "a\x85b", "a\x0bb\x1cc", "a\r\nb", "half \ud800", "ä\n"])
def test_what_a_model_says_is_read_back(tmp_path: Path, text: str) -> None:
    with Records(tmp_path, MODEL) as records:
        for name in ("one", "two"):
            records.add(said(text, name))
    with Records(tmp_path, MODEL) as again:
        assert [found.sentence for found in again.results] == [text, text]
        _save(again, [])
    assert (tmp_path / "table.md").read_text()


def test_results_of_an_earlier_version_are_read(tmp_path: Path) -> None:
    (tmp_path / LINES).write_text(said("a\u2028b").model_dump_json() + "\n", encoding="utf-8")
    with Records(tmp_path, MODEL) as records:
        assert [found.sentence for found in records.results] == ["a\u2028b"]


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_trial_that_was_killed_goes_on(tmp_path: Path, cut: int) -> None:
    with Records(tmp_path, MODEL) as records:
        for name in ("one", "two"):
            records.add(said("Done.", name))
    text = (tmp_path / LINES).read_text()
    (tmp_path / LINES).write_text(text[:-cut])
    for _ in range(2):
        with Records(tmp_path, MODEL) as records:
            records.add(said("Again.", "three"))
    with Records(tmp_path, MODEL) as records:
        found = [one.name for one in records.results]
    assert found == (["one", "two", "three"] if cut == 1 else ["one", "three"])


def test_two_trials_at_once_are_not_one(tmp_path: Path) -> None:
    with Records(tmp_path, MODEL), pytest.raises(ConfigurationError, match="in use by another trial"):
        Records(tmp_path, MODEL)
    Records(tmp_path, MODEL).close()


def test_a_disk_that_is_full_is_said(tmp_path: Path) -> None:
    with Records(tmp_path, MODEL) as records:
        (tmp_path / LINES).unlink()
        (tmp_path / LINES).symlink_to("/dev/full")
        with pytest.raises(ConfigurationError, match="No space left"):
            records.add(said("Done."))
        assert records.results == ()
