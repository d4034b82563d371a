"""Environments: poison in caches, dot files and variables, for whoever runs later in the room or in another one."""

from contextlib import suppress

from sandbox.agent_room import AgentRoom
from sandbox.files import File
from sandbox.room import SandboxError
from sandbox.suite.run import run_pytest
from tests.redteam.arena import Arena, watched
from tests.redteam.attack import Attack, Seen, each
from tests.redteam.steps import ABSENT, PRELUDE, told_by
from tests.redteam.suites import claim

FILES = {
    "pkg/__init__.py": File(b""),
    "pkg/mod.py": File(b"VALUE = 1\n"),
    "test_a.py": File(b"from pkg.mod import VALUE\n\n\ndef test_it():\n    assert VALUE == 1\n"),
    "test_b.py": File(b"def test_it():\n    assert 1 == 2\n"),
}
HONEST = "test_a passed, test_b failed"

MARKED = "/tmp/marks"  # noqa: S108 - in the room
#: Leaves a mark wherever it runs; the mark names the place and the program.
POISON = """
import glob
series = "python%d.%d" % sys.version_info[:2]
def poison(place):
    return f"import sys; open('/tmp/marks', 'a').write({place!r} + ' ' + ' '.join(sys.argv) + chr(10))\\n"
def plant(path, text=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(poison(path) if text is None else text)
    os.chmod(path, 0o755)
"""

START = """
site = f"/tmp/.local/lib/{series}/site-packages"
for folder in ("/workspace", "/workspace/src", site, "/tmp"):
    for name in ("sitecustomize.py", "usercustomize.py", "poison.pth", "_virtualenv.py", "distutils-precedence.pth"):
        plant(f"{folder}/{name}")
for name in (".pythonrc.py", ".pdbrc", ".pythonstartup", ".config/pip/pip.conf", ".pip/pip.conf", ".pypirc"):
    plant("/tmp/" + name)
for name in (".bashrc", ".profile", ".bash_profile", ".shrc", ".config/sh/rc", ".inputrc", ".gitconfig"):
    plant("/tmp/" + name, "touch /tmp/marks\\n")
for name in ("sandbox/__init__.py", "sandbox/inside/__init__.py", "sandbox/inside/pytest_session.py", "pytest.py",
             "_pytest/__init__.py", "pluggy/__init__.py", "pip/__init__.py", "venv/__init__.py", "tarfile.py"):
    plant("/workspace/" + name)
packages = f"/opt/py/lib/{series}/site-packages"
for path in (packages + "/poison.pth", packages + "/sitecustomize.py", "/opt/py/pyvenv.cfg", "/opt/env/poison.pth",
             "/opt/env/sitecustomize.py", "/opt/intern/sandbox/x.py",
             f"/usr/lib/{series}/sitecustomize.py", "/usr/local/bin/tar", "/opt/py/bin/tar", "/opt/env/bin/tar",
             "/etc/ld.so.preload", "/etc/profile.d/x.sh", "/etc/pip.conf", "/conftest.py"):
    step("plant", plant, path)
say("control: planted", f"worked {len(glob.glob('/workspace/**', recursive=True))}")
"""

LIBRARY = """
for name in ("os", "json", "encodings", "subprocess", "importlib", "select", "time", "base64", "contextlib", "signal"):
    plant(f"/workspace/{name}.py" if name != "encodings" else "/workspace/encodings/__init__.py")
say("control: planted", "worked")
"""

COMPILED = """
import importlib.util, marshal, py_compile
tag = sys.implementation.cache_tag
def compiled(source, name, text, flags):
    status = os.stat(source)
    code = marshal.dumps(compile(text, source, "exec"))
    head = importlib.util.MAGIC_NUMBER + struct.pack("<III", flags, int(status.st_mtime), status.st_size & 0xFFFFFFFF)
    folder = os.path.join(os.path.dirname(source), "__pycache__")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(head + code)
import importlib.metadata
version = importlib.metadata.version("pytest")
compiled("/workspace/test_b.py", f"test_b.{tag}-pytest-{version}.pyc", "def test_it(): pass", 0)
compiled("/workspace/pkg/mod.py", f"mod.{tag}.pyc", "VALUE = 2", 0)
compiled("/workspace/pkg/__init__.py", f"__init__.{tag}.pyc", "import sys; sys.poisoned = True", 1)
os.chmod("/workspace/__pycache__", 0o111)
os.system("mv /workspace/pkg/__pycache__ /tmp/cache")
os.symlink("/tmp/cache", "/workspace/pkg/__pycache__")
import subprocess
said = subprocess.run([sys.executable, "-c", "import pkg.mod; print(pkg.mod.VALUE)"], capture_output=True, text=True)
say("control: poisoned", f"worked {said.stdout.strip()}")
"""

