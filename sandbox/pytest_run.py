"""One run of pytest in a room, read from what our own reporter said as it happened."""

import secrets
from collections.abc import Sequence

from sandbox.profile import PYTHON, TOOLS
from sandbox.report import SuiteReport
from sandbox.room import Room
from sandbox.suite import Suite

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
        What happened. `finished` is True only when our reporter saw pytest's regular end: not when the
        process was ended from within, when a collected test has no result, or when pytest refused to start
        because of its configuration (an unknown option); `text` says why.

    Raises:
        SandboxError: pytest can't be started at all, or the room was gone before.
    """
    suite = Suite(secrets.token_hex(16))
    flags = [*args, *OPTIONS, *(["--collect-only", "-q"] if collect_only else [])]
    execution = room.run(
        [PYTHON, "-I", f"{TOOLS}/sandbox/inside/boot.py", "pytest_session", *flags, *paths],
        seconds=seconds,
        environment={"INTERN_NONCE": suite.nonce, "PYTHONHASHSEED": "0"},
        on_report=suite.add,
    )
    return suite.report(execution, complete=not collect_only)
