"""The session: pytest with our own reporter, started so that a repository's settings can't take it away.

Runs inside the room. The reporter is given to pytest as objects, not by a name that `-p no:name` in a
repository's configuration could block: https://docs.pytest.org/en/stable/how-to/plugins.html
"""

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.inside.reporter import Hooks, open_report, reporter


def main() -> None:
    """Run pytest with the arguments of the command line and leave with its exit code."""
    codes: list[int] = []
    with reporting(codes) as plugins:
        add_paths(os.environ.get("PYTHONPATH", ""))
        codes.append(int(pytest.main(sys.argv[1:], plugins=plugins)))
    sys.stdout.flush()
    sys.exit(codes[-1])


@contextmanager
def reporting(codes: list[int]) -> Iterator[list[Hooks]]:
    """The reporter for a run; tells its end with the last code when the block is left without an exception.

    Suspended, a generator's frame is on nobody's stack: what it holds is no local of a caller of the tests.
    """
    tell = open_report(*read_secrets())
    yield reporter(tell)
    tell("end", code=codes[-1])


def read_secrets() -> tuple[int, str]:
    """The report pipe's descriptor and the nonce, from standard input, which is empty from then on."""
    with os.fdopen(0, "r", encoding="ascii") as stdin:
        number, nonce = stdin.read().split()
    nothing = os.open(os.devnull, os.O_RDONLY)  # the lowest free number: 0 again
    os.set_inheritable(nothing, True)
    sys.stdin = os.fdopen(nothing, encoding="utf-8")
    return int(number), nonce


def add_paths(paths: str) -> None:
    """Make the workspace importable before installed packages, but after the standard library.

    So a repository's own package wins over an installed one, and its `types.py` breaks nothing.
    """
    site = sysconfig.get_path("purelib")
    at = sys.path.index(site) if site in sys.path else len(sys.path)
    sys.path[at:at] = [path for path in paths.split(os.pathsep) if path and path not in sys.path]
