"""The programs of the host that make a room: bubblewrap, and what Debian's essential packages bring."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Self

from sandbox.room import SandboxError

#: The first one that can keep rooms from making user namespaces of their own.
OLDEST = (0, 8)
ADVICE = "install it (Debian, Ubuntu: apt install bubblewrap)"


@dataclass(frozen=True, slots=True)
class Programs:
    """Absolute paths, and bubblewrap's version ("0.8.0")."""

    bwrap: str
    setpriv: str
    timeout: str
    nsenter: str
    version: str

    @classmethod
    def find(cls) -> Self:
        """Those on this process's PATH. Raises SandboxError: one is missing or too old."""
        found = {name: shutil.which(name) for name in ("bwrap", "setpriv", "timeout", "nsenter")}
        if not found["bwrap"]:
            raise SandboxError(f"there is no bubblewrap: {ADVICE}")
        missing = [name for name, path in found.items() if not path]
        if missing:
            raise SandboxError(f"there is no {missing[0]}: install util-linux and coreutils")
        version = _version(found["bwrap"])
        return cls(**{name: str(path) for name, path in found.items()}, version=version)


def _version(bwrap: str) -> str:
    try:
        told = subprocess.run([bwrap, "--version"], capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError(f"bubblewrap can't be started: {error}") from error
    numbers = re.findall(r"\d+", told)
    if tuple(map(int, numbers[:2])) < OLDEST:
        raise SandboxError(f"bubblewrap {'.'.join(numbers)} is too old, 0.8 is needed: {ADVICE}")
    return ".".join(numbers)