VARIABLES = """
for name, value in dict(LD_PRELOAD="/tmp/x.so", LD_LIBRARY_PATH="/tmp", PYTHONPATH="/tmp/poison", PYTHONHOME="/tmp",
                        PYTHONSTARTUP="/tmp/x.py", PYTEST_ADDOPTS="--collect-only", PYTEST_PLUGINS="poison",
                        TAR_OPTIONS="--checkpoint=1 --checkpoint-action=exec=/tmp/evil", PATH="/tmp/bin:/usr/bin:/bin",
                        BASH_ENV="/tmp/evil", ENV="/tmp/evil", PIP_INDEX_URL="http://127.0.0.1", TMPDIR="/nowhere",
                        PYTHONINSPECT="1", PYTHONWARNINGS="error", LC_ALL="xx", HOME="/nowhere").items():
    os.environ[name] = value
    libc.setenv(name.encode(), value.encode(), 1)
for name in ("tar", "python", "sh", "env"):
    plant("/tmp/bin/" + name, "#!/bin/sh\\necho bin >> /tmp/marks\\n")
    plant("/workspace/" + name, "#!/bin/sh\\necho workspace >> /tmp/marks\\n")
plant("/tmp/evil", "#!/bin/sh\\necho evil >> /tmp/marks\\n")
import subprocess
subprocess.run(["tar", "--version"])
say("control: poisoned", f"worked {os.path.exists('/tmp/marks')}")
"""

MARKS = "import os\nprint(open('/tmp/marks').read() if os.path.exists('/tmp/marks') else '', end='')"
INVENTORY = """
import hashlib
total = hashlib.sha256()
for top in ("/opt", "/etc", "/tmp", "/workspace", "/dev/shm"):
    for place, folders, names in os.walk(top):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if not os.path.islink(path) and os.path.isfile(path) and path not in ("/etc/hostname", "/etc/hosts"):
                try:
                    total.update(path.encode() + b"\\0" + open(path, "rb").read())
                except OSError:
                    pass
say("inventory", total.hexdigest())
"""


def poisoned(arena: Arena, attack: Attack) -> Seen:
    """Our programs run where the poison is: our agent's own work, and our pytest."""
    with watched(arena) as seen, arena.fresh(files=FILES) as room:
        seen.update(told_by(room.execute(PRELUDE + POISON + attack.code)))
        ran = room.run(["python", "-c", "import base64"])
        reached = ran.exit_code != 0 or room.run(["cat", MARKED]).stdout
        seen["control: reaches the repository's programs"] = "worked" if reached else "not"
        room.run(["rm", "-f", MARKED])
        _work(room)
        seen["suite"] = _suite(room)
        marks = room.run(["/opt/py/bin/python", "-I", "-c", MARKS]).stdout
        seen["marks"] = ", ".join(sorted(set(marks.splitlines()))) or "none"
    return seen


def _work(room: AgentRoom) -> None:
    room.put({"more.txt": File(b"more")})
    assert room.read("more.txt") == b"more"
    with suppress(SandboxError):  # what the attack left may be refused
        assert room.collect()["more.txt"].data == b"more"
    room.remove(["more.txt"])


def _suite(room: AgentRoom) -> str:
    found = {}
    for name in ("test_a", "test_b"):
        found[name] = claim(run_pytest(room, paths=[f"{name}.py"], seconds=20))
    return ", ".join(f"{name} {what}" for name, what in found.items())


def elsewhere(arena: Arena, attack: Attack) -> Seen:
    """A room that is opened afterwards is the same, byte for byte, as one that was opened before."""
    with watched(arena) as seen:
        with arena.fresh(files=FILES) as room:
            before = told_by(room.execute(PRELUDE + INVENTORY))["inventory"]
            seen.update(told_by(room.execute(PRELUDE + POISON + attack.code)))
            changed = told_by(room.execute(PRELUDE + INVENTORY))["inventory"]
        with arena.fresh(files=FILES) as room:
            after = told_by(room.execute(PRELUDE + INVENTORY))["inventory"]
    seen["control: inventory"] = "worked" if changed != before else "it does not notice"
    seen["another room"] = "the same" if after == before else "another one"
    return seen


ATTACKS = (
    Attack(
        "start-up files",
        "Plants what Python, pip and shells read when they start, and modules with the names of our own.",
        START,
        each("plant", ABSENT)
        | each("marks", "none")
        | each("suite", HONEST)
        | each("control: planted; control: reaches the repository's programs", "worked.*"),
        poisoned,
    ),
    Attack(
        "names of the library",
        "Plants modules with the names of those that our programs import.",
        LIBRARY,
        each("marks", "none")
        | each("suite", HONEST)
        | each("control: planted; control: reaches the repository's programs", "worked.*"),
        poisoned,
    ),
    Attack(
        "compiled files",
        "Plants compiled files whose sources say something else.",
        COMPILED,
        each("marks", "none") | each("suite", HONEST) | each("control: poisoned", "worked 2"),
        poisoned,
    ),
    Attack(
        "variables and programs",
        "Sets every variable that changes how programs run, and has programs with the names of ours in its path.",
        VARIABLES,
        each("marks", "none") | each("suite", HONEST) | each("control: poisoned", "worked True"),
        poisoned,
    ),
    Attack(
        "another room",
        "Plants all of it, and is gone before another room is opened.",
        START + COMPILED,
        each("plant", ABSENT)
        | each("another room", "the same")
        | each("control: planted; control: poisoned; control: inventory", "worked.*"),
        elsewhere,
    ),
)
