"""Calls: code that calls the host's functions in every way but the ordinary one, and hosts that do not listen."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from sandbox.agent_room import AgentRoom
from sandbox.room import SandboxError
from tests.redteam.arena import Arena, left_by, watched
from tests.redteam.attack import WORKED, Attack, Seen, each
from tests.redteam.protocol import PROTOCOL, calling
from tests.redteam.steps import PRELUDE

WORKER = """
import types
cells = (cell.cell_contents for cell in count.__closure__)
worker = next(found for found in cells if hasattr(found, "answers"))
"""

STRANGE_CALLS = """
names = ("nope", "__import__", "__class__", "SUBMIT", "", "count\\0", "pop", "keys", "count.__globals__", "x" * 10**6)
for name in names:
    step("unknown tool", worker.tool(name))
for arguments, words in [
    ([bytes(3)], {}), ([{1, 2}], {}), ([object()], {}), (["x" * 3 * 2**20], {}), ([[[]] * 10**6], {}),
]:
    step("arguments that are no data", lambda: count(*arguments, **words))
deep = []
for _ in range(100_000):
    deep = [deep]
step("deep arguments", count, deep)
ring = []
ring.append(ring)
step("endless arguments", count, ring)
for words in ({"self": 1}, {"cls": 1}, {"call": 1}, {"name": "other"}, {"__class__": 1}, {"": 1}, {"a b": 1}):
    step("strange keywords", lambda: count(**words))
for value in (float("nan"), float("inf"), -0.0, 10**4000, "\\ud800", "\\0", "\\u202e", "{}", None, True):
    step("strange values", count, value)
step("control: a call", count, 1)
"""

MANY_CALLS = "step('control: a call', count)\nwhile True:\n    count()\n"

PIPELINED = """
say("control: begins", "worked")
line = json.dumps({"kind": "call", "call": 1, "name": "count", "args": [], "kwargs": {}}).encode() + b"\\n"
while True:
    worker.answers.write(line * 1000)
    worker.answers.flush()
"""

FORKED = """
say("control: begins", "worked")
for _ in range(6):
    try:
        os.fork()
    except BlockingIOError:  # the limit of processes: held, and those that are there go on
        pass
while True:
    try:
        count()
    except Exception:
        pass
"""

FLOOD = """
import sys, os
way = int(sys.stdin.readline())
while True:
    os.write(way, b"y" * 60_000 + b"\\n")
"""

TALK = """
import threading
def talk():
    time.sleep(0.2)
    while True:
        os.write(1, b"x" * 65536)
for _ in range(3):
    threading.Thread(target=talk, daemon=True).start()
say("control: begins", "worked")
stall()
"""


def stalled(act: Callable[[AgentRoom, Seen], None]) -> Callable[[Arena, Attack], Seen]:
    """The host does not read; then it ends the room, which must be gone at once."""

    def perform(arena: Arena, attack: Attack) -> Seen:
        with watched(arena) as seen, arena.fresh() as room:
            name = room.id
            act(room, seen)
            started = time.monotonic()
            room.close()
            spent = time.monotonic() - started
            seen["closed"] = "at once" if spent < 5 else f"after {spent:.1f} seconds"
            seen["on the host"] = ", ".join(left_by(name)) or "nothing"
            with suppress(SandboxError):
                room.execute("1")
                seen["closed"] = "never"
        return seen

    return perform


def in_a_function(room: AgentRoom, seen: Seen) -> None:
    """While a function of the host's takes its time, and is then interrupted."""

    def stall() -> None:
        threading.Event().wait(0.5)
        seen["control: begins"] = "worked"
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        room.execute(PRELUDE + TALK, tools={"stall": stall})


def in_an_order(room: AgentRoom, seen: Seen) -> None:
    """An order is given, whose answers fill everything between us and nobody reads."""
    deadline = time.monotonic() + 20
    order = {"argv": ["python", "-c", FLOOD], "environment": {"PATH": "/opt/py/bin"}, "directory": "/workspace"}
    room._talk.begin("run", deadline, (), seconds=20, stdin="", output=65536, report=True, **order)
    threading.Event().wait(0.5)
    seen["control: begins"] = "worked" if not room._machine.stream.is_quiet() else "nothing came"


ATTACKS = (
    Attack(
        "strange calls",
        "Calls functions that there are not, and one that there is with everything but ordinary arguments.",
        WORKER + STRANGE_CALLS,
        each("unknown tool", "broke RuntimeError: there is no tool .*|broke TypeError: .* at most .*")
        | each("arguments that are no data; deep arguments; endless arguments", "broke TypeError: count takes .*")
        | each("strange keywords; strange values; control: a call", WORKED)
        | each("calls", "some")
        | each("why", ""),
        calling,
    ),
    Attack(
        "a million calls",
        "Calls for ever.",
        MANY_CALLS,
        each("outcome", "killed") | each("calls", "some") | each("why", ".*more than 10000 calls.*"),
        calling,
    ),
    Attack(
        "calls without waiting",
        "Calls for ever without reading the answers.",
        WORKER + PIPELINED,
        each("outcome", "killed") | each("calls", "some") | each("why", PROTOCOL),
        calling,
        seconds=9,
    ),
    Attack(
        "calls of many",
        "Has sixty-four processes call at once, by the same pipe.",
        FORKED,
        each("outcome", "killed|timed out") | each("calls", "none|some") | each("why", ".+"),
        calling,
        seconds=3,
    ),
    Attack(
        "a reader that stalls in a function",
        "Floods everything while the host is busy with a function of its own.",
        "",
        each("control: begins", "worked") | each("closed", "at once") | each("on the host", "nothing"),
        stalled(in_a_function),
    ),
    Attack(
        "a reader that stalls in an order",
        "Floods the stream to the host, which does not read it.",
        "",
        each("control: begins", "worked") | each("closed", "at once") | each("on the host", "nothing"),
        stalled(in_an_order),
    ),
)
