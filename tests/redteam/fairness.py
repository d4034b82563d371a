"""Fairness: what a room can take from a neighbour by taking more than its part of the machine."""

from dataclasses import replace

from tests.redteam.arena import LIMITS
from tests.redteam.attack import WORKED, Attack, each
from tests.redteam.neighbours import STILL_THERE, VALUE, beside

#: Takes until it gets no more, and keeps it.
TAKE = """
taken = []
try:
    while len(taken) < 200_000:
        taken.append(get())
except OSError:
    pass
say("control: taken", f"worked {len(taken)}")
"""
INOTIFY = """
def get():
    found = libc.inotify_init1(0)
    if found < 0:
        raise OSError(ctypes.get_errno(), "")
    return found
"""
PIPES = """
def get():
    ends = os.pipe()
    os.close(os.dup(ends[0]))
    size = libc.fcntl(ends[0], 1031, 2**18)
    return ends
"""
WHOLE_PIPE = """
size = libc.fcntl(os.pipe()[0], 1032, 0)
say("neighbour gets", f"worked {size}" if size == 65536 else f"less: {size}")
"""
QUEUES = """
names = iter(range(10**6))
def get():
    attributes = (ctypes.c_long * 8)(0, 10, 8192)
    found = libc.mq_open(b"/%d-%d" % (os.getpid(), next(names)), os.O_RDWR | os.O_CREAT, 0o600, attributes)
    if found < 0:
        raise OSError(ctypes.get_errno(), "")
    return found
"""
SIGNALS = """
libc.sigqueue.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN + 1})
def get():
    if libc.sigqueue(os.getpid(), signal.SIGRTMIN + 1, None) < 0:
        raise OSError(ctypes.get_errno(), "")
"""


NEXT = "step('neighbour gets', get)\n"

MEMORY = "x = bytearray(2**33)"
FORKS = "import threading\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n"

ATTACKS = (
    *(
        Attack(
            f"all {what}",
            f"Takes {what} until the kernel gives no more: it counts some things by user, not by room.",
            get + TAKE,
            each("control: taken", r"worked [1-9]\d*") | each("neighbour gets", WORKED),
            beside("", get + then),
        )
        for what, get, then in (
            ("instances of inotify", INOTIFY, NEXT),
            ("memory of pipes", PIPES, WHOLE_PIPE),
            ("bytes of message queues", QUEUES, NEXT),
            ("queued signals", SIGNALS, NEXT),
        )
    ),
    Attack(
        "memory beside a neighbour",
        "Takes all memory that it can get.",
        MEMORY,
        each("neighbour's value", "42") | each("neighbour's children", "born"),
        beside(VALUE, STILL_THERE, dies=True),
    ),
    Attack(
        "processes beside a neighbour",
        "Makes as many processes as it can, for ever.",
        FORKS,
        each("neighbour's value", "42") | each("neighbour's children", "born"),
        beside(VALUE, STILL_THERE, dies=True),
        limits=replace(LIMITS, processes=40),
        seconds=0.6,
    ),
)
