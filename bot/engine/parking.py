"""Parking: a job that was told "later" waits between two steps: it blocks no shutdown, and a stop ends it.

When to go on is the recorded result of the step that was told so; after a crash only the rest is waited for.
"""

import logging
import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from bot.errors import Cancelled, GitHubError, Later
from bot.sentences.waiting import span

#: Seconds between two looks whether the job was stopped, or the process is leaving.
LOOK = 0.25

T = TypeVar("T")

log = logging.getLogger(__name__)


def put_off(later: Later, waited: float) -> dict[str, Any]:
    """When to go on, as JSON; or, where the patience is over, a GitHubError as it is recorded.

    Args:
        later: what was raised.
        waited: seconds that the job was put off before.
    """
    wait = max(0.0, later.until - time.time())
    if waited + wait > later.patience:
        return {"error": "GitHubError", "message": f"{later} I have waited {span(waited)} before."}
    return {"later": later.until, "wait": wait}


class Parking:
    """The waits of one job.

    Args:
        job: its name, for the log.
        stopped: whether the job was stopped.
        leaving: raises what ends this thread when the process is leaving.
    """

    def __init__(self, job: str, stopped: Callable[[], bool], leaving: Callable[[], None] = lambda: None) -> None:
        self._job, self._stopped, self._leaving = job, stopped, leaving
        self.waited = 0.0

    def wait(self, told: dict[str, Any], *, always: bool = False) -> None:
        """Wait as told: `later`, in seconds since the epoch, and `wait`, how long that was when it was told.

        A clock that was turned back makes no wait longer. When the job is stopped meanwhile it ends at once: whoever
        waits here asks next, and records what he was told. What has to be done `always` is waited for all the same.
        """
        self.waited += told["wait"]
        end = time.monotonic() + min(told["wait"], told["later"] - time.time())
        if time.monotonic() < end:
            log.info("%s is put off until %s UTC", self._job, time.strftime("%H:%M:%S", time.gmtime(told["later"])))
        while (left := end - time.monotonic()) > 0:
            self._leaving()
            if not always and self._stopped():
                return
            time.sleep(min(LOOK, left))

    def patiently(self, work: Callable[[], T], *, always: bool = False) -> T:
        """Do something that is not recorded; after Later, anew when it is time. Raises GitHubError, Cancelled.

        What has to be done `always` is waited for although the job was stopped, and for as long as it takes. A wait
        for which there is patience without an end takes nothing from the patience with others.
        """
        while True:
            try:
                return work()
            except Later as later:
                endless = always or math.isinf(later.patience)
                told = put_off(Later(str(later), later.until, math.inf) if endless else later, self.waited)
            if "error" in told:
                raise GitHubError(told["message"])
            if not always and self._stopped():
                raise Cancelled("The job was stopped.")
            self.wait(told, always=always)
            self.waited -= told["wait"] if endless else 0.0
