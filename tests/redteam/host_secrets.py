"""Secrets of the host: a word that is planted all around a room, and that nothing in the room may ever show."""

from dataclasses import replace

import pytest

from sandbox.files import File
from sandbox.room import SandboxError
from tests.redteam.arena import Arena, shared, watched
from tests.redteam.attack import Attack, Seen, each
from tests.redteam.canary import VARIABLE
from tests.redteam.steps import ABSENT, PRELUDE, told_by

#: The word comes in two halves, so that the code itself does not have it in one piece.
SEARCH = """
word = (FIRST + SECOND).encode()
def search(*tops):
    import subprocess
    skipped = ["(", "-path", "/proc", "-o", "-path", "/sys", ")", "-prune", "-o"]
    wanted = ["-type", "f", "-newermt", "1 hour ago", "-size", "-4M", "-print0"]  # the word is younger
    listing = subprocess.run(["find", *tops, *skipped, *wanted], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    found = []
    for path in filter(None, listing.stdout.split(b"\\0")):
        try:
            if contains(path):
                found.append(path.decode())
        except OSError:
            pass
    return found

def contains(path, most=2**20):
    with open(path, "rb", buffering=0) as file:
        data = file.read(most)
    return word in data or FIRST.encode() in data and SECOND.encode() in data
"""

FILES = """
say("found", search("/"))
with open("/tmp/planted", "wb") as file:
    file.write(word)
say("control: found its own", f"worked {search('/tmp') == ['/tmp/planted']}")
os.unlink("/tmp/planted")
for path in PLACES:
    step("open", os.open, path, os.O_RDONLY)
"""

PROCESSES = """
found = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline", "maps", "mountinfo", "cgroup", "status", "comm", "limits", "net/unix", "mem"):
        try:
            if contains(f"/proc/{pid}/{name}"):
                found.append(f"{pid} {name}")
        except OSError:
            pass
say("found", found)
child = os.fork()
if child == 0:
    os.execve("/bin/sleep", ["sleep", "5"], {"PLANTED": word.decode()})
time.sleep(0.05)
say("control: found its own", f"worked {contains(f'/proc/{child}/environ')}")
os.kill(child, 9)
os.waitpid(child, 0)
say("environment", sorted(name for name in os.environ if name not in KNOWN))
say("own first environment", sorted(set(first()) - set(KNOWN)))
"""
FIRST_ENVIRONMENT = """
def first():
    import subprocess
    child = subprocess.run(["cat", "/proc/self/environ"], capture_output=True).stdout
    return [pair.partition(b"=")[0].decode() for pair in child.split(b"\\0") if pair]
KNOWN = ("PATH", "HOME", "LANG", "TZ", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "LC_CTYPE", "HOSTNAME")
"""

KERNEL = """
found = []
for place, folders, names in os.walk("/proc"):
    folders[:] = [name for name in folders if not name.isdigit() and name not in ("self", "thread-self")]
    for name in names:
        path = os.path.join(place, name)
        try:
            if name not in ("kmsg", "kpagecount", "kpageflags") and contains(path, 2**16):
                found.append(path)
        except OSError:
            pass
say("found", found)
names = [line.split()[-1] for line in open("/proc/partitions").read().splitlines()[2:]]
for name in [*names, "sda", "vda", "nvme0n1"]:
    step("disk", os.open, "/dev/" + name, os.O_RDONLY)
for line in open("/proc/self/mountinfo").read().splitlines():
    device = line.split()[2].split(":")
    step("disk by number", os.mknod, "/tmp/disk", 0o60600, os.makedev(int(device[0]), int(device[1])))
say("control: the kernel's files", f"worked {os.path.exists('/proc/version')}")
"""

USUAL = """
import glob
for path in ["/etc/shadow", "/etc/gshadow", "/root", "/root/.ssh/id_rsa", "/root/.docker/config.json", "/root/.netrc",
             "/root/.aws/credentials", "/root/.config/gh/hosts.yml", "/root/.bash_history", "/root/.pypirc",
             "/root/.git-credentials", "/etc/docker/key.json", "/var/run/secrets/kubernetes.io", "/run/secrets",
             "/var/lib/docker", "/var/lib/cloud/instance/user-data.txt", "/etc/ssh/ssh_host_rsa_key", "/etc/machine-id",
             "/etc/krb5.keytab", "/.env", "/workspace/.env", "/proc/kcore", "/boot/vmlinuz", "/etc/sudoers"]:
    step("usual place", lambda: os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1) or 1 / 0)
say("homes", glob.glob("/home/*") + glob.glob("/root/*"))
told = filter(os.path.exists, ("/etc/hosts", "/etc/resolv.conf", "/etc/hostname"))
text = "".join(open(path).read() for path in told)
say("host's name", HOST_NAME in text or HOST_NAME == socket.gethostname())
say("host's name servers", [word for word in NAME_SERVERS if word in text])
say("control: reads", f"worked {len(open('/etc/passwd').read()) > 0}")
"""


