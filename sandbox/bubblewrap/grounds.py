"""The grounds: what environments stand on here, which is this machine itself with one of its Pythons."""

import hashlib
import json
import os
import platform
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.specifiers import SpecifierSet

from sandbox.bubblewrap.host_python import HostPython, probe
from sandbox.bubblewrap.root import Root
from sandbox.environment.store import Ground, Say
from sandbox.room import SandboxError

FOLDERS = ("/usr/bin", "/usr/local/bin")
NAME = re.compile(r"python3\.\d+")


class Grounds:
    """Finds and keeps the roots for this machine's Pythons. Close it.

    Args:
        usual: the root of rooms that ask for nothing.
        cache: where roots are made.
    """

    def __init__(self, usual: Root, cache: Path) -> None:
        self._usual, self._cache = usual, cache
        self._roots = {usual.python.executable: usual}
        self._lock = threading.Lock()

    def find(self, python: str, debian: Sequence[str], say: Say) -> Ground:
        """See `Store.ground`."""
        root = self.root(self._choose(python).executable, say)
        packages = installed(debian)
        told = json.dumps([root.key, platform.machine(), packages])
        key = f"{hashlib.sha256(told.encode()).hexdigest()[:16]}:{root.python.executable}"
        # What the machine has, every room has.
        return Ground(key, root is self._usual, root.python.version)

    def root(self, executable: Path, say: Say = lambda _: None) -> Root:
        """The root with this Python, made when it is missing. Raises SandboxError: there is no such Python."""
        with self._lock:
            if executable not in self._roots:
                python = probe(executable)
                if python is None:
                    raise SandboxError(f"the Python {executable} is gone: install it again")
                self._roots[executable] = Root(python, self._cache, say)
            return self._roots[executable]

    def close(self) -> None:
        """Let the roots go."""
        with self._lock:
            for root in self._roots.values():
                root.close()

    def _choose(self, wanted: str) -> HostPython:
        """The usual Python where it will do, else the newest one that does."""
        specifier = SpecifierSet(wanted)
        if specifier.contains(self._usual.python.version):
            return self._usual.python
        found = {python.version: python for python in pythons()}
        fitting = list(specifier.filter(sorted(found, key=_parts, reverse=True)))
        if not fitting:
            there = ", ".join(sorted({self._usual.python.version, *found}, key=_parts))
            raise SandboxError(
                f"no Python that fits {wanted!r}: here are {there}. Install one, or use the Docker driver"
            )
        return found[fitting[0]]


def pythons() -> Iterator[HostPython]:
    """The Pythons that are installed on this machine."""
    for folder in filter(os.path.isdir, FOLDERS):
        for path in Path(folder).iterdir():
            if NAME.fullmatch(path.name) and (found := probe(path)):
                yield found


def installed(debian: Sequence[str]) -> dict[str, str]:
    """Versions of Debian packages that this machine has; nothing is installed for a repository's sake.

    Raises:
        SandboxError: one is missing; the message says what to do.
    """
    found: dict[str, str] = {}
    for name in debian:
        try:
            asked = subprocess.run(
                ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "--", name],
                capture_output=True,
                text=True,
                check=False,
            ).stdout.split()
        except OSError:
            asked = []
        if asked[:1] != ["installed"]:
            raise SandboxError(
                f"this machine has no Debian package {name}: install it (apt install {name}), or use the Docker driver"
            )
        found[name] = asked[1]
    return found


def _parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
