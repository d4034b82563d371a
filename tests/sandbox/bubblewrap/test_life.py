"""The end of rooms: closed, out of time, or left alone by a bot that was killed. Nothing stays."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.bubblewrap.cgroup import PREFIX, reap_cgroups
from sandbox.bubblewrap.command import Mount
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.scene import Scene
from sandbox.room import Limits, Outcome, RoomDied, SandboxError
from tests.sandbox.conftest import SMALL

pytestmark = [pytest.mark.bubblewrap, pytest.mark.alone]

BUSY = """
import os, signal
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass
for _ in range(6):
    if os.fork() == 0:
        os.setsid()
        break
while True:
    pass
"""

BOT = f"""
import threading, time
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.scene import Scene
from sandbox.room import Limits

sandbox = BubblewrapSandbox(owner="crash-test-{os.getpid()}", limits=Limits(seconds=60))
rooms = [sandbox.open({{}}) for _ in range(2)]
threading.Thread(target=rooms[0].execute, args=({BUSY!r},), daemon=True).start()
time.sleep(1)
print(*(room.id.split()[1] for room in rooms), flush=True)
"""


def above(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def below(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from below(int(child))


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def soon(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def dead_child() -> bool:
    """Whether a child of this process has ended and nobody has asked for its end; living ones may be other tests'."""
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return False


def children() -> int:
    return len(list(below(os.getpid())))


def groups(owner: str) -> list[Path]:
    return sorted(Path("/sys/fs/cgroup").glob(f"**/{PREFIX}.{owner}.*/"))


@pytest.mark.parametrize("end", ["import time; time.sleep(60)", "import os; os._exit(1)", "raise SystemExit"])
def test_nothing_outlives_a_bot_that_ends_in_any_way(end: str) -> None:
    bot = subprocess.Popen([sys.executable, "-c", BOT + end], stdout=subprocess.PIPE, text=True)
    assert bot.stdout
    firsts = [int(word) for word in bot.stdout.readline().split()]
    everybody: list[int] = []
    if "sleep" in end:
        # The room's processes, bubblewrap, the clock outside.
        everybody = [pid for first in firsts for pid in (*below(first), above(first), above(above(first)))]
        assert len(everybody) >= 12
        bot.send_signal(signal.SIGKILL)
    bot.wait(20)

    assert len(firsts) == 2
    assert soon(lambda: not any(map(lives, [*firsts, *everybody])))
    reap_cgroups()
    assert groups(f"crash-test-{os.getpid()}") == []


def test_closing_the_sandbox_ends_and_removes_everything() -> None:
    with BubblewrapSandbox(owner="closing-test", limits=SMALL) as sandbox:
        rooms = [sandbox.open({}) for _ in range(3)]
        rooms[0].execute("import subprocess; subprocess.Popen(['sleep', '60'])")
        firsts = [int(room.id.split()[1]) for room in rooms]
        assert all(map(lives, firsts))

    assert not any(map(lives, firsts))
    assert groups("closing-test") == []
    assert rooms[1].execute("1").outcome is Outcome.KILLED


def test_many_rooms_leave_no_process_and_no_descriptor(kept: BubblewrapSandbox) -> None:
    def use() -> None:
        with kept.open({}, limits=SMALL) as room:
            room.execute("print(1)")

    use()
    before, family = descriptors(), children()
    for _ in range(10):
        use()

    assert descriptors() <= before
    assert children() <= family
    assert not dead_child()


def test_an_idle_room_ends_with_its_lifetime(kept: BubblewrapSandbox) -> None:
    with kept.open({}, limits=Limits(lifetime=4)) as room:
        first = int(room.id.split()[1])
        assert lives(first)
        assert soon(lambda: not lives(first), 15)
        with pytest.raises(RoomDied):
            room.execute("1")


def test_the_clock_outside_ends_a_room_whose_bot_hangs() -> None:
    bot = subprocess.Popen(
        [sys.executable, "-c", BOT.replace("seconds=60", "lifetime=8") + "time.sleep(60)"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert bot.stdout
        firsts = [int(word) for word in bot.stdout.readline().split()]
        bot.send_signal(signal.SIGSTOP)

        assert all(map(lives, firsts))
        assert soon(lambda: not any(map(lives, firsts)), 30)
    finally:
        bot.kill()
        bot.wait()
        reap_cgroups()


def test_a_room_that_dies_by_itself_is_told(kept: BubblewrapSandbox) -> None:
    with kept.open({}, limits=SMALL) as room:
        os.kill(int(room.id.split()[1]), signal.SIGKILL)
        assert room.execute("1").outcome is Outcome.KILLED


def test_what_bubblewrap_says_is_told(kept: BubblewrapSandbox) -> None:
    with pytest.raises(SandboxError, match=r"bubblewrap made no room: bwrap: .*/nowhere"):
        kept.start(Scene(kept.root, (Mount(Path("/nowhere"), "/opt/env"),)), SMALL)
