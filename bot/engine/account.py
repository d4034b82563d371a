"""Account: what a job's day may still spend. The story and the ledger ask it before each piece of work."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol, TypeVar

import sqlalchemy as sa

from bot.decisions.admission.day_budget import Part, spent_for_call, spent_for_job, spent_time
from bot.errors import Broken, DaySpent, Later
from bot.sentences.day import day_spent
from bot.store.away import is_away, later
from bot.store.daybook import Daybook
from bot.store.replies import Replies
from bot.words.budget import Usage
from bot.words.day import DayBudget, DayUsage, Today
from bot.words.kept_reply import KeptReply, Place

T = TypeVar("T")

log = logging.getLogger(__name__)


class Account(Protocol):
    """One job's share of the day: of its repository's, and of all repositories' together.

    Whatever spends, counts or checks raises where that can't be kept, for without a book nothing is spent: Later where
    the database is away, locked or full, Broken where it is no such thing.
    """

    def limit(self, budget: DayBudget) -> None:
        """The repository's settings gave these limits."""

    def begin(self) -> None:
        """Enter the job, once in its life. Raises DaySpent where no job may be begun."""

    def at_work(self, work: Callable[[], T]) -> T:
        """Do a piece of work, whose wall time counts. Raises DaySpent where there is no time for it."""

    def admit(self, characters: int, *, costs: bool) -> None:
        """Let one call of the model through and count it. Raises DaySpent."""

    def enter(self, spent: Usage, place: Place | None = None, reply: KeptReply | None = None) -> None:
        """Count what an admitted call has cost, and keep its reply with that, or neither."""

    def recall(self, purpose: str) -> Mapping[Place, KeptReply]:
        """What was kept of a step that a crash has interrupted."""

    def check(self) -> None:
        """Raise DaySpent where the day's time is used up."""

    def minutes(self) -> float:
        """Minutes that the day has left."""

    def today(self) -> Today | None:
        """Where the day stands; None where no days are counted."""


class NoAccount:
    """Of a job that has no limits but its own: `intern solve`, an Action."""

    def limit(self, budget: DayBudget) -> None:
        """There is none."""

    def begin(self) -> None:
        """Nothing is entered."""

    def at_work(self, work: Callable[[], T]) -> T:
        """Just do it."""
        return work()

    def admit(self, characters: int, *, costs: bool) -> None:
        """Every call may pass."""

    def enter(self, spent: Usage, place: Place | None = None, reply: KeptReply | None = None) -> None:
        """Nothing is counted."""

    def recall(self, purpose: str) -> Mapping[Place, KeptReply]:  # noqa: ARG002  (the seam's shape)
        """Nothing is kept: a job that ends with its process is never gone on with."""
        return {}

    def check(self) -> None:
        """There is always time."""

    def minutes(self) -> float:
        """As many as one likes."""
        return float("inf")

    def today(self) -> Today | None:
        """Unknown."""
        return None


NO_ACCOUNT = NoAccount()


