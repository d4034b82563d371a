"""The session: pytest with our own reporter, started so that a repository can't take the reporter away.

Runs inside the room. The reporter is given to pytest as an object, not by a name that `-p no:name` in a
repository's configuration could block: https://docs.pytest.org/en/stable/how-to/plugins.html
"""

import os
import sys
import sysconfig

import pytest

from sandbox.inside.reporter import Reporter


def main() -> None:
    """Run pytest with the arguments of the command line and leave with its exit code."""
    reporter = Reporter(os.fdopen(int(os.environ.pop("INTERN_REPORT_FD")), "wb"), os.environ.pop("INTERN_NONCE"))
    add_paths(os.environ.get("PYTHONPATH", ""))
    code = pytest.main(sys.argv[1:], plugins=[reporter])
    reporter.leave(int(code))
    sys.stdout.flush()
    sys.exit(int(code))


def add_paths(paths: str) -> None:
    """Make the workspace importable before installed packages, but after the standard library.

    So a repository's own package wins over an installed one, and its `types.py` breaks nothing.
    """
    site = sysconfig.get_path("purelib")
    at = sys.path.index(site) if site in sys.path else len(sys.path)
    sys.path[at:at] = [path for path in paths.split(os.pathsep) if path and path not in sys.path]
