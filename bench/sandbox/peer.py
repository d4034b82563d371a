"""A peer: somebody else's interpreter, measured by a small program of ours in a process of its own.

The program writes the seconds of its start to its first statement, as a line of JSON; then for each line with a
number on its standard input a list of the seconds of so many statements.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

HOME = Path(__file__).parents[2]
PROGRAMS = "bench.sandbox.peers"
PATIENCE = 10


class Unmeasurable(Exception):
    """The peer can't be measured here; the message says why, in one line."""


class Peer:
    """A running program.

    Attributes:
        start: seconds from nothing to the end of the first statement.
    """

    def __init__(self, process: "subprocess.Popen[str]", errors: IO[str]) -> None:
        self._process, self._errors = process, errors
        self.start = float(self._line())

    def burst(self, count: int) -> list[float]:
        """Seconds of each of so many statements."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101  (it was asked for)
        stdin.write(f"{count}\n")
        stdin.flush()
        return [float(seconds) for seconds in self._line()]

    def _line(self) -> Any:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101  (it was asked for)
        line = stdout.readline()
        if not line:
            self._process.wait(PATIENCE)
            self._errors.seek(0)
            raise Unmeasurable(reason(self._errors.read()))
        return json.loads(line)


@contextmanager
def peer(python: Path | str, program: str, environment: Mapping[str, str]) -> Iterator[Peer]:
    """A peer.

    Args:
        python: which has what the program imports.
        program: its name in `bench.sandbox.peers`, and its arguments.
        environment: its variables.

    Raises:
        Unmeasurable: it does not start.
    """
    name, *arguments = program.split()
    argv = [str(python), "-m", f"{PROGRAMS}.{name}", *arguments]
    with tempfile.TemporaryFile("w+", prefix="intern-bench-", errors="replace") as errors:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**environment, "PYTHONPATH": str(HOME)},
        )
        try:
            yield Peer(process, errors)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    """Close its input, which ends it; kill it when it does not."""
    try:
        process.communicate(timeout=PATIENCE)
    except (subprocess.TimeoutExpired, OSError):
        process.kill()
        process.communicate()


def reason(said: str) -> str:
    """The line of what a program said that tells most: one that begins with "error", else the last that has one."""
    lines = [line for line in (re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in said.splitlines()) if line]
    plain = [line for line in lines if line.lower().startswith("error")]
    telling = plain or [line for line in lines if "rror" in line]
    return (telling or lines or ["it said nothing"])[-1][:200]
