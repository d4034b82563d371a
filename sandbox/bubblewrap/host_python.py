"""The host's Python that rooms run: the distribution's own where it will do, else the one that runs this."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.room import SandboxError

SYSTEM = Path("/usr/bin/python3")
OLDEST = (3, 11)
#: Prints what must be known of a Python, and fails where its standard library is not whole.
PROBE = """
import ctypes, hashlib, json, multiprocessing, os, ssl, sys, tarfile, unittest
print(json.dumps([sys.version_info[:3], sys.base_prefix, os.path.realpath(sys._base_executable)]))
"""
PROBE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class HostPython:
    """A Python of this machine.

    Attributes:
        executable: where it lies.
        prefix: the folder with its standard library.
        version: "3.11.2".
    """

    executable: Path
    prefix: Path
    version: str

    @property
    def series(self) -> str:
        """Its minor version, "3.11"."""
        return self.version.rpartition(".")[0]

    @property
    def is_systems(self) -> bool:
        """Whether it is part of the system's own folder, which every room sees."""
        return self.prefix == Path("/usr")

    def is_open(self) -> bool:
        """Whether every user may reach and read it."""
        library = self.prefix / "lib" / f"python{self.series}" / "os.py"
        if not library.stat().st_mode & stat.S_IROTH:
            return False
        return all(place.stat().st_mode & stat.S_IXOTH for place in (self.executable, *library.parents))

    def key(self) -> str:
        """Changes whenever it is installed anew."""
        found = self.executable.stat()
        told = f"{self.executable} {self.prefix} {self.version} {found.st_size} {found.st_mtime_ns}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def copy(self, target: Path) -> None:
        """Copy it, without its tests and without packages that somebody installed."""
        left_out = shutil.ignore_patterns("test", "idlelib", "*.a", "share")
        shutil.copytree(self.prefix, target, symlinks=True, ignore=_or_packages(left_out), dirs_exist_ok=True)


def _or_packages(left_out: Callable[[str, list[str]], set[str]]) -> Callable[[str, list[str]], set[str]]:
    """Leave out what lies in `site-packages`, but not the folder."""
    return lambda folder, names: set(names) if Path(folder).name == "site-packages" else left_out(folder, names)


def find_python(wanted: Path | None = None) -> HostPython:
    """The Python for rooms.

    Args:
        wanted: this one and no other.

    Raises:
        SandboxError: none is new enough and whole.
    """
    own = Path(os.path.realpath(sys._base_executable))  # type: ignore[attr-defined]
    for executable in (wanted,) if wanted else (SYSTEM, own):
        found = probe(executable)
        if found is not None:
            return found
    oldest = ".".join(map(str, OLDEST))
    raise SandboxError(f"no Python {oldest} or later for rooms: install one (Debian, Ubuntu: apt install python3)")


def probe(executable: Path) -> HostPython | None:
    """What a Python says of itself; None when it is too old, not whole, or not there."""
    try:
        told = subprocess.run(
            [executable, "-I", "-c", PROBE], capture_output=True, check=False, timeout=PROBE_SECONDS, env={}, cwd="/"
        )
        version, prefix, place = json.loads(told.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    if tuple(version[:2]) < OLDEST:
        return None
    return HostPython(Path(place), Path(prefix), ".".join(map(str, version)))
