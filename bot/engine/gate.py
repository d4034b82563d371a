"""Gate: which steps are under way in this process, and none begins while it drains."""

import contextlib
import threading
import time
from collections.abc import Iterator

#: The part of a drain in which no step has any more time.
HURRY = 0.4


class Parked(BaseException):
    """This process is leaving; the job goes on at the next launch. No `Exception`: nothing may swallow it."""


class Gate:
    """Counts the steps under way, and keeps new ones from starting while the process drains."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self._dead = self._hurried = False
        self._lock = threading.Lock()
        self._busy = 0

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        """Let one step through and count it while it is under way. Raises Parked where the process is leaving."""
        self._open.wait()
        if self._dead:
            raise Parked
        with self._lock:
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1

    def leave(self) -> None:
        """Raise Parked where the process is leaving, and has no more time for what is under way."""
        if self._dead or self._hurried:
            raise Parked

    def drain(self, seconds: float) -> bool:
        """Let no step begin any more; whether those under way have ended within so many seconds.

        For most of the time they may come to their own end. Then what waits deep inside of them is parked.
        """
        self._open.clear()
        end = time.monotonic() + seconds
        while self._busy and time.monotonic() < end:
            self._hurried = time.monotonic() > end - seconds * HURRY
            time.sleep(0.05)
        time.sleep(0.3)  # the last finished step's record is written after the gate is left
        return not self._busy

    def release(self) -> None:
        """Let the waiting threads end; what they would have recorded is done again at the next launch."""
        self._dead = True
        self._open.set()
