"""A session: our program in a room that runs pytest, told what to do and listened to."""

import json
import secrets
from collections.abc import Callable, Sequence

from sandbox.inside.share import Share
from sandbox.layout import BOOT
from sandbox.room import Execution, Room
from sandbox.suite.pieces import Suite
from sandbox.suite.report import TestResult

#: These come after a repository's `addopts`, which therefore can't undo them.
OPTIONS = ("--color=no", "--maxfail=0", "--continue-on-collection-errors")


def run_session(
    room: Room,
    arguments: Sequence[str],
    *,
    seconds: float,
    collect_only: bool = False,
    workers: int | None = None,
    share: Share | None = None,
    on_result: Callable[[TestResult], None] | None = None,
    program: Sequence[str] = ("pytest_session",),
) -> tuple[Suite, Execution]:
    """Run pytest in the room's workspace; see `run_pytest` and `collect`, which say what came of it.

    Raises:
        SandboxError: pytest can't be started at all, or the room was gone before.
    """
    suite = Suite(secrets.token_hex(16), share, on_result)
    order = {
        "collect_only": collect_only,
        "workers": 0 if share is not None else workers,
        "most": max(1, int(room.limits.cpus)),
        "share": share.packed() if share is not None else "",
    }
    # An empty cache of its own for each run: what an earlier one left, or the repository brings, decides nothing.
    cache = f"cache_dir=/tmp/pytest-{secrets.token_hex(4)}"
    execution = room.run(
        [*BOOT, *program, "-o", cache, *OPTIONS, *arguments],
        seconds=seconds,
        environment={"PYTHONHASHSEED": "0"},  # ours is isolated and ignores it; workers of pytest-xdist don't
        stdin=f"{suite.nonce}\n{json.dumps(order)}",
        on_report=suite.add,
    )
    return suite, execution
