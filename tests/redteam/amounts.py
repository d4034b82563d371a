"""Amounts: what a room has little of, taken to the last piece, after which the room works on."""

from tests.redteam.arena import shared
from tests.redteam.attack import WORKED, Attack, each

FULL = "refused (ENOSPC|EFBIG)"

DISK = """
def write(path, most):
    with open(path, "wb", buffering=0) as file:
        for _ in range(most):
            file.write(bytes(2**20))

def fill(folder):
    for number in range(100):
        write(f"{folder}/{number}", 12)

for folder in ("/workspace", "/tmp", "/dev/shm"):
    step("fill", fill, folder)
    step("one more", write, folder + "/more", 100)
    for name in os.listdir(folder):
        os.unlink(f"{folder}/{name}")
    step("control: room again", write, folder + "/again", 1)
    os.unlink(folder + "/again")
for size in (2**25, 2**40, 2**62):
    step("a file that is too large", os.truncate, os.open("/tmp/large", os.O_RDWR | os.O_CREAT), size)
os.unlink("/tmp/large")
"""

ENTRIES = """
kept = []
def many(make):
    for number in range(10**6):
        make(f"/workspace/many/{number}")

def deep():
    here = os.open("/workspace/many", os.O_RDONLY)
    for _ in range(10**6):
        kept[:] = [here]
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below

for act in (
    lambda: many(lambda path: open(path, "w").close()), lambda: many(os.mkdir), lambda: many(os.mkfifo), deep,
    lambda: many(lambda path: os.symlink("x", path)), lambda: many(lambda path: os.link("/workspace/one", path)),
):
    os.mkdir("/workspace/many")
    open("/workspace/one", "w").close()
    step("entries", act)
    while kept:
        os.close(kept.pop())
    os.system("rm -rf /workspace/many /workspace/one")
step("a long name", os.mkdir, "/workspace/" + "n" * 256)
step("control: a folder", os.mkdir, "/workspace/folder")
os.rmdir("/workspace/folder")
"""

HANDLES = """
import gc
kept = []
def more(get):
    while len(kept) < 10**6:
        kept.append(get())

for get in (lambda: open("/dev/null"), socket.socket, lambda: os.fdopen(os.eventfd(0), "rb")):
    step("handles", more, get)
    kept.clear()
    gc.collect()
step("maps", more, lambda: mmap.mmap(-1, 2**44))
kept.clear()
gc.collect()
step("control: one more", lambda: open("/dev/null").close())

def zombies():
    for _ in range(10**6):
        if os.fork() == 0:
            os._exit(0)
step("dead children", zombies)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
step("control: a child", os.system, "true")
step("arguments", os.execv, "/bin/true", ["x" * 100_000] * 1000)
def lock():
    if libc.mlock(ctypes.create_string_buffer(2**26), 2**26) < 0:
        raise OSError(ctypes.get_errno(), "")
step("locked memory", lock)
"""

ATTACKS = (
    Attack(
        "disk",
        "Fills every place that it can write.",
        DISK,
        each("fill; one more", FULL)
        | each("a file that is too large", "refused EFBIG")
        | each("control: room again", WORKED),
        shared,
    ),
    Attack(
        "entries",
        "Makes files, folders, links and pipes without content for ever, beside and below each other.",
        ENTRIES,
        each("entries", "refused (ENOSPC|EMLINK)")
        | each("a long name", "refused ENAMETOOLONG")
        | each("control: a folder", WORKED),
        shared,
    ),
    Attack(
        "handles",
        "Opens files, sockets and maps for ever, and has children that nobody buries.",
        HANDLES,
        each("handles", "refused EMFILE")
        | each("maps", "refused (ENOMEM|EMFILE)")
        | each("dead children", "refused EAGAIN")
        | each("arguments", "refused E2BIG")
        | each("locked memory", "refused (ENOMEM|EPERM|EAGAIN)")
        | each("control: one more; control: a child", WORKED),
        shared,
    ),
)
