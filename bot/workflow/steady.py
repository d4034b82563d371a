"""Steady: a job's sandbox lives through an engine that is restarted, and through environments that somebody prunes.

What was lost is made again, and what ran in a lost room runs again from its beginning: a room that is gone says
nothing of the code in it.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from bot.workflow.stoppable import StoppableRoom, StoppableSandbox, StoppableStore
from sandbox.environment.store import EnvironmentGone
from sandbox.files import Tree
from sandbox.room import Limits, SandboxAway

T = TypeVar("T")

log = logging.getLogger(__name__)

#: Seconds to wait for an engine that is away, and between two looks whether it is back.
PATIENCE, PAUSE = 300.0, 2.0

#: How often a piece of work is done anew, and an environment made anew, because it was lost.
TIMES = 3

#: Gives the name of an environment that takes the place of one that is gone.
Remake = Callable[[str], str]


class SteadySandbox:
    """Implements `sandbox.room.Sandbox`.

    Args:
        sandbox: makes the rooms, and raises Cancelled when the job was stopped.
        patience: seconds to wait for an engine that is away.
        pause: seconds between two looks.

    Attributes:
        remake: makes an environment again that somebody removed; None while none is known.
    """

    def __init__(self, sandbox: StoppableSandbox, *, patience: float = PATIENCE, pause: float = PAUSE) -> None:
        self._inner, self._patience, self._pause = sandbox, patience, pause
        self._names: dict[str, str] = {}
        self._lock = threading.Lock()
        self.remake: Remake | None = None

    @property
    def sandbox(self) -> StoppableSandbox:
        """What makes the rooms of a pool, where this is one."""
        return self._inner.sandbox

    @property
    def environments(self) -> StoppableStore | None:
        """The store, where there is one."""
        return self._inner.environments

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> StoppableRoom:
        """See `Sandbox.open`. Raises Cancelled when the job was stopped, also while it waits."""
        end, made = time.monotonic() + self._patience, 0
        while True:
            name = self._name(environment)
            try:
                return self._inner.open(files, limits=limits, environment=name)
            except EnvironmentGone:
                made += 1
                if not environment or made > TIMES:
                    raise
                self._make_again(environment, name)
            except SandboxAway as error:
                if time.monotonic() > end:
                    raise
                log.warning("waiting for what makes the rooms: %s", error)
                time.sleep(self._pause)

    def describe(self, environment: str | None = None) -> str:
        """See `Sandbox.describe`."""
        return self._inner.describe(self._name(environment))

    def close(self) -> None:
        """See `StoppableSandbox.close`."""
        self._inner.close()

    def _name(self, environment: str | None) -> str | None:
        return self._names.get(environment, environment) if environment else environment

    def _make_again(self, environment: str, gone: str | None) -> None:
        """Raises EnvironmentGone where nobody knows how."""
        with self._lock:
            if self._name(environment) != gone:
                return  # another thread did it meanwhile
            if self.remake is None:
                raise EnvironmentGone(f"the environment {environment} was removed meanwhile")
            log.warning("the environment %s was removed by somebody: it is made again", environment)
            self._names[environment] = self.remake(environment)


def steadily(do: Callable[[], T]) -> T:
    """Do what needs rooms and no model; from its beginning again, where rooms were lost by no fault of their code.

    Raises:
        SandboxAway: they were lost each time.
    """
    for _ in range(TIMES):
        try:
            return do()
        except SandboxAway as error:
            log.warning("rooms were lost, so what ran in them runs again: %s", error)
            time.sleep(PAUSE)
    return do()
