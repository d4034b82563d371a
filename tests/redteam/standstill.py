"""Standstill: what is still alive in a room must not move while others work in it, and is gone when it is closed."""

import threading
import time

from sandbox.agent_room import AgentRoom
from sandbox.files import File
from sandbox.room import SandboxError
from tests.redteam.arena import Arena, left_by, watched
from tests.redteam.attack import Attack, Seen, each
from tests.redteam.steps import PRELUDE, told_by
from tests.redteam.survivors import LINGER

THREAD = """
import threading
def beat():
    while True:
        with open("/workspace/beat", "a") as file:
            file.write("x")
        time.sleep(0.01)
threading.Thread(target=beat, daemon=True).start()
time.sleep(0.1)
step("control: beats", os.stat, "/workspace/beat")
"""
TIMER = """
def beat(*_):
    with open("/workspace/beat", "a") as file:
        file.write("x")
signal.signal(signal.SIGALRM, beat)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
time.sleep(0.1)
step("control: beats", os.stat, "/workspace/beat")
"""
STILL = "a=$(wc -c < beat); sleep 0.15; b=$(wc -c < beat); echo $((b - a))"


def beating(arena: Arena, attack: Attack) -> Seen:
    """What the interpreter still has after a statement must stand still while others work in the room."""
    with watched(arena) as seen, arena.fresh(files={"given.txt": File(b"x")}) as room:
        seen.update(told_by(room.execute(PRELUDE + attack.code)))
        seen["beside a program"] = room.run(["sh", "-c", STILL]).stdout.strip()
        seen["in what was collected"] = "whole" if _consistent(room) else "changed meanwhile"
        again = room.execute(
            "import os, time\na = os.stat('beat').st_size\ntime.sleep(0.15)\nprint(os.stat('beat').st_size > a)"
        )
        seen["control: beats again"] = f"worked {again.stdout.strip()}"
    return seen


def _consistent(room: AgentRoom) -> bool:
    sizes = []
    for _ in range(5):
        tree = room.collect()
        sizes.append(len(tree["beat"].data))
    return sizes == sorted(sizes)


CROWD = """
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
for _ in range(20):
    if os.fork() == 0:
        os.setsid()
        linger()
while True:
    pass
"""


def closed_meanwhile(arena: Arena, attack: Attack) -> Seen:
    """The room is closed, by another thread, while the code and all that it left are busy."""
    with watched(arena) as seen, arena.fresh() as room:
        name = room.id
        closing = threading.Timer(0.5, room.close)
        closing.start()
        started = time.monotonic()
        told = told_by(room.execute(PRELUDE + LINGER + attack.code))
        closing.join()
        spent = time.monotonic() - started
        seen["in time"] = "yes" if spent < 8 else f"no: {spent:.1f} seconds"
        seen["outcome"] = told["outcome"]
        try:
            room.execute("1")
        except SandboxError:
            seen["control: closed"] = "worked"
        seen["on the host"] = ", ".join(left_by(name)) or "nothing"
    return seen


ATTACKS = (
    Attack(
        "a thread",
        "Has a thread of the interpreter work on while files are read and programs run.",
        THREAD,
        each("beside a program", "0")
        | each("in what was collected", "whole")
        | each("control: beats", "worked.*")
        | each("control: beats again", "worked True"),
        beating,
    ),
    Attack(
        "a timer",
        "Has itself interrupted while files are read and programs run.",
        TIMER,
        each("beside a program", "0")
        | each("in what was collected", "whole")
        | each("control: beats", "worked.*")
        | each("control: beats again", "worked True"),
        beating,
    ),
    Attack(
        "a room full of them",
        "Has everything busy when its room is closed.",
        CROWD,
        each("outcome", "killed") | each("on the host", "nothing") | each("control: closed", "worked"),
        closed_meanwhile,
    ),
)
