"""Workspaces: what code can leave in the workspace for whoever collects it."""

import re
from collections.abc import Iterator

from sandbox.files import File
from sandbox.room import SandboxError
from tests.redteam.arena import Arena
from tests.redteam.attack import Attack, Must, Seen, each, sections
from tests.redteam.steps import DENIED, PRELUDE, told_by

GIVEN = {
    "src/a.py": File(b"A = 1\n"),
    "src/b.py": File(b"B = 2\n"),
    "README.md": File(b"read me\n"),
    "tool": File(b"#!\n", True),
}
AS_GIVEN = "README.md=read me, SRC, tool=#!"
SRC = "src/a.py=A = 1, src/b.py=B = 2"

REFUSED = """
# a link out: Leaves a link to a file of the system. | link.*only plain
os.symlink("/etc/passwd", "link")

# a link in place of a file: Puts a link where a file was. | src/a.py.*only plain
os.unlink("src/a.py")
os.symlink("/etc/passwd", "src/a.py")

# a link in place of a folder: Puts a link where a folder was, in which the same names are. | src.*only plain
os.makedirs("/tmp/other", exist_ok=True)
open("/tmp/other/a.py", "w").write("other")
os.system("rm -r src")
os.symlink("/tmp/other", "src")

# a pipe: Leaves a pipe at which one would wait for ever. | pipe.*only plain
os.mkfifo("pipe")

# a pipe in place of a file: Puts a pipe where a file was. | README.md.*only plain
os.unlink("README.md")
os.mkfifo("README.md")

# files with holes: Leaves files that are larger than the workspace. | workspace: it is too large
for number in range(100):
    with open(f"holes{number}", "wb") as file:
        file.truncate(12 * 2**20)

# no text: Leaves a name that is no text. | broken UTF-8
open(b"\\xff\\xfe", "w")

# an end of line: Leaves a name of two lines. | two.*control
open("two\\nlines", "w")

# a backslash: Leaves a name that is a path elsewhere. | up.*backslash
open("..\\\\..\\\\up", "w")

# an escape: Leaves a name that changes a terminal. | red.*control
open("\\x1b[31mred", "w")

# git's folder: Leaves what git would take for its own. | '.git.*metadata
os.makedirs(".git/hooks")
open(".git/hooks/post-checkout", "w")

# git's folder in another case: The same for systems that don't tell cases apart. | GiT.*metadata
os.makedirs("src/.GiT")
open("src/.GiT/config", "w")

# git's folder in short: The same for systems with short names. | git~1.*metadata
os.mkdir("git~1")
open("git~1/config", "w")

# git's folder in invisible letters: The same for systems that leave out letters which nobody sees. | 200cit.*metadata
os.mkdir(".g\\u200cit")
open(".g\\u200cit/config", "w")

# a file like another one: Leaves a name like a given one but for its case. | (readme.md|README.md).*the same file
open("readme.md", "w")

# a folder like another one: Leaves a folder with a given name but for its case. | (SRC|src).*the same file
os.mkdir("SRC")
open("SRC/c.py", "w")

# a letter in two ways: Leaves two names that look the same. | the same file
open("\\u00e9", "w")
open("e\\u0301", "w")

# a deep folder: Leaves folders below folders, further than any path can say. | dddd.*plain path
here = os.open(".", os.O_RDONLY)
for _ in range(60):
    os.mkdir("d" * 100, dir_fd=here)
    below = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
    os.close(here)
    here = below
os.close(os.open("bottom", os.O_CREAT | os.O_WRONLY, dir_fd=here))
os.close(here)

# a long path of large letters: Leaves a path with few letters of many bytes. | plain path|too long|read
here = os.open(".", os.O_RDONLY)
for _ in range(18):
    os.mkdir("\\U0001f600" * 60, dir_fd=here)
    below = os.open("\\U0001f600" * 60, os.O_RDONLY, dir_fd=here)
    os.close(here)
    here = below
os.close(os.open("bottom", os.O_CREAT | os.O_WRONLY, dir_fd=here))
os.close(here)
"""

TAKEN = """
# nothing: Changes nothing: the control. | GIVEN
pass

# other content with the same times: Changes a file and says that it did not. | README.md=READ ME, SRC, tool=#!
status = os.stat("README.md")
open("README.md", "w").write("READ ME\\n")
os.utime("README.md", ns=(status.st_atime_ns, status.st_mtime_ns))

# a change in memory: Changes a file by its pages. | README.md=READ me, SRC, tool=#!
with open("README.md", "r+b") as file:
    pages = mmap.mmap(file.fileno(), 0)
    pages[:4] = b"READ"
    pages.close()

# a renamed folder: Moves a folder with all its files. | README.md=read me, lib/a.py=A = 1, lib/b.py=B = 2, tool=#!
os.rename("src", "lib")

# swapped files: Gives each of two files the other's name. | README.md=read me, src/a.py=B = 2, src/b.py=A = 1, tool=#!
os.rename("src/a.py", "x")
os.rename("src/b.py", "src/a.py")
os.rename("x", "src/b.py")

# a file that becomes a folder: Puts a folder where a file was. | README.md/x=new, SRC, tool=#!
os.unlink("README.md")
os.mkdir("README.md")
open("README.md/x", "w").write("new")

# files that nobody may read: Takes away all rights from files and folders. | GIVEN, zz/x=new
os.mkdir("zz")
open("zz/x", "w").write("new")
for name in ("zz/x", "zz", "src/a.py", "src", "README.md", "."):
    os.chmod(name, 0)

# folders that nobody may enter: Leaves folders that can be listed but not entered. | GIVEN, zz/x=new
os.mkdir("zz")
open("zz/x", "w").write("new")
for name in ("zz", "src"):
    os.chmod(name, 0o600)

# rights that nobody gives: Gives files every right that there is. | README.md=read me x, SRC, tool=#!, zz=new x
open("zz", "w").write("new")
for name in ("zz", "README.md"):
    os.chmod(name, 0o7777)

# a socket: Leaves a socket, which is no data and stays behind. | GIVEN
socket.socket(socket.AF_UNIX).bind("socket")

# another name for a file: Gives a file a second name. | GIVEN, zz=read me
os.link("README.md", "zz")

# names like options: Leaves names that a program takes for its options. | NAMES, GIVEN
names = "--checkpoint=1", "--checkpoint-action=exec=sh evil", "-I", "-rf", "--to-command=sh", "--files-from=x", "@x"
for name in names:
    open(name, "w").write("x")
open("evil", "w").write("touch /tmp/executed")

# files that are open and gone: Keeps files that have no name. | GIVEN
kept = [open(f"gone{number}", "w") for number in range(5)]
for number in range(5):
    os.unlink(f"gone{number}")

# a file that can't be changed: Asks the kernel to let nobody change a file. | GIVEN, zz=new
import fcntl
open("zz", "w").write("new")
for flag in (0x10, 0x20):
    step("fix", fcntl.ioctl, os.open("zz", os.O_RDONLY), 0x40086602, struct.pack("l", flag))
"""
MANY = """
for number in range(450):
    open(f"many{number}", "w").write("x")
"""

