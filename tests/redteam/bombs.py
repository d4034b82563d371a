"""Bombs: code that takes all there is of memory, processes, time and attention, each in a room of its own."""

from dataclasses import replace

from sandbox.room import MIB
from tests.redteam.arena import LIMITS, Arena, alone, watched
from tests.redteam.attack import Attack, Must, Seen, each, sections
from tests.redteam.steps import PRELUDE, told_by

BEGINS = 'say("control: begins", "worked")\n'
BEGUN = each("control: begins", "worked")

#: The kernel kills; only where a program meets another limit first, it says no.
MEMORY = """
# memory of the interpreter: Takes memory until there is no more.
kept = []
while True:
    kept.append(bytearray(2**22))

# memory at once: Doubles one value until there is no more.
kept = b"1" * 2**26
while True:
    kept += kept

# memory of a child: Has a child take all memory, and fails with it.
import subprocess
grow = "kept = []\\nwhile True: kept.append(bytearray(2**22))"
subprocess.run([sys.executable, "-c", grow], check=True)

# memory of many children: Has many children take a little, so that none of them is the culprit.
for _ in range(30):
    if os.fork() == 0:
        kept = bytearray(2**23)
        time.sleep(1)
        os._exit(0)
for _ in range(30):
    os.wait()
raise SystemExit(1)

# memory of files: Fills every file system that lies in memory, then takes the rest.
for folder in ("/dev/shm", "/tmp"):
    for number in range(4):
        with open(f"{folder}/{number}", "wb") as file:
            file.write(bytes(14 * 2**20))
kept = []
while True:
    kept.append(bytearray(2**22))

# memory of files without names: Fills files that no file system has.
kept = []
while True:
    kept.append(os.memfd_create("x"))
    os.write(kept[-1], bytes(15 * 2**20))

# memory that outlives its maker: Fills shared memory segments, which stay when their maker has gone.
libc.shmat.restype = ctypes.c_void_p
while True:
    number = libc.shmget(0, 2**22, 0o1600)
    if number < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    place = libc.shmat(number, None, 0)
    ctypes.memset(place, 1, 2**22)
    libc.shmdt(ctypes.c_void_p(place))

# memory of the kernel's tables: Touches one byte in every two megabytes, for each of which the kernel makes a table.
flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000
space = mmap.mmap(-1, 2**42, flags=flags, prot=mmap.PROT_READ)
space.madvise(15)
for place in range(0, 2**42, 2**21):
    space[place]

# memory of sockets: Fills connections that nobody reads.
kept = []
while True:
    ends = socket.socketpair()
    kept.append(ends)
    ends[0].setblocking(False)
    ends[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**24)
    try:
        while True:
            ends[0].send(bytes(2**16))
    except BlockingIOError:
        pass

# memory of pipes: Fills pipes that nobody reads.
kept = []
while True:
    ends = os.pipe()
    kept.append(ends)
    os.set_blocking(ends[1], False)
    try:
        while True:
            os.write(ends[1], bytes(4096))
    except BlockingIOError:
        pass
"""
REFUSED_OR_STARVED = {
    name: BEGUN | each("outcome", "out of memory|finished")
    for name in (
        "memory of files without names",
        "memory that outlives its maker",
        "memory of sockets",
        "memory of pipes",
    )
}

DEAF = """
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
"""
TIME = """
# time: Runs for ever.
while True:
    pass

# time in one instruction: Computes for ever in C, where no Python looks at signals.
10 ** 10 ** 9

# time asleep: Sleeps, deaf to every signal that can be ignored.
DEAF
time.sleep(99)

# time of deaf children: Has eight deaf children that run for ever in sessions of their own.
DEAF
for _ in range(8):
    if os.fork() == 0:
        os.setsid()
        break
while True:
    pass

# fork bomb: Doubles itself for ever.
while True:
    try:
        os.fork()
    except OSError:
        pass

# fork bomb of deaf orphans: Doubles itself for ever, deaf and in sessions of their own.
DEAF
while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        pass

# bomb of threads: Starts threads for ever, which never end.
import threading
while True:
    try:
        threading.Thread(target=time.sleep, args=(99,)).start()
    except RuntimeError:
        pass

# stopped in mid-execution: Stops itself.
os.kill(os.getpid(), signal.SIGSTOP)

# a child that keeps it waiting: Waits for a child, which never ends, without ever being able to be interrupted.
if libc.vfork() == 0:
    while True:
        libc.pause()

# a storm of timers: Has itself interrupted a hundred thousand times a second.
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)
while True:
    pass
""".replace("DEAF", DEAF.strip())

