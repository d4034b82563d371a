"""Missed: looks now and then which webhooks never reached us, and lets GitHub deliver them once more.

GitHub does not do so by itself: https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
What it delivers again has to pass the signature check, and its sender the check of permissions, like anything else.
Any number of processes may look: what arrives twice is known by its guid.
"""

import logging
import random
import threading
import time
from types import TracebackType
from typing import Self

from bot.decisions.admission.missed import WINDOW, given_up, missed, tries_of
from bot.decisions.admission.read import FOREIGN
from bot.errors import GitHubError, Later
from bot.github.deliveries import Deliveries
from bot.github.redaction import one_line
from bot.words.delivery_attempt import DeliveryAttempt

#: Seconds until the first look: by then the server listens.
FIRST = 10.0

#: Hundreds of tries that one look reads, of the failed ones and of those that arrived.
FAILED_PAGES, ARRIVED_PAGES = 10, 20

_dice = random.SystemRandom()

log = logging.getLogger(__name__)


class Missed:
    """The watch over missed deliveries. Use as a context manager; it begins with `start`.

    Args:
        deliveries: GitHub's list.
        every: seconds between two looks; 0 looks never.
        first: seconds until the first one.

    Attributes:
        looked: when the last look succeeded, by the monotonic clock; None before the first.
    """

    def __init__(self, deliveries: Deliveries, every: float, first: float = FIRST) -> None:
        self._deliveries, self._every, self._first = deliveries, every, first
        self.looked: float | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="missed-deliveries", daemon=True)
        self._asked: dict[str, list[float]] = {}
        self._arrived: set[str] = set()
        self._told: set[str] = set()

    def start(self) -> None:
        """Begin to look."""
        if self._every > 0:
            self._thread.start()

    def close(self) -> None:
        """End; a look that is under way may take a moment."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def look(self) -> int:
        """Look once; how many deliveries were asked for. Raises GitHubError, Later."""
        failed = self._deliveries.attempts(self._deliveries.now() - WINDOW, FAILED_PAGES, arrived=False)
        tries = tries_of(attempt for attempt in failed if attempt.event in FOREIGN)
        self._forget(set(tries))
        self._note_arrivals([each[0].moment for guid, each in tries.items() if guid not in self._arrived])
        lost = {guid: each for guid, each in tries.items() if guid not in self._arrived}
        self._tell_lost(lost)
        due = missed(lost, self._asked, self._deliveries.now())
        return sum(self._ask_for(attempt) for attempt in due if not self._ended.is_set())

    def _watch(self) -> None:
        wait = self._first
        while not self._ended.wait(wait * _dice.uniform(1.0, 1.5)):  # so that processes do not all look at once
            wait = self._every
            try:
                self.look()
                self.looked = time.monotonic()
            except (GitHubError, Later) as error:
                if not self._ended.is_set():
                    self._tell(f"missed deliveries can't be looked for: {error}")
            except Exception:
                log.exception("missed deliveries could not be looked for")

    def _note_arrivals(self, begun: list[float]) -> None:
        """Which of the failed deliveries have arrived since."""
        if begun:
            found = self._deliveries.attempts(min(begun), ARRIVED_PAGES, arrived=True)
            self._arrived |= {attempt.guid for attempt in found if attempt.arrived}

    def _ask_for(self, attempt: DeliveryAttempt) -> bool:
        self._asked.setdefault(attempt.guid, []).append(self._deliveries.now())
        try:
            self._deliveries.ask_for(attempt)
        except GitHubError as error:
            self._tell(f"delivery {attempt.guid} can't be asked for: {error}")
            return False
        log.info("delivery %s (%s) was missed: asked for once more", attempt.guid, one_line(attempt.event))
        return True

    def _tell_lost(self, lost: dict[str, list[DeliveryAttempt]]) -> None:
        for guid, failed in lost.items():
            if given_up(failed):
                last = f"{len(failed)} tries failed, the last with {one_line(failed[-1].status)!r}"
                self._tell(f"delivery {guid} ({one_line(failed[-1].event)}) is lost: {last}")

    def _tell(self, text: str) -> None:
        if text not in self._told and len(self._told) < 1000:
            self._told.add(text)
            log.warning("%s", text)

    def _forget(self, living: set[str]) -> None:
        """Keep nothing of deliveries that GitHub lists no more."""
        self._asked = {guid: moments for guid, moments in self._asked.items() if guid in living}
        self._arrived &= living