class DayAccount:
    """One job's account in the daybook. Without the book nothing is spent: then the work is put off, or ends.

    Args:
        book: where it is kept.
        job: the job's id.
        repository: the repository's id.
        budget: the operator's limits of each repository's day.
        whole: likewise of all repositories together.
        replies: where the model's replies are kept, in the same database; None keeps none.
        ours: whether no other process can have taken the job over.
    """

    def __init__(
        self,
        book: Daybook,
        job: str,
        repository: int,
        budget: DayBudget,
        whole: DayBudget,
        replies: Replies | None = None,
        ours: Callable[[], bool] = lambda: True,
    ) -> None:
        self._book, self._job, self._repository, self._replies = book, job, repository, replies
        self._ours = ours
        self._budget, self._whole = budget, whole
        self._since: float | None = None
        self._owed = 0.0
        self._lock = threading.Lock()

    def limit(self, budget: DayBudget) -> None:
        """The repository's settings gave these limits."""
        self._budget = budget

    def begin(self) -> None:
        """Enter the job, once in its life, even if it is asked for again after a crash."""
        refuse = self._refusing(spent_for_job)
        with _needed(self._job):
            self._book.claim(self._job, self._repository, 0.0, Usage(), refuse, begins=True)

    def at_work(self, work: Callable[[], T]) -> T:
        """Do a piece of work, whose wall time counts whatever comes of it."""
        self.check()
        self._since = time.monotonic()
        try:
            return work()
        finally:
            try:
                self.enter(Usage())
            finally:
                self._since = None  # where it can't be entered now, what follows is a wait and no work

    def admit(self, characters: int, *, costs: bool) -> None:
        """Let one call through and count it, in one transaction. The time before it counts even if it may not pass."""
        refuse = self._refusing(lambda usage, budget: spent_for_call(usage, budget, characters, costs=costs))
        self.enter(Usage())
        with _needed(self._job):
            self._book.claim(self._job, self._repository, 0.0, Usage(calls=1), refuse)

    def enter(self, spent: Usage, place: Place | None = None, reply: KeptReply | None = None) -> None:
        """Count what an admitted call has cost, and the time that has passed; keep its reply with that, or neither.

        A process that was frozen meanwhile has to pay, and keeps nothing: whoever has the job now may be in a later
        step, whose replies would be taken away.
        """

        def keep(connection: sa.Connection) -> None:
            if self._replies is not None and place is not None and reply is not None and self._ours():
                self._replies.keep(connection, self._job, place, reply)

        seconds = self._passed()
        try:
            with _needed(self._job):
                self._book.enter(self._job, self._repository, seconds, spent, keep)
        except (Broken, Later):
            with self._lock:
                self._owed += seconds
            raise

    def recall(self, purpose: str) -> Mapping[Place, KeptReply]:
        """What was kept of a step that a crash has interrupted; it was counted in the book then."""
        if self._replies is None:
            return {}
        with _needed(self._job):
            return self._replies.recall(self._job, purpose)

    def check(self) -> None:
        """Raise DaySpent where the day's time is used up."""
        self._refusing(spent_time)(*self._now())

    def minutes(self) -> float:
        """Minutes that the day has left; never below zero."""
        own, whole = self._now()
        return max(0.0, min(self._budget.minutes - own.minutes, self._whole.minutes - whole.minutes))

    def today(self) -> Today | None:
        """Where the day stands; None, too, where the book can't be read now: it is only shown."""
        try:
            own, _ = self._now()
        except (Broken, Later):
            return None
        return Today(usage=own, budget=self._budget)

    def _now(self) -> tuple[DayUsage, DayUsage]:
        self.enter(Usage())
        with _needed(self._job):
            return self._book.usage(self._repository)

    def _passed(self) -> float:
        """Seconds of work that are not in the book yet."""
        with self._lock:
            now, since = time.monotonic(), self._since
            self._since = None if since is None else now
            owed, self._owed = self._owed, 0.0
        return owed if since is None else owed + now - since

    def _refusing(self, spent: Callable[[DayUsage, DayBudget], Part | None]) -> Callable[[DayUsage, DayUsage], None]:
        def refuse(own: DayUsage, whole: DayUsage) -> None:
            tomorrow = self._book.day() + timedelta(days=1)
            if part := spent(own, self._budget):
                raise DaySpent(day_spent(part, tomorrow, whole=False))
            if part := spent(whole, self._whole):
                # Amounts for the operator alone: whoever reads the sentence may belong to one repository only.
                log.info("job %s: all repositories have used %g of %g %s", self._job, part.used, part.limit, part.name)
                raise DaySpent(day_spent(part, tomorrow, whole=True))

        return refuse


@contextmanager
def _needed(job: str) -> Iterator[None]:
    """Raise Later or Broken where the database fails: an `Exception` would be taken for a fault of the model's."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        log.warning("job %s: the daybook can't be used: %s", job, error)
        if is_away(error):
            raise later() from error
        raise Broken("My database does not answer, so nobody could count what this costs.") from error
