"""The driver for a bot that is not root: the same rooms, with the bot's own user and often no control group."""

import json
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.host_python import SYSTEM, probe

USER = 1_899_999_000
PROJECT = Path(__file__).parents[3]
PACKAGES = Path(sysconfig.get_path("purelib"))

SCRIPT = f"""
import json, os, sys
sys.path[:0] = [{str(PROJECT)!r}, {str(PACKAGES)!r}]
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.self_test import self_test
from sandbox.room import MIB, Limits

LIMITS = Limits(memory=160 * MIB, processes=32, seconds=20)
FORKS = '''
import os, time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(4)
            os._exit(0)
        count += 1
except OSError:
    print(count)
'''
with BubblewrapSandbox() as sandbox:
    told = {{"findings": self_test(sandbox), "description": sandbox.describe()}}
    with sandbox.open({{}}, limits=LIMITS) as room, sandbox.open({{}}, limits=LIMITS) as other:
        told["user"] = room.execute("import os; print(os.getuid(), os.getgroups())").stdout
        told["forks"] = [int(one.run(["python", "-c", FORKS]).stdout) for one in (room, other)]
        told["bot"] = room.run(["sh", "-c", "ls -d $1 2>&1", "sh", os.environ["HOME"]]).exit_code
        told["memory"] = room.execute("kept = [bytearray(2**24) for _ in range(60)]").outcome
json.dump(told, sys.stdout)
"""


def is_open(path: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


@pytest.mark.bubblewrap
def test_rooms_of_an_ordinary_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    system = probe(SYSTEM)
    if os.geteuid() != 0:
        pytest.skip("every other test here is run as an ordinary user")
    if system is None or system.series != f"{sys.version_info[0]}.{sys.version_info[1]}":
        pytest.skip(f"NOT TESTED, {SYSTEM} can't use the packages of the Python that runs this")
    if not (is_open(PROJECT) and is_open(PACKAGES)):
        pytest.skip("NOT TESTED, other users can't read the project")
    home = Path("/tmp") / f"code-intern-test-{os.getpid()}"  # noqa: S108 - pytest's own folders are closed to others
    home.mkdir(mode=0o700)
    try:
        with BubblewrapSandbox() as sandbox:  # what it is made of is the same
            shutil.copytree(sandbox.root.folder, home / "code-intern/roots" / sandbox.root.key, symlinks=True)
        subprocess.run(["chown", "-R", f"{USER}:{USER}", home], check=True)
        done = subprocess.run(
            [*("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"), SYSTEM, "-c", SCRIPT],
            env={"HOME": str(home), "XDG_CACHE_HOME": str(home), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        shutil.rmtree(home)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)

    assert "all rooms have this process's user" in told["findings"]
    assert "has the bot's user" in told["description"]
    assert len(told["description"]) <= 200
    assert told["user"] == "10001 []\n"
    assert told["bot"] != 0
    assert told["memory"] == "out of memory"
    # Each room has its own count, although both have the same user.
    assert all(24 <= count < 32 for count in told["forks"])
