"""Survivors: what code starts so that it goes on when the code has ended."""

import time

from tests.redteam.arena import Arena
from tests.redteam.attack import Attack, Seen, each, sections
from tests.redteam.steps import PRELUDE, told_by

#: Goes on for ever and leaves a trace of it.
LINGER = """
def linger():
    say("control: started", "worked")
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    for _ in range(2000):
        time.sleep(0.01)
        with open("/workspace/late", "a") as file:
            file.write("x")
    os._exit(0)
nothing = os.open("/dev/null", os.O_RDWR)
def begun():
    time.sleep(0.05)
"""
TRICKS = """
# a child: Has a child.
if os.fork() == 0:
    linger()
begun()

# an orphan: Has a child of a child that has ended.
if os.fork() == 0:
    if os.fork() == 0:
        linger()
    os._exit(0)
begun()

# a daemon: Does all that makes a daemon.
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        os.umask(0)
        linger()
    os._exit(0)
begun()

# a deaf daemon under another name: Ignores every signal and calls itself a part of the kernel.
if os.fork() == 0:
    os.setsid()
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    if os.fork() == 0:
        libc.prctl(15, b"kworker/0:1", 0, 0, 0)
        linger()
    os._exit(0)
begun()

# the family of another reaper: Has one that adopts all orphans below it.
if os.fork() == 0:
    os.setsid()
    libc.prctl(36, 1, 0, 0, 0)
    for _ in range(3):
        if os.fork() == 0:
            if os.fork() == 0:
                linger()
            os._exit(0)
    time.sleep(30)
begun()

# a brother: Has a child that counts as its parent's.
if call(56 if X86 else 220, 0x8000 | 17, 0, 0, 0, 0) == 0:
    linger()
begun()

# a stopped child: Has a child that does nothing, not even end.
if os.fork() == 0:
    say("control: started", "worked")
    os.kill(os.getpid(), signal.SIGSTOP)
    linger()
begun()

# a child that can't be interrupted: Has a child that waits for its own child without hearing anything.
if os.fork() == 0:
    say("control: started", "worked")
    if libc.vfork() == 0:
        while True:
            libc.pause()
begun()

# a chain: Has one that is always another one, a thousand times a second.
if os.fork() == 0:
    say("control: started", "worked")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if os.fork():
            os._exit(0)
        os.setsid()
    os._exit(0)
begun()

# a storm of chains: Has many of them.
def fork():
    try:
        return os.fork()
    except OSError:  # there are too many already
        return -1
for _ in range(15):
    if fork() == 0:
        say("control: started", "worked")
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if fork() > 0:
                os._exit(0)
        os._exit(0)
begun()

# many: Has thirty.
for _ in range(30):
    if os.fork() == 0:
        linger()
begun()

# a child of a thread: Has a child whose parent is a thread that has ended.
import threading
def start():
    if os.fork() == 0:
        linger()
thread = threading.Thread(target=start)
thread.start()
thread.join()
begun()

# another program: Starts a shell that ignores what it can.
import subprocess
say("control: started", "worked")
script = "trap '' TERM HUP INT; sleep 0.1; echo x > /workspace/late; sleep 20"
subprocess.Popen(["sh", "-c", script], start_new_session=True)
begun()

# a child that keeps the output open: Has a child for whose words one could wait for ever.
if os.fork() == 0:
    say("control: started", "worked")
    os.setsid()
    time.sleep(30)
    os._exit(0)
begun()
"""

LOOK = """
try:
    while os.waitpid(-1, os.WNOHANG)[0]:  # those that are dead are dead, until their parent asks for them
        pass
except ChildProcessError:
    pass
say("processes", sorted({*map(int, filter(str.isdigit, os.listdir("/proc")))} - {os.getpid()}))
"""


def lingering(arena: Arena, attack: Attack) -> Seen:
    """In the shared room: what is there after the code that was not there before, and what it wrote later."""
    room = arena.shared
    room.remove(["late"])
    before = told_by(room.execute(PRELUDE + LOOK))["processes"]
    code = PRELUDE + LINGER + attack.code
    started = time.monotonic()
    told = told_by(room.run(["python", "-c", code]) if attack.program else room.execute(code))
    spent = time.monotonic() - started
    after = told_by(room.execute(PRELUDE + LOOK))["processes"]
    first = room.read("late") or b""
    time.sleep(0.1)
    later = room.read("late") or b""
    return {
        **told,
        "in time": "yes" if spent < 10 else f"no: {spent:.1f} seconds",
        "left": "nothing" if after == before else f"{before} became {after}",
        "wrote later": "nothing" if first == later else f"{len(later) - len(first)} bytes",
        "afterwards": arena.afterwards(),
    }


def _left_by(kind: str, *, program: bool) -> tuple[Attack, ...]:
    must = each("control: started", "worked") | each("left; wrote later", "nothing")
    return tuple(
        Attack(f"{name}, left by a {kind}", tries, code, must, lingering, program=program)
        for name, tries, code in sections(TRICKS)
    )


AT_THE_END = """
import atexit, threading, weakref
def late():
    with open("/workspace/late", "w") as file:
        file.write("x")
atexit.register(late)
class Late:
    def __del__(self): late()
keeper = Late()
keeper.itself = keeper
threading._register_atexit(late)
os.register_at_fork(after_in_child=late)
step("control: registered", os.getpid)
"""


ATTACKS = (
    *_left_by("statement", program=False),
    *_left_by("program", program=True),
    Attack(
        "the end of the interpreter",
        "Registers what is to run at the end, at forks, and when things are forgotten.",
        AT_THE_END,
        each("control: registered", "worked.*") | each("left; wrote later", "nothing"),
        lingering,
    ),
)
