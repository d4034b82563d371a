"""The reaper: removes what crashed processes left, at once and then again and again, in a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

#: Removes what is left at some place and says how much that was. Its argument is the moment, in Unix seconds.
Sweep = Callable[[float], int]


class Reaper:
    """Runs every sweep as soon as it is started, and then every so often, until it is closed.

    A sweep that fails is told once, and tried again the next time.

    Args:
        sweeps: what it runs.
        every: seconds from one round to the next.
    """

    def __init__(self, sweeps: Sequence[Sweep], *, every: float = 300.0) -> None:
        self._sweeps = sweeps
        self._every = every
        self._clock = SteadyClock()
        self._failing: set[Sweep] = set()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reaper", daemon=True)

    def start(self) -> None:
        """Begin, in another thread."""
        self._thread.start()

    def close(self, seconds: float = 5.0) -> None:
        """Let a sweep that is under way end, but wait no longer than so many seconds."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while not self._closed.is_set():
            for sweep in self._sweeps:
                self._try(sweep)
            self._closed.wait(self._every)

    def _try(self, sweep: Sweep) -> None:
        try:
            gone = sweep(self._clock.now())
        except Exception as error:  # noqa: BLE001  (this thread outlives every surprise)
            if sweep not in self._failing:
                log.warning("what crashed processes left can't be removed now: %s", error)
            self._failing.add(sweep)
            return
        self._failing.discard(sweep)
        if gone:
            log.info("removed %d things that crashed processes left", gone)


class SteadyClock:
    """The clock on the wall, but never ahead of what really passed since this one was made.

    So nobody's deadline is missed because somebody set the clock; one that was set back only makes us wait.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Unix seconds."""
        return min(time.time(), self._offset + time.monotonic())