def searching(arena: Arena, attack: Attack) -> Seen:
    """In the shared room, with the word in two halves and where it was put."""
    return _clean(arena, shared(arena, replace(attack, code=_with_word(arena, attack.code))))


def _with_word(arena: Arena, code: str) -> str:
    word = arena.canary.word
    facts = {
        "FIRST": word[:20],
        "SECOND": word[20:],
        "PLACES": [str(path) for path in arena.canary.places],
        "HOST_NAME": arena.canary.host_name,
        "NAME_SERVERS": arena.canary.name_servers,
    }
    return "".join(f"{name} = {value!r}\n" for name, value in facts.items()) + SEARCH + code


def _clean(arena: Arena, seen: Seen) -> Seen:
    """And it must not stand in anything that the host was told either."""
    shown = [name for name, what in seen.items() if arena.canary.word in what]
    return {**seen, "shown": ", ".join(shown) or "nowhere"}


def in_what_comes_out(arena: Arena, attack: Attack) -> Seen:
    """All that a room gives back when everything goes wrong in it: texts, errors, files, reports, refusals."""
    said: list[str] = []
    with watched(arena) as seen, arena.fresh(files={"given.txt": File(b"x")}) as room:
        code = PRELUDE + attack.code
        for told in (room.execute(code), room.run(["python", "-c", code], on_report=said.append)):
            said += [told.stdout, told.stderr, told.error, repr(told.result)]
            seen.update({name: what for name, what in told_by(told).items() if name != "error"})
        said += [f"{path} {file.data!r}" for path, file in room.collect().items()]
        room.execute("os.symlink('/etc/passwd', '/workspace/link')")
        for use in (lambda: room.run(["/no/such/program"]), lambda: room.put({"../x": File(b"")}), room.collect):
            with pytest.raises(SandboxError) as refused:
                use()
            said.append(str(refused.value))
        said += [arena.sandbox.describe(), repr(room.limits)]
    seen["control: said"] = f"worked {len(said) > 12}"
    seen["shown"] = ", ".join(text[:80] for text in said if arena.canary.word in text) or "nowhere"
    return seen


EVERYTHING = f"""
import subprocess
print(os.environ.get({VARIABLE!r}), sorted(os.environ.items()))
print(subprocess.run("set; env; cat /proc/*/environ; ls -la / /tmp /run /root", shell=True, capture_output=True))
sys.stderr.write(str(os.environ))
with open("/workspace/all.txt", "w") as file:
    file.write(str(dict(os.environ)) + str(sys.path) + str(sys.argv))
step("control: wrote", os.stat, "/workspace/all.txt")
raise LookupError(str(dict(os.environ)))
"""

ATTACKS = (
    Attack(
        "files",
        "Searches every file that it can read for a word that stands in files all over the host.",
        FILES,
        each("found", r"\[\]")
        | each("open", ABSENT)
        | each("shown", "nowhere")
        | each("control: found its own", "worked True"),
        searching,
        seconds=60,
    ),
    Attack(
        "processes",
        "Searches every process's environment, arguments and memory for a word of the host's environment.",
        FIRST_ENVIRONMENT + PROCESSES,
        each("found; environment; own first environment", r"\[\]")
        | each("shown", "nowhere")
        | each("control: found its own", "worked True"),
        searching,
    ),
    Attack(
        "kernel and disks",
        "Searches the kernel's files, and opens the disks on which the word stands.",
        KERNEL,
        each("found", r"\[\]")
        | each("disk; disk by number", ABSENT)
        | each("shown", "nowhere")
        | each("control: the kernel's files", "worked True"),
        searching,
        seconds=60,
    ),
    Attack(
        "usual places",
        "Reads where machines keep keys and histories, and what tells whose machine it is.",
        USUAL,
        each("usual place", ABSENT)
        | each("homes; host's name servers", r"\[\]")
        | each("host's name", "False")
        | each("shown", "nowhere")
        | each("control: reads", "worked True"),
        searching,
    ),
    Attack(
        "what comes out",
        "Prints, raises, writes and reports whatever it can get, and makes the host complain.",
        EVERYTHING,
        each("shown", "nowhere") | each("control: wrote; control: said", "worked.*"),
        in_what_comes_out,
    ),
)
