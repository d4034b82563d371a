"""Serve: what every program does with its interpreter. Imports nothing that a peer's own environment lacks."""

import json
import sys
import time
from collections.abc import Callable


def serve(started: float, execute: Callable[[], object]) -> None:
    """Tell how long the start took, then run bursts until nobody asks any more.

    Args:
        started: the moment of `time.perf_counter()` before the interpreter was made.
        execute: runs one statement.
    """
    execute()
    _say(time.perf_counter() - started)
    for line in sys.stdin:
        execute()
        _say([_timed(execute) for _ in range(int(line))])


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _say(found: object) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
