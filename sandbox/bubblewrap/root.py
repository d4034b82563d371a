"""The root: the folder that becomes a room's root, with pytest and our programs in it, and nothing of the host's.

The rest are empty places for what is mounted there. Nothing of a package runs while it is made.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from sandbox.bubblewrap.cache import alone, hold, making
from sandbox.bubblewrap.command import CODE_USER, Mount
from sandbox.bubblewrap.host_python import HostPython
from sandbox.host_pip import pip_command
from sandbox.layout import DEPENDENCIES, GATE, PROJECT, PYTHON, TOOLS, WORKSPACE
from sandbox.room import SandboxError

PACKAGE = Path(__file__).parents[1]
PINS = PACKAGE / "image" / "requirements.txt"
PIP_SECONDS = 600

#: Folders of the system: links into /usr on most machines, folders of their own on old ones.
SYSTEM = ("bin", "sbin", "lib", "lib64")
FILES = {
    "etc/passwd": f"room:x:{CODE_USER}:{CODE_USER}::/tmp:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
    "etc/group": f"room:x:{CODE_USER}:\nnogroup:x:65534:\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "etc/ld.so.cache": "",
    GATE[1:]: "",
    "sys/fs/cgroup/memory.events": "",
    "sys/fs/cgroup/memory/memory.oom_control": "",
}
FOLDERS = ("usr", "proc", "dev", "tmp", "etc/alternatives", WORKSPACE[1:], DEPENDENCIES[1:], PROJECT[1:])

Say = Callable[[str], None]


class Root:
    """A room's root for one Python, made when it is missing, which takes some seconds. Close it.

    Attributes:
        folder: the root.
        mounts: what of the host every room sees in it.
        python: the Python.
        key: changes whenever anything of it does.

    Raises:
        SandboxError: it can't be made.
    """

    def __init__(self, python: HostPython, cache: Path, say: Say = lambda _: None) -> None:
        self.python = python
        self.key = _digest(python)
        self.folder = cache / "roots" / self.key
        copy = None if python.is_open() else cache / "pythons" / python.key()
        self.mounts = _mounts(python, copy, self.folder / DEPENDENCIES[1:])
        self._held: list[int] = []
        try:
            if copy is not None:
                self._hold(copy, python.copy, f"copying Python {python.version} for rooms", say)
            self._hold(self.folder, lambda folder: _fill(folder, python), "laying out the root of rooms", say)
        except OSError as error:
            raise SandboxError(f"the root of rooms can't be laid out in {cache}: {error}") from error

    def close(self) -> None:
        """Let it be removed when it is not used for long."""
        while self._held:
            os.close(self._held.pop())

    def _hold(self, place: Path, make: Callable[[Path], None], what: str, say: Say) -> None:
        """Make a folder when it is missing, and keep it."""
        with alone(place.parents[1]):  # another process may be making the very same
            if not place.exists():
                say(what)
                with making(place) as folder:
                    make(folder)
            self._held.append(hold(place))
        os.utime(place)


def _digest(python: HostPython) -> str:
    parts = [path.read_bytes().hex() for path in (Path(__file__), PINS, *_ours())]
    return hashlib.sha256(json.dumps([python.key(), *parts]).encode()).hexdigest()[:16]


def _ours() -> list[Path]:
    return [PACKAGE / "__init__.py", *sorted((PACKAGE / "inside").glob("*.py"))]


def _mounts(python: HostPython, copy: Path | None, nothing: Path) -> tuple[Mount, ...]:
    """What of the host is seen, in this order; where it is not to be seen, an empty folder lies over it."""
    found = [Mount(Path("/usr"), "/usr")]
    found += [Mount(Path("/", name), f"/{name}") for name in SYSTEM if _is_folder(Path("/", name))]
    found += [Mount(path, str(path)) for path in (Path("/etc/ld.so.cache"), Path("/etc/alternatives")) if path.exists()]
    # What the operator installed by hand is not the room's business, unless its Python is part of it.
    if Path("/usr/local").is_dir() and Path("/usr/local") not in (python.prefix, *python.prefix.parents):
        found.append(Mount(nothing, "/usr/local"))
    if not python.is_systems:
        found.append(Mount(copy or python.prefix, str(python.prefix)))
        packages = python.prefix / "lib" / f"python{python.series}" / "site-packages"
        found += [Mount(nothing, str(packages))] if packages.is_dir() else []
    return tuple(found)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _fill(root: Path, python: HostPython) -> None:
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name in SYSTEM:
        system = Path("/", name)
        if system.is_symlink():
            (root / name).symlink_to(system.readlink())
        elif system.is_dir():
            (root / name).mkdir()
    if not python.is_systems:
        (root / str(python.prefix)[1:]).mkdir(parents=True, exist_ok=True)
    for path in _ours():
        target = root / TOOLS[1:] / "sandbox" / path.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    _make_environment(root / PYTHON[1:], python)
    _compile(root, python)


def _make_environment(executable: Path, python: HostPython) -> None:
    """What `venv` makes, https://docs.python.org/3/library/venv.html, without running anything."""
    folder, site = executable.parents[1], executable.parents[1] / "lib" / f"python{python.series}" / "site-packages"
    executable.parent.mkdir(parents=True)
    site.parent.mkdir(parents=True)
    for name in ("python", "python3", f"python{python.series}"):
        (executable.parent / name).symlink_to(python.executable)
    (folder / "pyvenv.cfg").write_text(
        f"home = {python.executable.parent}\ninclude-system-site-packages = false\nversion = {python.version}\n"
    )
    _install(site, python)
    for script in (site / "bin").iterdir():
        data = script.read_bytes()
        if data.startswith(b"#!"):
            data = f"#!{PYTHON}\n".encode() + data.partition(b"\n")[2]
        (executable.parent / script.name).write_bytes(data)
        (executable.parent / script.name).chmod(0o755)
    shutil.rmtree(site / "bin")


def _install(site: Path, python: HostPython) -> None:
    """The pinned packages: wheels only, so that nothing of theirs runs on the host."""
    options = [
        *("--target", str(site), "--python-version", python.series, "--implementation", "cp"),
        *("--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile", "--no-input", "-q"),
        *("--disable-pip-version-check", "-r", str(PINS)),
    ]
    with tempfile.TemporaryDirectory(prefix="code-intern-") as passing:
        pip = pip_command(Path(passing))
        try:
            done = subprocess.run(
                [*pip, "install", *options], capture_output=True, text=True, check=False, timeout=PIP_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise SandboxError("pip can't fetch pytest for rooms in time: check `pip config list`") from None
    if done.returncode != 0:
        said = next((line for line in done.stderr.splitlines() if line.startswith("ERROR")), "no package index")
        raise SandboxError(f"pip can't fetch pytest for rooms: {said}; check `pip config list`")


def _compile(root: Path, python: HostPython) -> None:
    """Byte code for the Python that will read it; one that can't be compiled is compiled at each start."""
    folders = [str(root / folder) for folder in ("opt/py/lib", TOOLS[1:])]
    subprocess.run(
        [python.executable, "-I", "-m", "compileall", "-q", "-s", str(root), "-p", "/", *folders],
        capture_output=True,
        check=False,
        timeout=PIP_SECONDS,
        env={},
    )