RACE = """
import threading
os.makedirs("/tmp/outside", exist_ok=True)
open("/tmp/outside/a.py", "w").write("outside")
def swap():
    global swapped
    swapped = 0
    while True:
        os.rename("src", "/workspace/kept")
        os.symlink("/tmp/outside", "src")
        os.unlink("src")
        os.rename("/workspace/kept", "src")
        swapped += 1
threading.Thread(target=swap, daemon=True).start()
time.sleep(0.1)
say("control: races", f"worked {swapped > 10}")
"""

CLEAN = """
import os
os.chmod(".", 0o755)
os.system("chmod -R u+rwX . 2>/dev/null; find . -mindepth 1 -delete; rm -rf /tmp/other /tmp/executed")
"""


def collecting(arena: Arena, attack: Attack) -> Seen:
    """In the shared room: what comes out of what the code left there."""
    room = arena.shared
    room.put(GIVEN)
    try:
        seen = told_by(room.execute(f"{PRELUDE}{attack.code}\nsay('control: made', 'worked')"))
        seen["collected"] = _collected(arena)
        seen["executed"] = str(room.execute("print(os.path.exists('/tmp/executed'))").stdout.strip())
    finally:
        room.execute(CLEAN)
        room.remove(list(GIVEN))
    return {**seen, "afterwards": arena.afterwards()}


def _collected(arena: Arena) -> str:
    try:
        tree = arena.shared.collect()
    except SandboxError as error:
        return str(error)
    found = [f"{path}={file.data.decode().strip()}{_mark(path, file)}" for path, file in sorted(tree.items())]
    return ", ".join(found) if len(found) < 20 else f"{len(found)} files"


def _mark(path: str, file: File) -> str:
    """An "x" for what is executable and was not before, "-" for the other way round."""
    if file.executable == (path == "tool"):
        return ""
    return " x" if file.executable else " -"


def racing(arena: Arena, attack: Attack) -> Seen:
    """Several times, in a room of its own: the race may go on between two looks, but not during one."""
    with arena.fresh(files=GIVEN) as room:
        seen = told_by(room.execute(PRELUDE + attack.code))
        outside = 0
        for _ in range(15):
            try:
                outside += any(b"outside" in file.data for file in room.collect().values())
            except SandboxError:
                continue  # it was a link at that moment
        seen["outside"] = "never seen" if not outside else f"seen {outside} times"
    return seen


def split(text: str) -> Iterator[tuple[str, tuple[str, str], str]]:
    """As `sections`; after the sentence stands what must come out."""
    for name, sentence, code in sections(text):
        tries, _, out = sentence.partition(" | ")
        yield name, (tries, out), code


def _steps(code: str) -> Must:
    return each("fix", DENIED + "|refused (ENOTTY|EOPNOTSUPP)") if "fix" in code else {}


def _files(listed: str) -> str:
    """The pattern of exactly these files."""
    names = (
        "--checkpoint=1=x, --checkpoint-action=exec=sh evil=x, --files-from=x=x, --to-command=sh=x, -I=x, -rf=x, @x=x"
    )
    whole = listed.replace("GIVEN", AS_GIVEN).replace("SRC", SRC).replace("NAMES", names + ", evil=touch /tmp/executed")
    return re.escape(", ".join(sorted(whole.split(", "))))


MADE = each("control: made", "worked") | each("executed", "False")

ATTACKS = (
    *(
        Attack(name, tries, code, MADE | each("collected", f"refused .*({why}).*"), collecting)
        for name, (tries, why), code in split(REFUSED)
    ),
    *(
        Attack(
            name,
            tries,
            code,
            MADE | each("collected", _files(listed)) | _steps(code),
            collecting,
        )
        for name, (tries, listed), code in split(TAKEN)
    ),
    Attack(
        "as many as there may be",
        "Leaves a file for every place that is left.",
        MANY,
        MADE | each("collected", "454 files"),
        collecting,
    ),
    Attack(
        "a race",
        "Swaps a folder and a link to another one all the time, while files are collected.",
        RACE,
        each("control: races", "worked True") | each("outside", "never seen"),
        racing,
    ),
)
