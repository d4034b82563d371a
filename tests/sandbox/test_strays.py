"""What a statement started and left is gone when it ends, and the interpreter goes on."""

import pytest

from sandbox.agent_room import AgentRoom

BEGIN = """
import os, subprocess, threading, time
kept = 'still here'
nowhere = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
"""
CHILD = "subprocess.Popen(['sleep', '1234'], **nowhere)"
DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp('sleep', ['sleep', '1234'])
    os._exit(0)
os.wait()
"""
THREAD = """
started = threading.Event()
def work():
    subprocess.Popen(['sleep', '1234'], **nowhere)
    started.set()
    time.sleep(1234)
threading.Thread(target=work, daemon=True).start()
started.wait()
"""
LOOK = """
found = []
for pid in filter(str.isdigit, os.listdir('/proc')):
    try:
        found.append(open(f'/proc/{pid}/cmdline').read())
    except OSError:
        pass
print(kept, sum('1234' in line for line in found))
"""


@pytest.mark.parametrize("code", [CHILD, DAEMON, THREAD], ids=["child", "daemon", "thread"])
def test_nothing_that_a_statement_started_outlives_it(room: AgentRoom, code: str) -> None:
    # Twice: the second time the first one's thread may still be there.
    for number in range(2):
        assert room.execute(BEGIN + code).error == ""
        assert room.execute("import os\n" + LOOK).stdout == "still here 0\n", number
