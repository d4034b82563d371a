"""Durable steps of one workflow: done once, recorded, and ended within seconds when the job is stopped."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS
from dbos import error as dbos_error

from bot.engine.gate import Gate, Parked
from bot.engine.lease import Lease
from bot.engine.outside import outside
from bot.engine.parking import Parking
from bot.engine.steps import attempt, result
from bot.errors import Cancelled, GitHubError, Later
from bot.stopping import ending_when
from bot.store.away import is_away, later
from bot.store.halts import Halts
from bot.store.whereabouts import Whereabouts
from bot.words.halt import Halt
from bot.words.progress import Progress

T = TypeVar("T")

log = logging.getLogger(__name__)

#: Seconds between two questions to the database whether the job was stopped.
LOOK = 0.5

#: Seconds between two tries of what a job needs that is taken up again, and how many of them may fail.
AGAIN, TRIES = 5.0, 120

#: When nobody says why.
CANCELLED = Halt(why="The job was cancelled.")


class DurableSteps:
    """Steps of the workflow that runs in this thread.

    A stop ends a step, and what the step came to is recorded, so that a replay takes the same way: finished steps
    that are only recalled know of no stop.

    Args:
        workflow_id: the workflow's.
        gate: of this process.
        lease: of this process.
        halts: which workflows were stopped.
        whereabouts: how far they have come.
        forget: forgets how often a workflow was interrupted before it came further.
    """

    def __init__(
        self,
        workflow_id: str,
        gate: Gate,
        lease: Lease,
        halts: Halts,
        whereabouts: Whereabouts,
        forget: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.workflow_id = workflow_id
        self._gate, self._lease = gate, lease
        self._halts, self._whereabouts, self._forget = halts, whereabouts, forget
        self._begun = 0  # how often
        self._lock = threading.Lock()
        self._looked = 0.0
        self._halt: Halt | None = None
        self._done, self._live = 0, False
        self._parking = Parking(workflow_id, lambda: self.halt() is not None, gate.leave)

    def step(self, name: str, work: Callable[[], T], kind: Any, *, always: bool = False) -> T:
        """Do it once, durably; see `Steps.step`. That it was put off is recorded as a step of its own."""
        before = self._parking.waited if always else 0.0  # what always has to be done has a patience of its own
        stored = self._once(name, work, kind, before, always=always)
        while "later" in stored:
            self._parking.wait(stored, always=always)
            stored = self._once(name, work, kind, before, always=always)
        value: T = result(stored, kind)
        return value

    def _once(self, name: str, work: Callable[[], T], kind: Any, before: float, *, always: bool) -> Any:
        def do() -> T:
            check = self._stay if always else self._check
            check()
            with ending_when(check), _waiting_for_the_database():
                return work()

        live = False

        def run() -> Any:
            nonlocal live
            live = True
            with self._gate.step():
                self._lease.hold()
                done = attempt(do, kind, self._parking.waited - before)
                self._stay_known()
                self._lease.hold()  # what others do now is not recorded by us
                return done

        try:
            stored = DBOS.run_step({"name": name}, run)
        except dbos_error.DBOSWorkflowCancelledError as error:
            raise Cancelled("The job was cancelled.") from error
        self._done += 1
        if live and self._begun > 1:
            self._begun = 1
            self._forget(self.workflow_id)
        return stored

    def patched(self, name: str) -> bool:
        """Whether this job takes the new way; see `Steps.patched`.

        https://docs.dbos.dev/python/tutorials/upgrading-workflows#patching
        """
        self._lease.hold()
        return DBOS.patch(name)

    def patiently(self, work: Callable[[], T], *, recalls: bool = False) -> T:
        """Do it, anew when it is time; see `Steps.patiently`."""

        def do() -> T:
            with ending_when(self._stay):
                return work()

        if not recalls or self._is_live():
            return self._parking.patiently(do)
        again = iter(range(TRIES))

        def recalling() -> T:
            try:
                return do()
            except GitHubError as error:
                if next(again, None) is None:
                    raise  # the job can't go on: it is given up, and that is said
                raise Later(str(error), time.time() + AGAIN, math.inf) from error

        return self._parking.patiently(recalling, always=True)

    def waited(self) -> float:
        """Seconds that the job was put off."""
        return self._parking.waited

    def note(self, progress: Progress) -> None:
        """See `Steps.note`."""
        self._whereabouts.enter(self.workflow_id, progress)

    def ours(self) -> bool:
        """Whether no other process can have taken the job over."""
        return self._lease.holds()

    def stopped(self) -> bool:
        """Whether the job was stopped; see `Steps.stopped`. Raises Parked where the process has to leave."""
        self._stay()
        return self.halt() is not None and self._is_live()

    def halt(self) -> Halt | None:
        """See `Steps.halt`; the database is asked at most twice a second."""
        with self._lock:
            if self._halt is None and time.monotonic() - self._looked > LOOK:
                self._looked = time.monotonic()
                self._halt = self._look()
            return self._halt

    def _look(self) -> Halt | None:
        status = outside(lambda: DBOS.get_workflow_status(self.workflow_id))
        if status is None or status.status != "PENDING":
            return CANCELLED
        self._begun = self._begun or status.recovery_attempts or 0
        try:
            return self._halts.read(self.workflow_id)
        except sa.exc.SQLAlchemyError:  # the work goes on while nobody can say that it should not
            return None

    def _stay(self) -> None:
        self._lease.hold()
        self._gate.leave()

    def _check(self) -> None:
        if self.stopped():
            raise Cancelled((self.halt() or CANCELLED).why)

    def _stay_known(self) -> None:
        """Raise Parked where the database has less of this workflow than it was told.

        A standby that took its place may never have got the last records. The next one must not stand behind a gap:
        the job would be taken up with other results before it than those that it came of. So it goes on from what
        there is, as after a crash.
        """
        if self._recorded() < self._done:
            log.warning("%s: its last records are lost, it goes on from those that are left.", self.workflow_id)
            raise Parked

    def _is_live(self) -> bool:
        """Whether all that an earlier process recorded of this workflow has been recalled."""
        self._live = self._live or self._done >= self._recorded()
        return self._live

    def _recorded(self) -> int:
        """How many of its steps the database has."""
        steps = outside(lambda: DBOS.list_workflow_steps(self.workflow_id, load_output=False))
        return sum(not step["function_name"].startswith("DBOS.") for step in steps)


@contextmanager
def _waiting_for_the_database() -> Iterator[None]:
    """A database that is away, where the step's own record would wait for it as well, ends nothing that was asked for.

    Raises:
        Later: it is.
    """
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        if not is_away(error):
            raise
        log.warning("the database does not answer: %s", str(error).partition("\n")[0])
        raise later() from error
