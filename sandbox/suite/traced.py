"""One run of pytest in a room with the lines that it runs, as coverage.py measures them."""

import secrets
from collections.abc import Sequence

from pydantic import ValidationError

from sandbox.room import Room
from sandbox.suite.report import SuiteReport
from sandbox.suite.run import run_pytest
from sandbox.suite.trace import Trace

LARGEST = 4 * 2**20


def run_traced(
    room: Room, files: Sequence[str], *, paths: Sequence[str], args: Sequence[str] = (), seconds: float
) -> tuple[SuiteReport, Trace | None]:
    """Run pytest in the room's workspace, and say which lines of these files it ran.

    What the code under test does to this measurement in its own process is not noticed: like a report, it is no
    proof against code that is written against it.

    Args:
        room: a room that holds the files.
        files: what is traced, relative to the workspace.
        paths: test files.
        args: further arguments of pytest.
        seconds: wall time, at most.

    Returns:
        The run, whose results are not to be compared with those of an untraced one, and what was measured; None
        when nothing was, or nothing that can be read.

    Raises:
        SandboxError: pytest can't be started at all, or the room was gone before.
    """
    target = f".intern-trace-{secrets.token_hex(8)}.json"
    program = ["coverage_session", target, str(len(files)), *files]
    report = run_pytest(room, paths=paths, args=args, seconds=seconds, workers=0, program=program)
    try:
        return report, Trace.model_validate_json(room.read(target, limit=LARGEST) or b"")
    except ValidationError:
        return report, None
