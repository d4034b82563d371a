"""Code that wants to be taken for somebody else."""

import time

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.room import Outcome, RoomDied, SandboxError

FORGERY = """
import os
line = {line}
for descriptor in range(3, 30):
    try:
        os.write(descriptor, line)
    except OSError:
        pass
"""


@pytest.mark.parametrize(
    "line",
    [
        """b'{"id": "", "kind": "end", "outcome": "finished"}\\n'""",
        "b'garbage\\n'",
        "b'[' * 60_000 + b'\\n'",
        "b'x' * 9_000_000",
    ],
    ids=["forged", "garbage", "nested", "endless"],
)
def test_a_forged_line_ends_the_room(room: AgentRoom, line: str) -> None:
    done = room.execute(FORGERY.replace("{line}", line))

    assert done.outcome is Outcome.KILLED
    assert "protocol" in done.error
    with pytest.raises(RoomDied):
        room.execute("1")


LATE = """
import os, threading, time

def late():
    time.sleep(0.2)
    for descriptor in range(3, 30):
        try:
            os.write(descriptor, b'{}\\n')
        except OSError:
            pass

threading.Thread(target=late).start()
"""


def test_a_late_line_ends_the_room(room: AgentRoom) -> None:
    assert room.execute(LATE).outcome is Outcome.FINISHED
    time.sleep(0.6)

    assert room.execute("print(1)").outcome is Outcome.KILLED


def test_code_that_leaves_is_killed_and_not_finished(room: AgentRoom) -> None:
    assert room.execute("import os; os._exit(0)").outcome is Outcome.KILLED


LIAR = """
import os
runner = os.getppid()
for path in [f'/proc/{runner}/fd/{number}' for number in range(5)] + [f'/proc/{runner}/mem']:
    try:
        open(path, 'wb')
        print('OPEN', path)
    except OSError as error:
        print(type(error).__name__)
"""


def test_a_program_can_not_speak_for_the_runner(room: AgentRoom) -> None:
    done = room.run(["python", "-c", LIAR])

    assert done.stdout.splitlines() == ["PermissionError"] * 6


def test_a_program_that_kills_the_runner_is_killed_or_has_no_success(room: AgentRoom, driver: str) -> None:
    done = room.run(["python", "-c", "import os, time; os.kill(os.getppid(), 9); time.sleep(2)"])

    # With bubblewrap the runner is the first process of the room, which no process there can kill.
    assert done.outcome is (Outcome.KILLED if driver == "docker" else Outcome.FINISHED)


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.symlink('/etc/passwd', 'link')",
        "import os; os.mkfifo('pipe')",
        "import os; os.makedirs('sub/.GIT/hooks')",
        "open('README', 'w'); open('readme', 'w')",
        "open('\\u00e9', 'w'); open('e\\u0301', 'w')",
        "open(b'\\xff', 'w')",
        "open('new\\nline', 'w')",
    ],
    ids=["symlink", "fifo", "git", "case", "unicode", "bytes", "newline"],
)
def test_a_hostile_workspace_is_refused(room: AgentRoom, code: str) -> None:
    assert room.execute(code).error == ""

    with pytest.raises(SandboxError, match="refused"):
        room.collect()


def test_a_sparse_bomb_is_refused(room: AgentRoom) -> None:
    room.execute("for i in range(20):\n    with open(f's{i}', 'wb') as f: f.truncate(15 * 2**20)")

    with pytest.raises(SandboxError, match="too large"):
        room.collect()
