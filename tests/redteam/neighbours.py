"""Neighbours: what a room sees of another room at the same time, and what it can take from it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

from sandbox.agent_room import AgentRoom
from tests.redteam.arena import Arena, watched
from tests.redteam.attack import WORKED, Attack, Perform, Seen, each
from tests.redteam.steps import ABSENT, PRELUDE, told_by

GONE = "refused (ENOENT|ESRCH|ECONNREFUSED|EPERM)"
SHUT = "refused (EROFS|EACCES|EPERM|ENOENT|EXDEV|EISDIR|ENOTDIR|EOPNOTSUPP|EBUSY)"


def beside(before: str, after: str, *, dies: bool = False, busy: bool = False) -> Perform:
    """The attacker's code in one room, between two statements in another one: the neighbour's.

    Args:
        before: what the neighbour has and does.
        after: what it finds then.
        dies: whether the attacker's room need not live on.
        busy: whether the neighbour runs a program meanwhile.
    """

    def perform(arena: Arena, attack: Attack) -> Seen:
        with watched(arena) as seen, arena.fresh() as neighbour, arena.fresh(attack.limits) as room:
            seen.update(_said(neighbour, PRELUDE + before))
            with _busy(neighbour, seen) if busy else nullcontext():
                seen.update(_said(room, PRELUDE + attack.code, seconds=attack.seconds))
            seen.update(_said(neighbour, PRELUDE + after))
            if not dies:
                seen["afterwards"] = room.execute("print('alive')").stdout.strip()
        return seen

    return perform


@contextmanager
def _busy(neighbour: AgentRoom, seen: Seen) -> Iterator[None]:
    """A program runs in the neighbour's room until the block is left; "control: program" tells that it did."""
    argv, secret = ["python", "-u", "-c", BUSY], {"NEIGHBOURS": "secret"}
    with ThreadPoolExecutor(1) as pool:
        running = threading.Event()
        done = pool.submit(neighbour.run, argv, seconds=20, environment=secret, on_report=lambda _: running.set())
        running.wait(10)
        try:
            yield
        finally:
            seen["control: program"] = "worked" if running.is_set() and not done.done() else "it had ended"
            done.result()


def _said(room: AgentRoom, code: str, seconds: float = 20) -> Seen:
    told = told_by(room.execute(code, seconds=seconds))
    return {name: what for name, what in told.items() if name != "error" or what}


OWN_FILES = """
for folder in ("/workspace", "/tmp", "/dev/shm"):
    with open(folder + "/neighbours-file", "w") as file:
        file.write("secret")
    step("control: own files", os.stat, folder + "/neighbours-file")
"""
LOOK_FOR_FILES = """
import glob
found = []
for top in ("/workspace", "/tmp", "/dev", "/run", "/var", "/mnt", "/media", "/opt/env", "/opt/project", "/home"):
    for place, _, names in os.walk(top):
        found += [name for name in names if "neighbour" in name]
say("files", found)
for folder in ("/workspace", "/tmp", "/dev/shm"):
    step("open", os.open, folder + "/neighbours-file", os.O_RDONLY)
    step("control: makes its own", os.open, folder + "/attackers-file", os.O_RDWR | os.O_CREAT)
"""
STILL_OWN = """
say("neighbour's files", sorted(os.listdir("/workspace")) + sorted(os.listdir("/dev/shm")))
"""

OWN_IPC = """
kept = [libc.shmget(4242, 4096, 0o1666), libc.semget(4242, 1, 0o1666), libc.msgget(4242, 0o1666)]
say("control: own", f"worked {kept}")
libc.mq_open.restype = ctypes.c_int
say("control: own queue", f"worked {libc.mq_open(b'/neighbours', os.O_RDWR | os.O_CREAT, 0o666, None)}")
"""
LOOK_FOR_IPC = """
def checked(number):
    if number < 0:
        raise OSError(ctypes.get_errno(), "")
    return number
step("memory", lambda: checked(libc.shmget(4242, 0, 0)))
step("semaphore", lambda: checked(libc.semget(4242, 0, 0)))
step("messages", lambda: checked(libc.msgget(4242, 0)))
step("queue", lambda: checked(libc.mq_open(b"/neighbours", os.O_RDWR)))
lines = [open(f"/proc/sysvipc/{kind}").read().splitlines()[1:] for kind in ("shm", "sem", "msg")]
say("listed", lines)
"""

OWN_SERVERS = """
servers = []
for family, address in ((2, ("127.0.0.1", 4242)), (1, b"\\0neighbours"), (1, "/tmp/s")):
    server = socket.socket(family)
    server.bind(address)
    server.listen()
    servers.append(server)
    step("control: own servers", socket.socket(family).connect, address)
"""
LOOK_FOR_SERVERS = """
for family, address in ((2, ("127.0.0.1", 4242)), (1, b"\\0neighbours"), (1, "/tmp/s")):
    step("connect", socket.socket(family).connect, address)
say("listening", open("/proc/net/tcp").read().count(" 0A "))
say("names", open("/proc/net/unix").read().count("neighbours"))
"""

