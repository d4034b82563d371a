"""The protocol: code that wants to be taken for our own program."""

import time

from sandbox.room import Execution
from tests.redteam.arena import SPARE, Arena, watched
from tests.redteam.attack import WORKED, Attack, Seen, each, sections
from tests.redteam.steps import PRELUDE, told_by

#: Writes a line wherever the code can write.
FORGE = """
say("control: begins", "worked")
def forge(line):
    for descriptor in range(3, 64):
        try:
            os.set_blocking(descriptor, True)
            view = memoryview(line)
            while view:
                view = view[os.write(descriptor, view):]
        except OSError:
            pass
"""

#: Each is a line, or lines, that our worker would not write.
LINES = r"""
# garbage: Writes what is no JSON.
forge(b"garbage\n")
# nothing: Writes empty lines.
forge(b"\n" * 1000)
# no text: Writes bytes that are no UTF-8.
forge(b'{"kind": "\xff\xfe"}\n')
# other shapes: Writes JSON that is no object.
for line in (b"[]", b"1", b"null", b'"end"', b"true"):
    forge(line + b"\n")
# other kinds: Writes messages that only our agent may write.
for kind in ("data", "gone", "report", "unstartable", "hello", "", None, 5, [], {}):
    words = {"id": "0" * 16, "kind": kind, "bytes": 10**9, "paths": ["x"], "line": "x", "code": 0}
    forge(json.dumps(words).encode() + b"\n")
# another order: Answers to orders that it can't know.
forge(b'{"id": "0000000000000000", "kind": "data", "bytes": 1048576}\n')
# deep: Writes brackets in brackets.
forge(b"[" * 500_000 + b"\n")
# deep for the host: Writes brackets as deep as our program may read them, but the host may not.
forge(b'{"kind": "end", "error": "", "submitted": true, "result": ' + b"[" * 250 + b"]" * 250 + b"}\n")
# deep for our program: Writes brackets as deep as our program may still read them, but not write them.
forge(b'{"kind": "end", "error": "", "submitted": true, "result": ' + b"[" * 985 + b"]" * 985 + b"}\n")
# a large number: Writes a number with ten thousand digits.
forge(b'{"kind": "end", "error": "", "submitted": true, "result": ' + b"9" * 10_000 + b"}\n")
# many brackets: Writes a result that is thirty times larger when it is read.
forge(b'{"kind": "end", "error": "", "submitted": true, "result": [' + b"[]," * 1_200_000 + b"[]]}\n")
# an endless line: Writes a line that does not end.
forge(b"x" * 9_000_000)
# wrong types: Ends with an error that is no text.
forge(b'{"kind": "end", "error": {"a": 1}, "result": null, "submitted": "maybe"}\n')
# a broken call: Calls without what a call needs.
forge(b'{"kind": "call"}\n')
# a call of a number: Calls with a name and arguments of wrong types.
forge(b'{"kind": "call", "call": "x", "name": 5, "args": {}, "kwargs": []}\n')
# a call with names of numbers: Calls with keywords that are none.
forge(b'{"kind": "call", "call": 1e999, "name": "count", "args": null, "kwargs": {"1": NaN}}\n')
"""

OWN_END = r"""
words = {"kind": "end", "error": "", "result": "forged", "submitted": True, "outcome": "out of memory", "ooms": 9,
         "stdout": "Zm9yZ2Vk", "code": 7, "seconds": 1e9, "id": "0" * 16}
forge(json.dumps(words).encode() + b"\n")
time.sleep(9)
"""

LATE = r"""
import threading
def late():
    time.sleep(0.3)
    forge(b"{}\n")
threading.Thread(target=late).start()
"""

SIGNALS = """
agent = os.getppid()
say("control: begins", "worked")
time.sleep(0.2)
for _ in range(1000):
    os.kill(agent, NUMBER)
time.sleep(9)
"""

TERMINALS = """
import fcntl, pty, termios
step("the terminal", os.open, "/dev/tty", os.O_RDWR)
step("type into stdin", fcntl.ioctl, 0, termios.TIOCSTI, b"x")
step("type into stdout", fcntl.ioctl, 1, termios.TIOCSTI, b"x")
step("the console", fcntl.ioctl, 0, 0x541C, bytes([3]))
step("take a terminal", fcntl.ioctl, 1, termios.TIOCSCTTY, 1)
step("control: its own", lambda: [os.close(one) for one in pty.openpty()])
"""

