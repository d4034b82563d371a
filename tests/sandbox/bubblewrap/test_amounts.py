"""Code that wants everything, where the kernel keeps it to its share and where our watchdog does."""

import os
from dataclasses import replace

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.bubblewrap import watch
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.room import Outcome
from tests.sandbox.conftest import SMALL

pytestmark = pytest.mark.bubblewrap

EATERS = {
    "itself": "x = bytearray(2**30)",
    "child": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = bytearray(2**30)'], check=True)",
    "files": "for i in range(5): open(f'/dev/shm/{i}', 'wb').write(bytes(12 * 2**20))\ny = bytearray(120 * 2**20)",
    "shared": "import mmap\nkept = [mmap.mmap(-1, 2**24) for _ in range(40)]\nfor one in kept: one.write(bytes(2**24))",
    "deleted": """
import os
y = bytearray(90 * 2**20)
kept = [open(f'/tmp/{n}', 'wb') for n in range(5)]
for n, one in enumerate(kept):
    os.unlink(f'/tmp/{n}')
    one.write(bytes(12 * 2**20))
    one.flush()
more = [open(f'/dev/shm/{n}', 'wb') for n in range(5)]
for one in more:
    one.write(bytes(12 * 2**20))
    one.flush()
""",
}


@pytest.mark.parametrize("code", EATERS.values(), ids=EATERS)
def test_memory_ends(box: AgentRoom, code: str) -> None:
    assert box.execute(code).outcome is Outcome.OUT_OF_MEMORY


def test_memory_ends_although_nobody_looked_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "GLANCE", 60.0)
    with BubblewrapSandbox(limits=SMALL, kernel_limits=False) as watched, watched.open({}) as room:
        assert room.execute("x = 1").outcome is Outcome.FINISHED
        assert room.execute(EATERS["files"]).outcome is Outcome.OUT_OF_MEMORY


#: Memory that is in no process and no file. The kernel counts it; our watchdog can't see it, so there it is refused.
HIDDEN = {
    "memfd": "import os\nfor n in range(40):\n    f = os.memfd_create('x')\n    os.write(f, bytes(15 * 2**20))",
    "segments": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
for _ in range(60):
    key = libc.shmget(0, 10 * 2**20, 0o1600)
    if key < 0:
        raise PermissionError(ctypes.get_errno(), 'refused')
    place = libc.shmat(key, None, 0)
    ctypes.memset(place, 1, 10 * 2**20)
    libc.shmdt(ctypes.c_void_p(place))
""",
}


@pytest.mark.parametrize("code", HIDDEN.values(), ids=HIDDEN)
def test_memory_that_nobody_has_ends_too(kept: BubblewrapSandbox, box: AgentRoom, code: str) -> None:
    done = box.execute(code)

    if kept.has_kernel_limits:
        assert done.outcome is Outcome.OUT_OF_MEMORY
    else:
        assert (done.outcome, done.error.split(":")[0]) == (Outcome.FINISHED, "PermissionError")


def test_memory_that_processes_share_counts_once(box: AgentRoom) -> None:
    code = """
import os, time
x = bytearray(b'1') * (60 * 2**20)
children = [os.fork() for _ in range(10) if os.getpid() == MAIN]
if os.getpid() != MAIN:
    time.sleep(0.5)
    os._exit(0)
for child in children:
    os.waitpid(child, 0)
print('fine')
"""
    done = box.execute("import os\nMAIN = os.getpid()\n" + code)

    assert (done.outcome, done.stdout) == (Outcome.FINISHED, "fine\n")


FORKS = """
import os, time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
        count += 1
except OSError:
    print(count)
"""


def test_processes_end_for_each_room_by_itself(kept: BubblewrapSandbox, box: AgentRoom) -> None:
    with kept.open({}, limits=SMALL) as other:
        other.execute("import subprocess; subprocess.Popen(['sleep', '9'])")
        first = box.run(["python", "-c", FORKS], seconds=10)
        second = other.run(["python", "-c", FORKS], seconds=10)

    for done in (first, second):
        assert SMALL.processes - 8 < int(done.stdout) < SMALL.processes


def test_a_fork_bomb_in_one_room_leaves_another_one_alone(kept: BubblewrapSandbox, box: AgentRoom) -> None:
    bomb = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    with kept.open({}, limits=replace(SMALL, seconds=30)) as other:
        assert other.execute("print('before')").stdout == "before\n"
        box.execute(
            f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {bomb!r}])\nimport time\ntime.sleep(1)"
        )
        assert other.run(["sh", "-c", "for i in 1 2 3; do /bin/true || exit 1; done; echo fine"]).stdout == "fine\n"


def test_open_files_end_and_there_is_no_core(box: AgentRoom) -> None:
    code = "import resource as r; print([r.getrlimit(x) for x in (r.RLIMIT_NOFILE, r.RLIMIT_CORE, r.RLIMIT_FSIZE)])"

    assert box.run(["python", "-c", code]).stdout == f"[(1024, 1024), (1, 1), ({SMALL.workspace}, {SMALL.workspace})]\n"


def test_the_room_can_not_take_more_processors(kept: BubblewrapSandbox, box: AgentRoom) -> None:
    """With the kernel's limits it may run on all of them, for its share of the time; else on as many as it may use."""
    done = box.execute("import os\nos.sched_setaffinity(0, range(os.cpu_count()))\nprint(len(os.sched_getaffinity(0)))")

    if kept.has_kernel_limits:
        assert int(done.stdout) == len(os.sched_getaffinity(0))
    else:
        assert done.error.startswith("PermissionError")
        assert box.execute("print(len(os.sched_getaffinity(0)))").stdout == "1\n"


def test_what_the_kernel_holds_for_sockets_ends(kept: BubblewrapSandbox, box: AgentRoom) -> None:
    """Our watchdog does not see it: a known limit of rooms that it keeps."""
    if not kept.has_kernel_limits:
        pytest.skip("not promised there")
    code = """
import socket
kept = []
for _ in range(400):
    pair = socket.socketpair()
    kept.append(pair)
    pair[0].setblocking(False)
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 10**7)
    try:
        while True:
            pair[0].send(bytes(65536))
    except BlockingIOError:
        pass
"""
    assert box.execute(code).outcome is Outcome.OUT_OF_MEMORY
