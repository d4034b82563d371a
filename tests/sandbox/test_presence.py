"""Who lives and who is dead, and the folders that the dead left."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from sandbox.leftovers import MOURNING, sweep_folders
from sandbox.presence import Life, Presence, life_of, presence_folder, presence_path

# Who lives


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of our own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_process_is_known_to_live_until_it_ends_however_it_does(temporary: Path) -> None:
    code = (
        "import sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
        "from sandbox.presence import Presence\n"
        "sign = Presence('somebody'); print(flush=True); sys.stdin.read(); sign.close()"
    )

    def begin() -> subprocess.Popen[str]:
        argv = [sys.executable, "-c", code, str(temporary)]
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    assert life_of("somebody") is Life.UNKNOWN
    process = begin()
    assert life_of("somebody") is Life.LIVING
    process.kill()
    process.communicate()
    assert life_of("somebody") is Life.DEAD
    process = begin()
    assert life_of("somebody") is Life.LIVING
    process.communicate("")
    assert life_of("somebody") is Life.UNKNOWN


def test_two_who_look_at_once_take_nobody_for_living(temporary: Path) -> None:
    with Presence("somebody"):
        kept = presence_path("somebody").with_name("kept")
        os.link(presence_path("somebody"), kept)
    kept.rename(presence_path("somebody"))
    found: list[Life] = []
    threads = [threading.Thread(target=lambda: found.append(life_of("somebody"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Life.DEAD] * 20


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a/b", "a\0b", "é"])
def test_a_name_leads_nowhere_else(temporary: Path, name: str) -> None:
    assert presence_path(name).parent == presence_folder()
    with Presence(name):
        pass
    assert life_of(name) is Life.UNKNOWN


def test_a_folder_that_others_can_write_tells_nothing(temporary: Path) -> None:
    presence_folder().mkdir(mode=0o700)
    presence_folder().chmod(0o777)
    with Presence("somebody"):
        assert life_of("somebody") is Life.UNKNOWN
    presence_folder().rmdir()
    presence_folder().symlink_to(temporary)
    with Presence("somebody"):
        assert life_of("somebody") is Life.UNKNOWN


# Folders


def test_old_folders_of_ours_go_but_nothing_else(temporary: Path) -> None:
    def make(name: str, age: float) -> Path:
        (temporary / name / "deep").mkdir(parents=True)
        (temporary / name / "deep" / "file").write_text("x")
        os.utime(temporary / name, (time.time() - age,) * 2)
        return temporary / name

    old = [make("code-intern-abcd1234", 4000), make("code-intern-gate-abcd_234", 4000)]
    kept = [
        make("code-intern-abcd1235", 60),
        make("code-intern-gate-abcd1235", 60),
        make("code-intern-mine", 4000),
        make("somebody-abcd1234", 4000),
    ]
    (temporary / "elsewhere").mkdir()
    link = temporary / "code-intern-gate-abcd1236"
    link.symlink_to(temporary / "elsewhere")
    os.utime(link, (0, 0), follow_symlinks=False)

    assert sweep_folders() == 2
    assert not [path for path in old if path.exists()]
    assert all((path / "deep" / "file").exists() for path in kept)
    assert link.is_symlink()


def test_a_gate_that_somebody_keeps_stays(temporary: Path) -> None:
    folder = temporary / "code-intern-gate-abcd1234"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as gate:
        gate.bind(str(folder / "socket"))
        gate.listen()
        os.utime(folder, (0, 0))
        assert sweep_folders() == 0
    assert sweep_folders() == 1
    assert not folder.exists()


def test_signs_of_the_dead_are_kept_for_a_while_and_those_of_the_living_for_good(temporary: Path) -> None:
    with Presence("living"), Presence("dying") as sign:
        assert sign._handle is not None
        os.close(sign._handle)
        sign._handle = None
        (presence_folder() / "new-abcd1234").touch()
        assert sweep_folders() == 0
        assert sweep_folders(time.time() + MOURNING + 60) == 2
        assert life_of("living") is Life.LIVING
        assert life_of("dying") is Life.UNKNOWN
