"""The line of a store: the same for everybody who ever works on one file, another one for every other file."""

import shutil
from pathlib import Path

from bot.server.line import line_of_store


def test_it_goes_with_the_file_and_not_with_its_path(tmp_path: Path) -> None:
    first = line_of_store(f"sqlite:///{tmp_path}/data/intern.sqlite")
    assert line_of_store(f"sqlite:///{tmp_path}/data/intern.sqlite") == first != ""

    (tmp_path / "data").rename(tmp_path / "moved")
    assert line_of_store(f"sqlite:///{tmp_path}/moved/intern.sqlite") == first
    assert line_of_store(f"sqlite:///{tmp_path}/data/intern.sqlite") != first


def test_a_copy_of_the_folder_is_another_store(tmp_path: Path) -> None:
    first = line_of_store(f"sqlite:///{tmp_path}/data/intern.sqlite")
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    copy = line_of_store(f"sqlite:///{tmp_path}/copy/intern.sqlite")
    assert copy not in ("", first)
    assert line_of_store(f"sqlite:///{tmp_path}/copy/intern.sqlite") == copy
    assert line_of_store(f"sqlite:///{tmp_path}/data/intern.sqlite") == first


def test_the_line_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    (tmp_path / "intern.sqlite-line").write_text("0123456789abcdef")
    for _ in range(2):
        assert line_of_store(f"sqlite:///{tmp_path}/intern.sqlite") == "0123456789abcdef"
    shutil.copytree(tmp_path, tmp_path / "copy")
    assert line_of_store(f"sqlite:///{tmp_path}/copy/intern.sqlite") != "0123456789abcdef"


def test_a_note_that_broke_off_is_written_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/intern.sqlite"
    for broken in (b"", b"abc", b"\xff" * 16, b"../../../../etc/", b"0123456789abcdef ", b"0123456789abcdef 0"):
        (tmp_path / "intern.sqlite-line").write_bytes(broken)
        line = line_of_store(url)
        assert len(line) == 16
        assert line_of_store(url) == line
    assert [path.name for path in tmp_path.iterdir()] == ["intern.sqlite-line"]


def test_where_several_may_live_or_nothing_can_be_noted_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert line_of_store("postgresql://localhost/intern") == ""
    assert line_of_store(f"sqlite:///{tmp_path}/file/intern.sqlite") == ""
