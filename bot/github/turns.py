"""Turns: what the processes that write to the same installations agree on, and how an event loop asks for it.

Whatever keeps the agreement may be away. Then each process goes by its own pace, as one that is alone does: for as
long as that lasts two of them may write closer to each other, and no write is lost or late for it.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from bot.words.turn import Turn

T = TypeVar("T")

#: Seconds to wait for an answer, and for which nothing is asked after there was none.
SECONDS, AWAY = 2.0, 5.0

#: Questions at once, in threads.
THREADS = 4

log = logging.getLogger(__name__)


class Turns(Protocol):
    """Keeps the agreement. Each may block, and may raise whatever a database raises."""

    def take(self, gate: str, pace: float, after: float) -> Turn:
        """Reserve the next moment, `after` seconds from now at the earliest; the one after it is a `pace` later."""

    def closed(self, gate: str) -> float:
        """Seconds for which nothing may be sent."""

    def pause(self, gate: str, seconds: float) -> None:
        """Let nobody send anything for so long."""


class AskedTurns:
    """Asks from one event loop, and waits for no answer for long.

    Args:
        turns: keeps the agreement.
    """

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._threads = ThreadPoolExecutor(THREADS, "turns")
        self._away_until = 0.0
        self._failing = False

    async def take(self, gate: str, pace: float, after: float) -> Turn | None:
        """See `Turns.take`; None where nobody answers."""
        return await self._ask(lambda: self._turns.take(gate, pace, after))

    async def closed(self, gate: str) -> float:
        """See `Turns.closed`; 0 where nobody answers."""
        return await self._ask(lambda: self._turns.closed(gate)) or 0.0

    async def pause(self, gate: str, seconds: float) -> None:
        """See `Turns.pause`; where nobody answers the others find out by themselves."""
        await self._ask(lambda: self._turns.pause(gate, seconds))

    def close(self) -> None:
        """Ask nothing more; what is being asked is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, question: Callable[[], T]) -> T | None:
        loop = asyncio.get_running_loop()
        if (asked := loop.time()) < self._away_until:
            return None
        try:
            answer = await asyncio.wait_for(loop.run_in_executor(self._threads, question), SECONDS)
        except Exception as error:  # noqa: BLE001  (whatever it is: the writes go on)
            self._away_until = loop.time() + AWAY
            self._tell(f"{type(error).__name__} {error}".partition("\n")[0])
            return None
        self._tell("")
        # A process that was frozen meanwhile has an answer of long ago.
        return answer if loop.time() - asked <= SECONDS else None

    def _tell(self, trouble: str) -> None:
        """Log when it begins to fail, and when it works again, and not each time."""
        if trouble and not self._failing:
            log.warning("GitHub: the pace is not agreed on with other processes meanwhile: %s", trouble)
        elif not trouble and self._failing:
            log.info("GitHub: the pace is agreed on with other processes again")
        self._failing = bool(trouble)
