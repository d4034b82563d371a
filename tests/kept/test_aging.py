"""What jobs left in the operator's folder, as it grows old."""

import os
import time
from pathlib import Path

import pytest

from bot.kept.aging import age
from bot.kept.results import TRAJECTORY

DAY, NOW = 86_400.0, time.time()


def left(folder: Path, name: str, days: float, size: int = 100) -> None:
    (folder / name).mkdir()
    (folder / name / "evidence.json").write_bytes(b"x" * size)
    (folder / name / TRAJECTORY).write_text("{}\n")
    for path in (folder / name).iterdir():
        os.utime(path, (NOW - days * DAY,) * 2)
    os.utime(folder / name, (NOW - days * DAY,) * 2)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_old_ones_go(tmp_path: Path) -> None:
    for name, days in (("a", 40), ("b", 31), ("c", 29), ("d", 0)):
        left(tmp_path, name, days)
    assert age(tmp_path, 30, 10**9, NOW) == 2
    assert names(tmp_path) == {"c", "d"}


def test_the_oldest_go_where_it_is_too_much_but_none_that_may_be_at_work(tmp_path: Path) -> None:
    for name, days in (("a", 9), ("b", 8), ("c", 7), ("d", 0.5)):
        left(tmp_path, name, days, 1000)
    assert age(tmp_path, 30, 2500, NOW) == 2
    assert names(tmp_path) == {"c", "d"}
    assert age(tmp_path, 30, 1, NOW) == 1
    assert names(tmp_path) == {"d"}


def test_what_is_none_of_ours_stays(tmp_path: Path) -> None:
    left(tmp_path, "elsewhere", 900)
    folder = tmp_path / "trajectories"
    folder.mkdir()
    left(folder, "job", 900)
    (folder / "notes").mkdir()
    (folder / "notes" / "diary.txt").write_text("mine")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "file").write_text("x")
    assert age(folder, 30, 1, NOW) == 1
    assert names(folder) == {"notes", "link", "file"}
    assert (tmp_path / "elsewhere" / TRAJECTORY).exists()


@pytest.mark.parametrize("name", ["missing", "file"])
def test_no_folder_is_no_trouble(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert age(tmp_path / name, 30, 1, NOW) == 0