BUSY = """
import os, time  # NEIGHBOURS
os.write(int(input()), b"running\\n")
time.sleep(1.5)
"""
LOOK_FOR_PROCESSES = """
found = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("cmdline", "environ"):
        try:
            text = open(f"/proc/{pid}/{name}", "rb").read()
        except OSError:
            continue
        if b"NEIGHBOURS" in text and int(pid) != os.getpid():
            found.append(pid)
say("processes", found)
reached = []
for pid in range(2, 70000):
    try:
        os.kill(pid, 0)
        reached.append(pid)
    except OSError:
        pass
mine = {int(pid) for pid in filter(str.isdigit, os.listdir("/proc"))}
say("reached", sorted(set(reached) - mine))
say("control: reached itself", f"worked {os.getpid() in reached or os.getpid() == 1}")
"""

VALUE = "value = 42\n"
STILL_THERE = """
import subprocess
say("neighbour's value", value)
say("neighbour's children", subprocess.run(["echo", "born"], capture_output=True, text=True).stdout.strip())
"""

SHARED = """
import fcntl
for top in ("/opt/py", "/opt/intern", "/opt/env", "/opt/project", "/usr", "/etc"):
    step("make", os.open, top + "/x", os.O_RDWR | os.O_CREAT)
    step("unnamed", os.open, top, os.O_RDWR | os.O_TMPFILE)
    step("folder", os.mkdir, top + "/x")
    step("mode", os.chmod, top, 0o777)
    step("times", os.utime, top, (1, 1))
    step("attribute", os.setxattr, top, "user.x", b"1")
for path in ("/opt/intern/sandbox/inside/agent.py", "/opt/py/bin/python", "/opt/py/pyvenv.cfg", "/etc/passwd"):
    step("write", os.open, path, os.O_WRONLY)
    step("remove", os.unlink, path)
    step("replace", os.rename, "/tmp", path)
    step("other name", os.link, path, "/workspace/x")
    step("shorten", os.truncate, path, 0)
    step("map", lambda: mmap.mmap(os.open(path, os.O_RDWR), 0))
step("control: reads", open, "/opt/intern/sandbox/inside/agent.py")
"""

LOCK = """
import fcntl
locked = open("/opt/py/pyvenv.cfg")
step("control: own lock", fcntl.flock, locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
"""

KILL = "os.kill(-1, signal.SIGKILL)"

ATTACKS = (
    Attack(
        "files of a neighbour",
        "Looks for the neighbour's files in every place that both can write.",
        LOOK_FOR_FILES,
        each("files", r"\[\]")
        | each("open", ABSENT)
        | each("control: own files; control: makes its own", WORKED)
        | each("neighbour's files", r"\['neighbours-file', 'neighbours-file'\]"),
        beside(OWN_FILES, STILL_OWN),
    ),
    Attack(
        "memory and queues of a neighbour",
        "Opens shared memory, semaphores and message queues by their keys and names.",
        LOOK_FOR_IPC,
        each("memory; semaphore; messages; queue", GONE)
        | each("listed", r"\[\[\], \[\], \[\]\]")
        | each("control: own; control: own queue", r"worked (?!.*-1).*"),
        beside(OWN_IPC, ""),
    ),
    Attack(
        "servers of a neighbour",
        "Connects to the neighbour's servers on its loopback and its abstract names.",
        LOOK_FOR_SERVERS,
        each("connect", GONE) | each("listening; names", "0") | each("control: own servers", WORKED),
        beside(OWN_SERVERS, ""),
    ),
    Attack(
        "processes of a neighbour",
        "Looks for the neighbour's processes, and signals every number that there may be.",
        LOOK_FOR_PROCESSES,
        each("processes; reached", r"\[\]")
        | each("control: reached itself", "worked True")
        | each("control: program", "worked")
        | each("neighbour's value", "42")
        | each("neighbour's children", "born"),
        beside(VALUE, STILL_THERE, busy=True),
    ),
    Attack(
        "the end of all processes",
        "Kills everything that it may kill, at once.",
        KILL,
        each("neighbour's value", "42") | each("neighbour's children", "born"),
        beside(VALUE, STILL_THERE, dies=True),
    ),
    Attack(
        "what all rooms share",
        "Changes the files that every room sees: Python, our programs, the environment, the system.",
        SHARED,
        each("make; unnamed; folder; mode; times; attribute; write; remove; replace; other name; shorten; map", SHUT)
        | each("control: reads", WORKED),
        beside("", ""),
    ),
    Attack(
        "locks on what all rooms share",
        "Locks a file that every room sees, so that a neighbour waits for it.",
        LOCK,
        each("control: own lock; neighbour's lock", WORKED),
        beside("", LOCK.replace("control: own", "neighbour's")),
    ),
)
