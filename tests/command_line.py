"""The `intern` command line as a process of its own, as people and machines run it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: What a command sees of this process's environment: how to find programs and the engine, no setting.
KEPT = ("PATH", "HOME", "LANG", "DOCKER_HOST", "TMPDIR", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it said on standard error."""
        return self.err.strip().splitlines()


def environment(**settings: str) -> dict[str, str]:
    """These settings, and nothing else that would be one."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **settings}


def intern(
    *arguments: str | Path, settings: Mapping[str, str] | None = None, cwd: Path | None = None, seconds: float = 240
) -> Ran:
    """Run `intern` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        env=environment(**(settings or {})),
        cwd=cwd or ROOT.parent,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def refused(ran: Ran, *words: str) -> str:
    """The one line of a command that refused: what is wrong and what to do."""
    assert ran.code == 2, ran.err
    assert len(ran.lines) == 1, ran.err
    for word in words:
        assert word in ran.err
    return ran.lines[0]
