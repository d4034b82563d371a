"""Postbox: between the event loop and the inbox; what waits is stored together, and each is answered afterwards.

One fsync costs as much for a hundred letters as for one, and so does one visit of another thread: while one group is
being stored, the next one gathers.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue

from bot.store.inbox import MOST, Letter

log = logging.getLogger(__name__)

#: Seconds after which whoever waits is told "no". GitHub gives a webhook ten.
PATIENCE = 6.5

#: Letters and characters of theirs that may wait.
LETTERS, CHARACTERS = 5_000, 32 * 2**20

#: Stores letters in one transaction; tells for each whether it is new. Raises when the database is away.
Add = Callable[[Sequence[Letter]], list[bool]]


class Away(Exception):
    """It is not known to be stored; whoever sent it should send it again. The message says why."""


@dataclass(slots=True)
class _Waiting:
    letter: Letter
    answer: "asyncio.Future[bool]"
    since: float


class Postbox:
    """Takes letters in on one event loop.

    Args:
        add: stores them; called in one thread, one call at a time.
        patience: seconds.
    """

    def __init__(self, add: Add, patience: float = PATIENCE) -> None:
        self._add, self._patience = add, patience
        self._thread: threading.Thread | None = None
        self._groups: SimpleQueue[tuple[asyncio.AbstractEventLoop, list[Letter]] | None] = SimpleQueue()
        self._line: deque[_Waiting] = deque()
        self._group: list[_Waiting] = []
        self._characters = 0
        self._asked = False
        self._clock: asyncio.TimerHandle | None = None
        self._failing = False

    async def put(self, letter: Letter) -> bool:
        """Store a letter; when this returns it survives a crash.

        Returns:
            Whether it is new.

        Raises:
            Away: the database did not store it in time, or too much waits for it.
        """
        loop = asyncio.get_running_loop()
        now = loop.time()
        if len(self._line) >= LETTERS or self._characters >= CHARACTERS:
            raise Away("Too much is waiting to be stored")
        if self._group and now - self._group[0].since > self._patience:
            raise Away("The database does not answer")
        waiting = _Waiting(letter, loop.create_future(), now)
        self._line.append(waiting)
        self._characters += len(letter.event)
        if not self._group and not self._asked:
            self._asked = True
            loop.call_soon(self._next, loop)  # after all that arrived together
        if self._clock is None:
            self._clock = loop.call_later(1.0, self._look, loop)
        return await waiting.answer

    def close(self) -> None:
        """Take nothing more in. What is being stored gets a moment to end; a database that hangs is not waited for."""
        self._groups.put(None)
        if self._thread is not None:
            self._thread.join(3)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to store the next group, if there is one."""
        self._asked = False
        while self._line and len(self._group) < MOST:
            waiting = self._line.popleft()
            self._characters -= len(waiting.letter.event)
            if not waiting.answer.done():  # who has gone away or was told "no" is not stored any more
                self._group.append(waiting)
        if not self._group:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._store, name="inbox", daemon=True)
            self._thread.start()
        self._groups.put((loop, [waiting.letter for waiting in self._group]))

    def _store(self) -> None:
        """In the other thread."""
        while (given := self._groups.get()) is not None:
            loop, letters = given
            found: list[bool] | Exception
            try:
                found = self._add(letters)
            except Exception as error:  # noqa: BLE001  (whatever it is: nobody may be told that it is stored)
                found = error
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(self._answer, loop, found)

    def _answer(self, loop: asyncio.AbstractEventLoop, found: list[bool] | Exception) -> None:
        group, self._group = self._group, []
        self._tell(found)
        for number, waiting in enumerate(group):
            if waiting.answer.done():
                continue
            if isinstance(found, Exception):
                waiting.answer.set_exception(Away("The database does not answer"))
            else:
                waiting.answer.set_result(found[number])
        self._next(loop)

    def _tell(self, found: list[bool] | Exception) -> None:
        """Log when it begins to fail, and when it works again, and not each time."""
        if isinstance(found, Exception) and not self._failing:
            log.error("deliveries can't be stored: %s", str(found).partition("\n")[0])
        elif not isinstance(found, Exception) and self._failing:
            log.warning("deliveries are stored again")
        self._failing = isinstance(found, Exception)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Once a second: who waited long enough is told so, also when the other thread hangs."""
        self._clock = None
        oldest = loop.time() - self._patience
        for waiting in (*self._group, *self._line):
            if waiting.since > oldest:
                break
            if not waiting.answer.done():
                waiting.answer.set_exception(Away("The database does not answer"))
        if self._group or self._line:
            self._clock = loop.call_later(1.0, self._look, loop)
