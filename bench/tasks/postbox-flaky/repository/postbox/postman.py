"""The postman: sends what is due."""

from collections.abc import Callable

from postbox.letter import Letter
from postbox.spool import Spool


class Postman:
    """Sends the letters of a spool.

    Args:
        spool: where they wait.
        send: sends one; raises OSError when the server is away.
    """

    def __init__(self, spool: Spool, send: Callable[[Letter], None]) -> None:
        self._spool, self._send = spool, send

    def round(self, now: float, most: int = 100) -> int:
        """Send everything that is due, at most so many; how many arrived."""
        arrived = 0
        for _ in range(most):
            letter = self._spool.next(now)
            if letter is None:
                break
            try:
                self._send(letter)
            except OSError:
                self._spool.put_back(letter, now)
            else:
                self._spool.sent(letter)
                arrived += 1
        return arrived