HUNT = """
import io, tarfile, threading
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w") as made:
    member = tarfile.TarInfo("./forged")
    member.size = 3
    made.addfile(member, io.BytesIO(b"abc"))
beats = 0
def hunt():
    global beats
    while True:
        beats += 1
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if open(f"/proc/{pid}/cmdline", "rb").read().startswith(b"tar\\0"):
                    os.kill(int(pid), signal.SIGSTOP)
                    way = os.open(f"/proc/{pid}/fd/1", os.O_WRONLY)
                    os.write(way, archive.getvalue())
                    os.close(way)
                    os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass
for _ in range(4):
    threading.Thread(target=hunt, daemon=True).start()
with open("/workspace/real", "w") as file:
    file.write("x" * 100_000)
time.sleep(0.1)
say("control: hunts", f"worked {beats > 0}")
"""


def calling(arena: Arena, attack: Attack) -> Seen:
    """In a room of its own, with one function of the host's that counts its calls."""
    calls = 0

    def count(*_: object, **__: object) -> int:
        nonlocal calls
        calls += 1
        return calls

    with watched(arena) as seen, arena.fresh() as room:
        started = time.monotonic()
        code = f"{PRELUDE}import json\n{attack.code}"
        done = room.execute(code, seconds=attack.seconds, tools={"count": count})
        spent = time.monotonic() - started
        seen.update(told_by(done))
        seen["in time"] = "yes" if spent < attack.seconds + SPARE else f"no: {spent:.1f} seconds"
        seen["calls"] = "none" if not calls else "some" if calls <= 10_000 else f"{calls}"
        seen["why"] = done.error
        seen.update(_result(done))
    return seen


def _result(done: Execution) -> Seen:
    return {"result": repr(done.result)[:50]} if done.submitted else {}


def afterwards(arena: Arena, attack: Attack) -> Seen:
    """What is said when nobody asks ends the room at the next question, which it does not answer."""
    with watched(arena) as seen, arena.fresh() as room:
        seen.update(told_by(room.execute(f"{PRELUDE}import json\n{attack.code}")))
        time.sleep(0.6)
        seen["next"] = room.execute("print('answered')").outcome.value
    return seen


def collected(arena: Arena, attack: Attack) -> Seen:
    """With threads that wait for our tar while files come out."""
    with watched(arena) as seen, arena.fresh() as room:
        seen.update(told_by(room.execute(PRELUDE + attack.code)))
        started = time.monotonic()
        found = {name for _ in range(10) for name in room.collect()}
        seen["in time"] = "yes" if time.monotonic() - started < 20 else "no"
        seen["collected"] = ", ".join(sorted(found))
    return seen


#: That it says so shows that the line came.
PROTOCOL = ".*broke the protocol.*"

ATTACKS = (
    *(
        Attack(
            f"a forged line: {name}",
            tries,
            FORGE + code + "\ntime.sleep(9)\n",
            each("outcome", "killed") | each("calls", "none") | each("why", PROTOCOL),
            calling,
        )
        for name, tries, code in sections(LINES)
    ),
    Attack(
        "its own end",
        "Writes its own last word, with everything that only our agent may say of an execution.",
        FORGE + OWN_END,
        each("control: begins", "worked") | each("calls", "none") | each("why", "") | each("result", "'forged'"),
        calling,
    ),
    Attack(
        "a late line",
        "Writes when nobody has asked.",
        FORGE + LATE,
        each("control: begins", "worked") | each("next", "killed"),
        afterwards,
    ),
    Attack(
        "our program interrupted",
        "Interrupts our program as a person would, a thousand times.",
        SIGNALS.replace("NUMBER", "signal.SIGINT"),
        each("outcome", "killed") | each("calls", "none") | each("why", ".*"),
        calling,
        seconds=4,
    ),
    Attack(
        "our program stopped",
        "Stops our program in mid-execution.",
        SIGNALS.replace("NUMBER", "signal.SIGSTOP"),
        each("outcome", "timed out") | each("calls", "none") | each("why", ".*"),
        calling,
        seconds=2,
    ),
    Attack(
        "terminals",
        "Types into terminals that others may read.",
        TERMINALS,
        each("the terminal", "refused (ENXIO|EACCES|ENOENT)")
        | each("type into stdin; type into stdout; the console; take a terminal", "refused (ENOTTY|EIO|EPERM)")
        | each("control: its own", WORKED)
        | each("calls", "none")
        | each("why", ""),
        calling,
    ),
    Attack(
        "a forged archive",
        "Has threads wait for our tar, to stop it and to write another archive into its pipe.",
        HUNT,
        each("control: hunts", "worked True") | each("collected", "real"),
        collected,
    ),
)
