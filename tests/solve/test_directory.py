"""A local directory as a snapshot: whatever lies in it, nothing is run and nothing crashes."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.solve.directory import LARGEST_FILE, read_directory

NOBODY = 65534


@contextmanager
def without_privileges() -> Iterator[None]:
    """For root every file is readable, so it becomes nobody for a moment."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_files_with_their_bits_and_a_digest_for_a_commit(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("x")
    (tmp_path / "run").chmod(0o755)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden/a.py").write_bytes(b"\xff\x00")
    snapshot = read_directory(tmp_path)
    assert {path: file.executable for path, file in snapshot.files.items()} == {"run": True, ".hidden/a.py": False}
    assert len(snapshot.commit) == 40
    (tmp_path / "run").chmod(0o644)
    assert read_directory(tmp_path).commit != snapshot.commit


def test_what_can_not_be_read_is_counted() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.py").write_text("x = 1\n")
        (folder / "secret.py").write_text("x = 2\n")
        (folder / "closed").mkdir(mode=0o700)
        (folder / "closed/b.py").write_text("x = 3\n")
        (folder / "secret.py").chmod(0)
        (folder / "closed").chmod(0)
        with without_privileges():
            snapshot = read_directory(folder)
        (folder / "closed").chmod(0o700)
    assert list(snapshot.files) == ["a.py"]
    assert "1 × file that can't be read" in snapshot.notes


def test_links_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "passwd").symlink_to("/etc/passwd")
    (tmp_path / "etc").symlink_to("/etc")
    (tmp_path / "loop").symlink_to(".")
    snapshot = read_directory(tmp_path)
    assert list(snapshot.files) == ["a.py"]
    assert snapshot.notes == ("3 × symlink",)


def test_large_files_are_left_out(tmp_path: Path) -> None:
    for name, size in (("fits", LARGEST_FILE), ("huge", LARGEST_FILE + 1)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    snapshot = read_directory(tmp_path)
    assert (list(snapshot.files), snapshot.notes) == (["fits"], ("1 × file over 5 MiB",))


@pytest.mark.parametrize("git", [True, False])
def test_what_git_ignores_is_left_out_with_git_and_without(tmp_path: Path, git: bool) -> None:
    if git:
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
    texts = {
        ".gitignore": "*.log\n/build/\n.env\n!keep.log\n",
        "sub/.gitignore": "local.py\n",
        "keep.log": "",
        "a.log": "",
        ".env": "",
        "build/b.py": "",
        "sub/build/b.py": "",
        "sub/local.py": "",
        "sub/.env": "",
        "node_modules/x/y.js": "",
        "a.py": "",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert sorted(read_directory(tmp_path).files) == [
        ".gitignore",
        "a.py",
        "keep.log",
        "sub/.gitignore",
        "sub/build/b.py",
    ]


@pytest.mark.parametrize("content", [b"[\xff\n***/[z-a]\n", None])
def test_an_impossible_gitignore_leaves_nothing_out(tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    ignoring = tmp_path / ".gitignore"
    ignoring.mkdir() if content is None else ignoring.write_bytes(content)
    assert "a.py" in read_directory(tmp_path).files


def test_a_broken_git_folder_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / ".git").write_text("gitdir: /nowhere/at/all\n")
    assert list(read_directory(tmp_path).files) == ["a.py"]
    (tmp_path / ".git").unlink()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".git/config").write_text("[core\nnonsense")
    assert list(read_directory(tmp_path).files) == ["a.py"]


def test_no_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not a directory"):
        read_directory(tmp_path / "nowhere")
