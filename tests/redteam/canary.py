"""The canary: secrets that the host has all over the place, and that no room may ever show."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

VARIABLE = "INTERN_CANARY_TOKEN"


class Canary:
    """A random word, where it was put, and what else of this machine nobody needs to know."""

    def __init__(self) -> None:
        self.word = f"canary{secrets.token_hex(16)}"
        self.places: list[Path] = []
        self.host_name = socket.gethostname()
        lines = Path("/etc/resolv.conf").read_text().splitlines() if Path("/etc/resolv.conf").exists() else []
        words = {
            word for line in lines if line.startswith(("nameserver", "search", "domain")) for word in line.split()[1:]
        }
        self.name_servers = sorted(words - {"127.0.0.1", "."})

    def plant(self, held: ExitStack) -> None:
        """Into this process's environment and files beside it; taken away when `held` is closed."""
        held.enter_context(_variable(self.word))
        beside = (Path.home(), Path("/tmp"), Path("/run"), Path("/var/lib"), Path("/usr/local"))  # noqa: S108
        for folder in beside:
            path = folder / f".code-intern-redteam-{os.getpid()}"
            try:
                path.write_text(self.word)
                path.chmod(0o644)  # whoever sees the file may read it: what hides it is that nobody sees it
            except OSError:
                continue
            held.callback(path.unlink, missing_ok=True)
            self.places.append(path)


@contextmanager
def _variable(word: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, word)
        yield
