"""Seeded: the session once more, with hashes from a seed, so that a run which depended on them can be repeated.

Runs inside the room. An isolated Python ignores PYTHONHASHSEED, so this starts one that isn't, without the paths of
the workspace: those would let the repository's files stand in for the standard library while Python starts.
https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED
"""

import os
import sys

from sandbox.inside import pytest_session

PATHS = "INTERN_PATHS"


def main() -> None:
    """Run pytest with the arguments of the command line, the first of which is the seed."""
    if sys.flags.isolated:
        environment = {**os.environ, "PYTHONHASHSEED": sys.argv[1], PATHS: os.environ.get("PYTHONPATH", "")}
        environment.pop("PYTHONPATH", None)
        again = [sys.executable, "-P", "-s", sys.argv[0], "seeded", *sys.argv[1:]]
        os.execve(sys.executable, again, environment)  # noqa: S606 - ourselves
    del sys.argv[1]
    os.environ["PYTHONPATH"] = os.environ.pop(PATHS)
    pytest_session.main()
