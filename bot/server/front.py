"""Front: what stands behind the port, whatever the role of the process."""

import threading
from typing import Protocol

from bot.server.health import Report
from bot.store.inbox import Letter


class Front(Protocol):
    """Opened before the port, closed after it."""

    @property
    def lost(self) -> threading.Event:
        """Set when other processes have taken this one's work over: then it has to start anew."""

    def launch(self) -> None:
        """Open the store. Raises ConfigurationError."""

    def close(self) -> None:
        """Leave; what is unfinished goes on at the next launch, or in another process."""

    async def store(self, letter: Letter) -> bool:
        """Store a letter; when this returns it survives a crash. Whether it is new. Raises Away."""

    async def healthy(self) -> Report:
        """Whether this process can do what it is there for."""
