"""NewestEdit: a comment that is edited behind the back of whoever tells what it should say.

Writes are a second apart, and a limit or an outage may hold one up. What has been overtaken by then is never sent.
"""

import concurrent.futures
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from bot.errors import GitHubError, Later
from bot.github.portal import Portal

#: Seconds that an edit under way may take when the next text must not be overtaken by it.
PATIENCE = 90.0

#: Edits a comment; its text is asked for when it is sent, again for each try.
Edit = Callable[[int, Callable[[], str]], Coroutine[Any, Any, None]]

_log = logging.getLogger(__name__)


class NewestEdit:
    """One comment's text on its way.

    Args:
        portal: the open door to GitHub.
        edit: does it.
    """

    def __init__(self, portal: Portal, edit: Edit) -> None:
        self._portal, self._edit = portal, edit
        self._lock = threading.Lock()
        self._text, self._newer = "", False
        self._under_way: concurrent.futures.Future[None] | None = None

    def offer(self, comment: int, text: str) -> None:
        """Let the comment say this when it is its turn, unless something newer comes first. It returns at once."""
        with self._lock:
            self._text, self._newer = text, True
            if self._under_way is None:
                self._under_way = self._portal.begin(self._send(comment))

    def settle(self, seconds: float = PATIENCE) -> None:
        """Send nothing any more; what was under way is not, or is given up after so long, when this returns.

        Raises:
            StopWork: this thread's work has to end.
        """
        with self._lock:
            self._newer, under_way = False, self._under_way
        if under_way is not None:
            try:
                with contextlib.suppress(GitHubError):
                    self._portal.join(under_way, seconds)
            finally:
                under_way.cancel()

    async def _send(self, comment: int) -> None:
        try:
            while not self._ends():
                await self._edit(comment, self._take)
        except (GitHubError, Later) as error:
            self._end()
            _log.warning("the status comment lags: %s", error)
        except BaseException:
            self._end()
            raise

    def _ends(self) -> bool:
        """Whether there is nothing newer; then whoever offers something next begins anew."""
        with self._lock:
            if not self._newer:
                self._under_way = None
            return not self._newer

    def _end(self) -> None:
        with self._lock:
            self._under_way = None

    def _take(self) -> str:
        with self._lock:
            self._newer = False
            return self._text
