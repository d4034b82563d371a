"""Environments as folders: written once by one room, read by all later ones."""

import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.environments import CONTENT
from sandbox.environment.store import EnvironmentGone, Ground, Kind
from sandbox.room import MIB, Limits, RoomDied, SandboxError
from tests.sandbox.conftest import SMALL

pytestmark = pytest.mark.bubblewrap

LIMITS = Limits(seconds=30, lifetime=60, memory=256 * MIB, workspace=64 * MIB)


def ground(sandbox: BubblewrapSandbox) -> Ground:
    return sandbox.environments.ground("", (), print)


def fill(sandbox: BubblewrapSandbox, code: str, key: str = "", kind: Kind = Kind.DEPENDENCIES) -> str:
    with sandbox.environments.fill(key or f"test{secrets.token_hex(6)}", kind, ground(sandbox), LIMITS) as filling:
        done = filling.room.execute(f"import os\nos.chdir('/opt/env')\n{code}")
        assert done.error == ""
        return filling.settle(7, "a note").name


def test_one_room_writes_it_and_every_other_one_only_reads(sandbox: BubblewrapSandbox) -> None:
    name = fill(sandbox, "open('made.py', 'w').write('VALUE = 5')")
    other = fill(sandbox, "os.mkdir('site'); open('site/own.py', 'w').write('')", kind=Kind.PROJECT)
    try:
        with sandbox.open({}, limits=SMALL, environment=f"{name}+{other}") as room:
            said = room.execute("import made, own; print(made.VALUE, made.__file__, own.__file__)").stdout
            assert said == "5 /opt/env/made.py /opt/project/site/own.py\n"
            for path in ("/opt/env/made.py", "/opt/env/more", "/opt/project/more"):
                assert "Error" in room.execute(f"open({path!r}, 'a')").error
            # Who uses it keeps it.
            assert not sandbox.environments.remove(name)
    finally:
        assert sandbox.environments.remove(name)
        assert sandbox.environments.remove(other)
    with pytest.raises(EnvironmentGone):
        sandbox.open({}, environment=name)


@pytest.mark.parametrize("name", ["never", "../roots", "a/b", "", "+", ".making.1.2.3", "x+never"])
def test_names_that_nobody_gave_open_nothing(sandbox: BubblewrapSandbox, name: str) -> None:
    with pytest.raises(EnvironmentGone):
        sandbox.open({}, environment=name or "+")


def test_what_is_not_settled_is_never_found(sandbox: BubblewrapSandbox) -> None:
    with (
        pytest.raises(KeyError),
        sandbox.environments.fill("unsettled", Kind.DEPENDENCIES, ground(sandbox), LIMITS) as filling,
    ):
        raise KeyError
    assert sandbox.environments.find("unsettled") is None
    with pytest.raises(RoomDied):
        filling.room.execute("1")

    leave = """
import os
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.environment.store import Kind
from sandbox.room import Limits
sandbox = BubblewrapSandbox()
store = sandbox.environments
with store.fill("killed", Kind.DEPENDENCIES, store.ground("", (), print), Limits()) as filling:
    filling.room.execute("open('/opt/env/half', 'w')")
    os._exit(1)
"""
    subprocess.run([sys.executable, "-c", leave], check=False)
    assert sandbox.environments.find("killed") is None
    assert len(list((sandbox.cache / "environments").glob(".making.*"))) >= 1
    sandbox.environments.sweep()
    assert list((sandbox.cache / "environments").glob(".making.*")) == []


def test_the_first_of_two_writers_wins(sandbox: BubblewrapSandbox) -> None:
    key = f"test{secrets.token_hex(6)}"
    with sandbox.environments.fill(key, Kind.DEPENDENCIES, ground(sandbox), LIMITS) as slow:
        fill(sandbox, "open('first', 'w')", key)
        assert slow.settle(999).size == 7
    with sandbox.open({}, limits=SMALL, environment=key) as room:
        assert room.execute("import os; print(os.listdir('/opt/env'))").stdout == "['first']\n"
    assert sandbox.environments.remove(key)


def test_uses_are_counted(sandbox: BubblewrapSandbox) -> None:
    store = sandbox.environments
    names = [fill(sandbox, "") for _ in range(2)]
    uses = [found.used for name in (*names, names[0]) if (found := store.find(name))]

    assert uses == sorted(set(uses))
    assert {entry.name for entry in store.entries()} >= set(names)
    assert all(store.remove(name) for name in names)
    assert store.find(names[0]) is None


HOSTILE = """
os.symlink('/etc/shadow', 'link')
os.symlink('/etc', 'folder')
os.mkfifo('pipe')
open('program', 'w').write('x'); os.chmod('program', 0o6777)
os.makedirs('closed/deep'); open('closed/deep/file', 'w').write('x'); os.chmod('closed/deep', 0); os.chmod('closed', 0)
open('unreadable', 'w').write('x'); os.chmod('unreadable', 0)
"""


def test_whatever_was_written_is_the_bots_plain_and_readable(sandbox: BubblewrapSandbox) -> None:
    before = Path("/etc/shadow").stat(), Path("/etc").stat()
    name = fill(sandbox, HOSTILE)
    content = sandbox.cache / "environments" / name / CONTENT

    for path in (content, *content.rglob("*")):
        found = path.lstat()
        assert found.st_uid == os.geteuid()
        if not stat.S_ISLNK(found.st_mode):
            assert found.st_mode & 0o7777 in (0o755, 0o644)
    assert (content / "closed/deep/file").read_text() == "x"
    assert [(place.st_mode, place.st_uid) for place in before] == [
        (place.st_mode, place.st_uid) for place in (Path("/etc/shadow").stat(), Path("/etc").stat())
    ]
    with sandbox.open({}, limits=SMALL, environment=name) as room:
        assert "No such file" in room.execute("open('/opt/env/link')").error
    assert sandbox.environments.remove(name)


def test_what_the_machine_does_not_have_is_told(sandbox: BubblewrapSandbox) -> None:
    with pytest.raises(SandboxError, match=r"no Python that fits '==3\.5\.\*': here are .*3\."):
        sandbox.environments.ground("==3.5.*", (), print)
    with pytest.raises(SandboxError, match=r"no Debian package libnothing9: install it \(apt install libnothing9\)"):
        sandbox.environments.ground("", ("libnothing9",), print)
