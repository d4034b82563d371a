"""The traced session: pytest with coverage.py around it, for chosen files. Runs inside the room.

The repository's own configuration of coverage is not read, and its plugin for pytest is switched off: two that
trace disturb each other. What was measured is written when pytest has ended; code that ends the process before
leaves no measurement. https://coverage.readthedocs.io/en/stable/api_coverage.html
"""

import json
import os
import sys
from typing import Any

import coverage

from sandbox.inside import pytest_session

DATA = "/tmp/.intern-coverage"  # noqa: S108 - the room's own

#: Lines that no test runs and nobody misses. "pragma: no cover" is not among them: a patch could hide behind it.
IGNORED = r"if (typing\.)?TYPE_CHECKING:"


def main() -> None:
    """Run pytest; the arguments are the result's file, how many files are traced, these files, then pytest's own."""
    target, count = sys.argv[1], int(sys.argv[2])
    files = sys.argv[3 : 3 + count]
    sys.argv[1 : 3 + count] = ["--no-cov"]
    measured = tracer(files)
    measured.start()
    traces = sys.gettrace()
    try:
        pytest_session.main()
    finally:
        disturbed = sys.gettrace() is not traces
        measured.stop()
        measured.save()
        measured.combine()
        write(target, {"disturbed": disturbed, "files": {path: lines(measured, path) for path in files}})


def tracer(files: list[str]) -> coverage.Coverage:
    """Coverage by lines and branches of these files, in child processes, too."""
    # An empty configuration: without any, coverage.py does not follow child processes.
    made = coverage.Coverage(
        data_file=DATA, data_suffix=True, branch=True, config_file=os.devnull, include=files, messages=False
    )
    made.set_option("run:core", "pytrace")  # the same on every Python
    made.set_option("run:patch", ["subprocess"])
    made.set_option("run:disable_warnings", ["no-data-collected", "module-not-imported", "trace-changed"])
    made.clear_exclude("exclude")
    made.clear_exclude("partial")
    made.exclude(IGNORED)
    return made


def lines(measured: coverage.Coverage, path: str) -> dict[str, Any] | None:
    """Lines with code, those that did not run, and of forks how many ways there are and how many were gone."""
    try:
        _, statements, _, missing, _ = measured.analysis2(path)
        ways = measured.branch_stats(path)
    except coverage.CoverageException:
        return None
    return {"lines": statements, "missing": missing, "ways": [[line, *both] for line, both in sorted(ways.items())]}


def write(target: str, content: dict[str, Any]) -> None:
    """Write the result."""
    with open(target, "w", encoding="ascii") as file:  # noqa: PTH123 - nothing of ours needs pathlib here
        json.dump(content, file)
