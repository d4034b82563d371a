"""One run of pytest in a room, read from what our own reporter said as it happened."""

import secrets
from collections.abc import Sequence

from sandbox.layout import BOOT
from sandbox.room import Room
from sandbox.suite.pieces import Suite
from sandbox.suite.report import SuiteReport

#: These come after a repository's `addopts`, which therefore can't undo them.
OPTIONS = ("-p", "no:cacheprovider", "--color=no", "--maxfail=0", "--continue-on-collection-errors")


def run_pytest(
    room: Room,
    *,
    paths: Sequence[str] = (),
    args: Sequence[str] = (),
    seconds: float,
    collect_only: bool = False,
) -> SuiteReport:
    """Run pytest in the room's workspace.

    Args:
        room: a room that holds the files.
        paths: test files, folders or ids; empty means what pytest finds by itself.
        args: further arguments of pytest ("-m", "not slow").
        seconds: wall time, at most.
        collect_only: only find the tests.

    Returns:
        What happened. `finished` is True only when a regular end was told: not when the process left early,
        when a collected test has no result, when pytest's exit code contradicts the results, or when pytest
        refused to start because of its configuration (an unknown option); `text` holds what was printed.

        A known limit: the code under test runs in pytest's own process. Code that is written against this
        reporter can find it there, or change pytest itself, and have a false result told. What stands here
        protects from accidents and plain tricks; it is no proof against such code.

    Raises:
        SandboxError: pytest can't be started at all, or the room was gone before.
    """
    suite = Suite(secrets.token_hex(16))
    flags = [*args, *OPTIONS, *(["--collect-only", "-q"] if collect_only else [])]
    execution = room.run(
        [*BOOT, "pytest_session", *flags, *paths],
        seconds=seconds,
        environment={"PYTHONHASHSEED": "0"},
        stdin=suite.nonce + "\n",
        on_report=suite.add,
    )
    return suite.report(execution, complete=not collect_only)
