"""Code that wants everything: memory, processes, output, disk and time."""

import time

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.files import File
from sandbox.room import Limits, Outcome, RoomDied, Sandbox, SandboxError
from tests.sandbox.conftest import SMALL


@pytest.mark.parametrize(
    "code",
    [
        "x = bytearray(2**30)",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = bytearray(2**30)'], check=True)",
        "for i in range(5): open(f'/dev/shm/{i}', 'wb').write(bytes(12 * 2**20))\ny = bytearray(120 * 2**20)",
    ],
    ids=["parent", "child", "tmpfs"],
)
def test_a_memory_bomb_is_out_of_memory(room: AgentRoom, code: str) -> None:
    assert room.execute(code).outcome is Outcome.OUT_OF_MEMORY
    with pytest.raises(RoomDied, match="out of memory"):
        room.execute("print(1)")


def test_a_memory_bomb_in_a_program_is_out_of_memory(room: AgentRoom) -> None:
    assert room.run(["python", "-c", "x = bytearray(2**30)"]).outcome is Outcome.OUT_OF_MEMORY


def test_a_fork_bomb_is_stopped(room: AgentRoom) -> None:
    started = time.monotonic()
    bomb = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"

    assert room.run(["python", "-c", bomb], seconds=1).outcome is Outcome.TIMED_OUT
    assert time.monotonic() - started < 15


def test_a_flood_of_output_is_cut_and_then_stopped(room: AgentRoom) -> None:
    some = room.execute("print('a' * 300_000); print('end')")
    assert some.outcome is Outcome.FINISHED
    assert len(some.stdout) < SMALL.output + 100
    assert some.stdout.endswith("end\n")
    assert "bytes left out" in some.stdout

    assert room.execute("while True: print('x' * 100_000)").outcome is Outcome.OUTPUT_TOO_LARGE


def test_a_flood_of_a_program_is_stopped(room: AgentRoom) -> None:
    done = room.run(["yes"])

    assert done.outcome is Outcome.OUTPUT_TOO_LARGE
    assert len(done.stdout) < SMALL.output + 100


def test_the_disk_and_its_inodes_end(room: AgentRoom) -> None:
    full = room.execute("with open('big', 'wb') as f:\n    while True: f.write(bytes(2**20))")
    assert full.error.startswith("OSError: [Errno 2")
    room.execute("import os; os.remove('big')")

    many = room.execute("for i in range(10**6): open(f'f{i}', 'w').close()")
    assert "No space left" in many.error
    with pytest.raises(SandboxError, match="don't fit"):
        room.put({f"d{i}/x": File(b"") for i in range(600)})


IGNORING = """
import os, signal
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass
for _ in range(8):
    if not os.fork():
        break
while True:
    pass
"""


def test_code_that_ignores_signals_ends_in_time(room: AgentRoom) -> None:
    started = time.monotonic()

    assert room.execute(IGNORING, seconds=1).outcome is Outcome.TIMED_OUT
    assert time.monotonic() - started < 15
    with pytest.raises(RoomDied):
        room.collect()


def test_what_was_printed_before_the_time_was_over_is_told(room: AgentRoom) -> None:
    done = room.execute("print('so far')\nwhile True: pass", seconds=0.5)

    assert (done.outcome, done.stdout) == (Outcome.TIMED_OUT, "so far\n")
    assert done.error == "TimeoutError: no end after 0.5 seconds"


def test_a_program_is_cut_off_in_time_with_what_it_said(room: AgentRoom) -> None:
    done = room.run(["sh", "-c", "trap '' TERM; echo so far; while :; do :; done"], seconds=0.5)

    assert (done.outcome, done.stdout, done.exit_code) == (Outcome.TIMED_OUT, "so far\n", None)


DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1)
        open('late', 'w')
    os._exit(0)
"""


def test_nothing_that_a_program_started_outlives_it(room: AgentRoom) -> None:
    done = room.run(["python", "-c", DAEMON])
    time.sleep(1.5)

    assert done.exit_code == 0
    assert room.read("late") is None


CLOCK = """
import os, signal
for pid in range(1, 60):
    try:
        if pid not in (os.getpid(), os.getppid()):
            os.kill(pid, signal.SIGSTOP)
    except OSError as error:
        print(type(error).__name__)
"""


def test_the_code_can_not_stop_the_rooms_clock(room: AgentRoom, driver: str) -> None:
    said = room.execute(CLOCK)

    assert said.outcome is Outcome.FINISHED
    if driver == "docker":  # the clock is there, and somebody else's
        assert said.stdout.count("PermissionError") >= 2
    else:  # it is outside; what is there is our agent, as the first process, which such signals don't reach
        assert said.stdout.splitlines() == ["ProcessLookupError"] * said.stdout.count("\n")
        assert room.execute("print('on')", seconds=5).stdout == "on\n"


def test_a_room_ends_with_its_lifetime(sandbox: Sandbox) -> None:
    room = sandbox.open({}, limits=Limits(lifetime=2))
    started = time.monotonic()

    assert room.execute("while True: pass", seconds=60).outcome is Outcome.TIMED_OUT
    assert time.monotonic() - started < 15