NOISE = """
# noise on stdout: Prints for ever.
while True:
    print("x" * 100_000)

# noise on stderr: Complains for ever.
while True:
    print("x" * 100_000, file=sys.stderr)

# noise without an end of line: Writes one endless line.
while True:
    os.write(1, b"x" * 65536)

# noise of nothing: Prints empty lines for ever.
while True:
    os.write(1, b"\\n" * 65536)

# noise of children: Has children print for ever, on both.
for number in (1, 2, 1, 2):
    if os.fork() == 0:
        while True:
            os.write(number, b"y" * 65536)
time.sleep(30)
"""

ENDS = """
# a crash: Reads where nothing is.
ctypes.string_at(0)

# an abort: Aborts.
os.abort()

# an exit without a word: Leaves at once, with success.
os._exit(0)

# the end of the stack: Calls itself until the stack of C has no more.
sys.setrecursionlimit(10**9)
def deeper(n):
    return sorted([n], key=lambda _: deeper(n + 1))
deeper(0)

# closed descriptors: Closes everything that it has.
os.closerange(0, 1024)

# the end of everything: Kills all that it may kill, our program too.
time.sleep(0.2)
os.kill(-1, signal.SIGKILL)
time.sleep(9)

# everything stopped: Stops all that it may stop, our program too.
time.sleep(0.2)
os.kill(-1, signal.SIGSTOP)
time.sleep(9)
"""
OTHER_ENDS = {
    "the end of the stack": BEGUN | each("outcome", "killed|finished|out of memory|timed out"),
    "closed descriptors": BEGUN | each("outcome", "killed|timed out"),
    # Killed or stopped, our program can't hand on what was printed.
    "the end of everything": each("outcome", "killed"),
    "everything stopped": each("outcome", "timed out"),
}

REPORT = """
writing = int(sys.stdin.readline())
print("step\\tcontrol: begins\\tworked", flush=True)
while True:
    os.write(writing, LINE)
"""
REPORTS = """
# noise in the report: Reports for ever in long lines.
b"x" * 60_000 + b"\\n"
# one endless report: Reports in a line without an end.
b"x" * 60_000
# empty reports: Reports empty lines, each of which costs the host far more.
b"\\n" * 60_000
"""


def _all_of(
    text: str, must: Must, others: dict[str, Must] | None = None, *, seconds: float = 20, processes: int = 50
) -> tuple[Attack, ...]:
    limits = replace(LIMITS, memory=128 * MIB, processes=processes)
    return tuple(
        Attack(name, tries, BEGINS + code, (others or {}).get(name, must), alone, limits=limits, seconds=seconds)
        for name, tries, code in sections(text)
    )


def reporting(arena: Arena, attack: Attack) -> Seen:
    """A program that floods its report pipe: counts what the host had to take."""
    taken = 0

    def take(line: str) -> None:
        nonlocal taken
        taken += 1

    with watched(arena) as seen, arena.fresh() as room:
        done = room.run(["python", "-c", PRELUDE + attack.code], seconds=attack.seconds, on_report=take)
        seen.update(told_by(done))
        if taken:  # a host that was busy until the end has nothing else
            seen["control: begins"] = "worked"
        seen["lines"] = "not many" if taken < 300_000 else f"{taken}"
    return seen


ATTACKS = (
    *_all_of(MEMORY, BEGUN | each("outcome", "out of memory"), REFUSED_OR_STARVED),
    *_all_of(TIME, BEGUN | each("outcome", "timed out"), seconds=0.8, processes=40),
    *_all_of(NOISE, BEGUN | each("outcome", "output too large")),
    *_all_of(ENDS, BEGUN | each("outcome", "killed"), OTHER_ENDS, seconds=1),
    *(
        Attack(
            name,
            tries,
            REPORT.replace("LINE", line.strip()),
            BEGUN | each("outcome", "output too large|timed out") | each("lines", "not many"),
            reporting,
            seconds=3,
        )
        for name, tries, line in sections(REPORTS)
    ),
)
