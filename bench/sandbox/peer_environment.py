"""The peers' environment: a throw-away virtual environment with what `peers.txt` pins, never the project's own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.sandbox.peer import Unmeasurable, reason

PINS = Path(__file__).with_name("peers.txt")
INSTALL_SECONDS = 600


@dataclass(frozen=True)
class PeerEnvironment:
    """Where peers are installed; `trouble` is why they are not."""

    folder: Path
    trouble: str = ""

    @property
    def python(self) -> Path:
        """The environment's own. Raises Unmeasurable: nothing could be installed."""
        if self.trouble:
            raise Unmeasurable(self.trouble)
        return self.folder / "bin" / "python"

    @property
    def variables(self) -> dict[str, str]:
        """This process's variables, with the environment's programs first, and a cache that goes with it."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {**os.environ, "PATH": path, "DENO_DIR": str(self.folder / "deno")}


@contextmanager
def peer_environment(wanted: bool) -> Iterator[PeerEnvironment]:
    """An environment, if it is wanted; one line of trouble where it isn't or can't be made."""
    with tempfile.TemporaryDirectory(prefix="intern-bench-") as folder:
        yield PeerEnvironment(Path(folder), _install(Path(folder)) if wanted else "ask for it with --peers")


def _install(folder: Path) -> str:
    """What went wrong, in one line."""
    python = str(folder / "bin" / "python")
    steps = (
        [sys.executable, "-m", "venv", str(folder)],
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(PINS)],
    )
    for argv in steps:
        try:
            done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            return reason(str(error))
        if done.returncode != 0:
            return reason(done.stderr)
    return ""
