"""What was found out is read again, whatever happened to the file."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.optimize.kept import FILE, LONGEST_LINE, KeptFile
from bot.words.evaluation import Call, Evaluation
from bot.words.plan import ModuleSpec, Plan

EVALUATION = Evaluation(
    share=0.5, feedback="E", calls=(Call(predictor="p", inputs={"a": [1, {"b": None}]}, outputs={"c": "ü☺"}),)
)
PLAN = Plan(summary="s", modules=(ModuleSpec(path="a.py", purpose="p"),), test_strategy="t")


def filled(folder: Path) -> KeptFile:
    kept = KeptFile(folder)
    kept.keep("k", EVALUATION)
    kept.keep_plan("k", PLAN)
    kept.keep_instruction("k", "Do it.")
    kept.keep_tests("k", ("t::a", "t::b"))
    return kept


def check(kept: KeptFile) -> None:
    assert kept.evaluation("k") == EVALUATION
    assert kept.plan("k") == PLAN
    assert kept.instruction("k") == "Do it."
    assert kept.tests("k") == ("t::a", "t::b")


def test_everything_is_read_again(tmp_path: Path) -> None:
    check(filled(tmp_path / "new"))
    check(KeptFile(tmp_path / "new"))
    assert KeptFile(tmp_path / "new").evaluation("other") is None


@pytest.mark.parametrize(
    "more", [b'{"kind": "eval', b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"null\n", b'{"kind": 1}\n', b"x" * 3_000_000]
)
def test_lines_that_are_none_are_passed_over(tmp_path: Path, more: bytes) -> None:
    filled(tmp_path)
    with (tmp_path / FILE).open("ab") as file:
        file.write(more)
    check(KeptFile(tmp_path))


def test_after_half_a_line_the_next_one_is_kept_whole(tmp_path: Path) -> None:
    KeptFile(tmp_path)
    (tmp_path / FILE).write_bytes(b'{"kind": "evaluation", "key": "k", "val')
    filled(tmp_path)
    check(KeptFile(tmp_path))


def test_what_another_version_kept_is_done_again(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"kind": "evaluation", "key": "k", "value": {"score": 1}}\n')
    assert KeptFile(tmp_path).evaluation("k") is None


def test_a_line_too_long_is_not_written(tmp_path: Path) -> None:
    kept = KeptFile(tmp_path)
    kept.keep("k", Evaluation(share=1, feedback="x" * LONGEST_LINE))
    assert kept.evaluation("k") is not None
    assert (tmp_path / FILE).stat().st_size == 0


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="can't be written"):
        KeptFile(tmp_path / "file")
