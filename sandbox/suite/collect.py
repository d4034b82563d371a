"""Collection: which tests there are, found out in a room of its own before anything of them has run."""

from collections.abc import Sequence

from sandbox.room import Room
from sandbox.suite.report import Collection
from sandbox.suite.session import run_session


def collect(room: Room, *, paths: Sequence[str] = (), args: Sequence[str] = (), seconds: float) -> Collection:
    """Find the tests in the room's workspace; test files are imported, and no test runs.

    Expected ids come from a fresh room, so that nothing that an earlier run left behind says what there is.

    Args:
        room: a room that holds the files.
        paths: test files, folders or ids; empty means what pytest finds by itself.
        args: further arguments of pytest ("-m", "not slow").
        seconds: wall time, at most.

    Returns:
        The ids in pytest's order and the files that can't be collected, both bounded in number and length.

    Raises:
        SandboxError: pytest can't be started at all, or the room was gone before.
    """
    # Quiet, because the list that pytest would print is what the report says already.
    suite, execution = run_session(room, ["-qqq", *args, *paths], seconds=seconds, collect_only=True)
    return suite.collection(execution)
