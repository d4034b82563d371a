"""The watch: one thread that ends rooms whose time is over, and rooms that have more memory than they may."""

import os
import threading
import time
from typing import Protocol

from sandbox.bubblewrap.usage import left_on_machine

GLANCE = 0.025
#: When the machine itself has less left than this, all watched rooms end: one of them may hide what it has.
RESERVE = min(256 * 2**20, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 10)


class Watched(Protocol):
    """What is watched of a room."""

    @property
    def deadline(self) -> float:
        """When it must be gone, by the monotonic clock."""

    @property
    def weighed(self) -> bool:
        """Whether its memory is to be watched."""

    def weigh(self) -> bool:
        """Whether it has more memory than it may."""

    def kill(self, *, starved: bool) -> None:
        """End everything in it."""


class Watch:
    """Watches rooms from the first `add` until it is closed.

    Args:
        reserve: bytes that the machine must have left.
    """

    def __init__(self, reserve: int = RESERVE) -> None:
        self._reserve = reserve
        self._rooms: set[Watched] = set()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def add(self, room: Watched) -> None:
        """Watch this room too."""
        with self._changed:
            self._rooms.add(room)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bubblewrap-watch", daemon=True)
                self._thread.start()
            self._changed.notify()

    def remove(self, room: Watched) -> None:
        """Watch it no more; it may be gone already."""
        with self._changed:
            self._rooms.discard(room)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(self._pause())
                if self._closed:
                    return
                rooms = list(self._rooms)
            for room in rooms:
                if time.monotonic() > room.deadline:
                    room.kill(starved=False)
            weighed = [room for room in rooms if room.weighed]
            short = bool(weighed) and left_on_machine() < self._reserve
            for room in weighed:
                if short or room.weigh():
                    room.kill(starved=True)

    def _pause(self) -> float | None:
        """Seconds until the next look; None for until something changes."""
        if any(room.weighed for room in self._rooms):
            return GLANCE
        deadlines = [room.deadline for room in self._rooms]
        return max(0.0, min(deadlines) - time.monotonic()) + GLANCE if deadlines else None
