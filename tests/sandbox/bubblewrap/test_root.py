"""What rooms are made of: the folder that becomes their root, and the Python in it."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sandbox.bubblewrap.cache import MAKING, cache_folder, discard, making, reap_cache
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.host_python import SYSTEM, find_python, probe
from sandbox.files import File
from sandbox.room import SandboxError
from sandbox.suite.run import run_pytest


@pytest.mark.bubblewrap
def test_everybody_can_read_and_nobody_else_write_what_rooms_are_made_of() -> None:
    with BubblewrapSandbox() as sandbox:
        folder = sandbox.root.folder

    for path in (folder, *folder.rglob("*")):
        found = path.lstat()
        assert found.st_uid == os.geteuid()
        if not path.is_symlink():
            assert found.st_mode & 0o022 == 0, path
            assert found.st_mode & 0o044 == 0o044, path
            assert not path.is_dir() or found.st_mode & 0o011 == 0o011, path


def closed_python(folder: Path) -> Path:
    """A copy of the system's Python in a folder that only this user may enter."""
    system = probe(SYSTEM)
    if system is None or not system.is_systems:
        pytest.skip(f"NOT TESTED, {SYSTEM} is no Python that can be copied")
    library = f"lib/python{system.series}"
    left_out = shutil.ignore_patterns("test", "site-packages", "dist-packages", "config-*")
    shutil.copytree(system.prefix / library, folder / "closed" / library, ignore=left_out, symlinks=True)
    executable = folder / "closed" / "bin" / system.executable.name
    executable.parent.mkdir()
    shutil.copy(system.executable, executable)
    folder.chmod(0o700)
    found = probe(executable)
    assert found is not None
    assert (found.prefix, found.is_open()) == (folder / "closed", False)
    return executable


@pytest.mark.bubblewrap
def test_a_python_that_rooms_users_can_not_reach_is_copied_for_them(tmp_path: Path) -> None:
    executable = closed_python(tmp_path)
    files = {"test_a.py": File(b"def test(): pass")}
    with BubblewrapSandbox(python=executable) as sandbox, sandbox.open(files) as room:
        report = run_pytest(room, seconds=60)
        told = room.execute("import sys, ssl, sqlite3, ctypes; print(sys.version, sys.base_prefix)")
        version = subprocess.check_output([executable, "-c", "import sys; print(sys.version)"], text=True).strip()
        copy = sandbox.cache / "pythons" / sandbox.root.python.key()

    assert (told.error, told.stdout) == ("", f"{version} {tmp_path / 'closed'}\n")
    assert (report.finished, len(report.results)) == (True, 1)
    assert copy.is_dir() == (os.geteuid() == 0)
    assert discard(copy)
    assert discard(sandbox.root.folder)


def test_no_python_will_do_that_is_too_old_or_not_whole(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("""#!/bin/sh\necho '[[3, 10, 9], "/usr", "/usr/bin/python3.10"]'\n""")
    old.chmod(0o755)
    assert probe(old) is None
    assert probe(Path("/bin/true")) is None
    assert probe(tmp_path / "none") is None
    with pytest.raises(SandboxError, match="install python3"):
        find_python(old)


def test_a_cache_that_others_may_write_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:
        pytest.skip("root's lies at a fixed place")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "code-intern").mkdir()
    (tmp_path / "code-intern").chmod(0o777)
    with pytest.raises(SandboxError, match="others may write"):
        cache_folder()


def test_a_folder_appears_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "kind" / "name"

    def fail() -> None:
        with making(place) as folder:
            (folder / "half").write_text("x")
            assert not place.exists()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.glob("kind/*")) == []

    begun = threading.Barrier(2)

    def make(text: str) -> None:
        with making(place) as folder:
            begun.wait(5)
            (folder / "file").write_text(text)

    threads = [threading.Thread(target=make, args=(text,)) for text in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.name for path in tmp_path.glob("kind/*")] == ["name"]
    assert (place / "file").read_text() in "ab"


def test_what_a_dead_maker_left_is_removed(tmp_path: Path) -> None:
    leave = f"""
import os
from pathlib import Path
from sandbox.bubblewrap.cache import making
with making(Path({str(tmp_path)!r}) / "kind" / "name") as folder:
    (folder / "half").write_text("x")
    os._exit(1)
"""
    subprocess.run([sys.executable, "-c", leave], check=False)
    with making(tmp_path / "kind" / "mine"):
        assert len(list(tmp_path.glob(f"kind/{MAKING}.*"))) == 2
        assert reap_cache(tmp_path) == 1
        assert len(list(tmp_path.glob(f"kind/{MAKING}.*"))) == 1


@pytest.mark.bubblewrap
def test_the_description_names_what_holds_and_what_does_not() -> None:
    with BubblewrapSandbox() as kept, BubblewrapSandbox(kernel_limits=False) as watched:
        for sandbox in (kept, watched):
            said = sandbox.describe()
            assert said.startswith(f"bubblewrap {sandbox.programs.version}, Python 3.")
            assert ", weaker than a container (reads this machine's /usr" in said
            assert ("memory is only watched" in said) == (not sandbox.has_kernel_limits)
            assert ("memory limit" in said) == sandbox.has_kernel_limits
            assert ("has the bot's user" in said) == (os.geteuid() != 0)
            assert len(said) <= 200  # what a pull request shows
