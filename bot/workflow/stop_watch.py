"""Watch: ends the rooms of one job within a second when the job is stopped."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from bot.errors import Cancelled
from bot.stopping import LOOK
from sandbox.room import Room

T = TypeVar("T")


class Watch:
    """Looks twice a second whether the job was stopped, and closes its rooms then.

    Args:
        stopped: whether it was; what it raises (the process is leaving) ends the rooms as well.
    """

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped
        self._rooms: set[Room] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def check(self) -> None:
        """Raise Cancelled when the job was stopped."""
        if self._stopped():
            raise Cancelled("The job was stopped.")

    def add(self, room: Room) -> None:
        """From now on."""
        with self._lock:
            self._rooms.add(room)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="stop-watch", daemon=True)
                self._thread.start()

    def remove(self, room: Room) -> None:
        """Its owner has closed it."""
        with self._lock:
            self._rooms.discard(room)

    def close(self) -> None:
        """End the looking, and close what is open still."""
        self._ended.set()
        self._close_rooms()

    def _look(self) -> None:
        while not self._ended.wait(2 * LOOK):
            with self._lock:
                idle = not self._rooms
            if not idle and self._over():
                self._close_rooms()

    def _over(self) -> bool:
        try:
            return self._stopped()
        except BaseException:  # noqa: BLE001 - the job's own thread meets it, too
            return True

    def _close_rooms(self) -> None:
        with self._lock:
            rooms, self._rooms = self._rooms, set()
        for room in rooms:
            room.close()

    def unless(self, work: Callable[[], T], give_back: Callable[[T], None] = lambda _: None) -> T:
        """What `work` gives. When the job is stopped it is not waited for: what it gives then is given back.

        Raises:
            Cancelled: the job was stopped.
        """
        came: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()
        lock, left = threading.Lock(), threading.Event()

        def run() -> None:
            try:
                found = work()
            except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
                came.put((None, error))
                return
            with lock:
                if not left.is_set():
                    came.put((found, None))
                    return
            give_back(found)

        self.check()
        threading.Thread(target=run, name="room-start", daemon=True).start()
        while True:
            try:
                found, error = came.get(timeout=LOOK)
                break
            except queue.Empty:
                pass
            try:
                self.check()
            except BaseException:
                with lock:
                    left.set()
                if not came.empty() and (late := came.get())[0] is not None:
                    give_back(late[0])
                raise
        if error is not None:
            raise error
        return found  # type: ignore[return-value]  # of `work`, whatever that gives
