"""Wishes: who asked for what on which day, in the database of the engine; so nobody's limit begins anew with a process.

A wish is entered in the same transaction that counts those before it: of two at once only one gets the last place.
Entered twice (a step that a crash interrupted, a delivery that came again) it is counted once, and answered the same.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.decisions.admission.back_pressure import turned_away
from bot.store.database import Database
from bot.words.pressure import Crowd, Pressure, Turned
from bot.words.value import Value

#: Of PostgreSQL's advisory locks.
LOCK = 0x776973686573

#: Seconds in which the job of a wish is handed to the engine; until then it counts although the engine has none.
BEGINNING = 600

TABLE = """create table if not exists intern_wishes (
    wish varchar(300) primary key, day varchar(10) not null, person bigint not null, repository bigint not null,
    issue bigint not null, job boolean not null, turned varchar(20) not null, told boolean not null,
    at bigint not null)"""
INDEXES = (
    "create index if not exists intern_wishes_of_person on intern_wishes (person, day)",
    "create index if not exists intern_wishes_of_repository on intern_wishes (repository, at)",
)
KNOWN = "select turned, told, day from intern_wishes where wish = :wish"
ASKED = """select count(*) from intern_wishes
    where person = :person and day = :day and job = :job and turned <> 'person'"""
FRESH = "select wish from intern_wishes where repository = :repository and at > :since and job and turned = ''"
TOLD = """select count(*) from intern_wishes where day = :day and job = :job and turned = :turned and told
    and ((:turned = 'person' and person = :person) or (repository = :repository and issue = :issue))"""
ENTER = """insert into intern_wishes values (:wish, :day, :person, :repository, :issue, :job, :turned, :told, :at)"""


class Wish(Value):
    """Somebody wants something.

    Attributes:
        id: names it, the same whenever the same wish comes again.
        person: who.
        repository: where.
        issue: number of the issue or pull request.
    """

    id: str
    person: int
    repository: int
    issue: int


class Entered(Value):
    """What comes of a wish.

    Attributes:
        turned: why nothing; None where something does.
        told: whether that is to be said; it is not where it was said before.
        day: the day on which it counts, "2026-11-26".
    """

    turned: Turned | None = None
    told: bool = False
    day: str = ""


class Wishes:
    """The list. Safe to use from several threads; on PostgreSQL, from several processes.

    Args:
        database: the engine's.
        pressure: how much may be asked for.
        now: the time, in UTC.
    """

    def __init__(
        self, database: Database, pressure: Pressure, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database, self.pressure, self._now = database, pressure, now

    def enter(self, wish: Wish, crowd: Callable[[Sequence[str]], Crowd]) -> Entered:
        """Enter a wish for a job, where there is room for it.

        Args:
            wish: the wish.
            crowd: counts the repository's jobs. It is given the wishes entered lately, which may have none yet.
        """

        def found(connection: sa.Connection, row: dict[str, object]) -> Crowd:
            fresh = connection.execute(sa.text(FRESH), {**row, "since": int(time.time()) - BEGINNING}).scalars()
            return crowd([name for name in fresh if name != wish.id])

        return self._enter(wish, found, job=True)

    def answers(self, wish: Wish) -> bool:
        """Enter a wish for an answer alone; whether this person gets one today."""
        return self._enter(wish, lambda *_: Crowd(), job=False).turned is None

    def forget(self, before: datetime) -> int:
        """Forget what is older; how much that was."""
        statement, bound = sa.text("delete from intern_wishes where at < :at"), {"at": int(before.timestamp())}
        return self._database.patiently(LOCK, lambda connection: connection.execute(statement, bound).rowcount)

    def _enter(self, wish: Wish, found: Callable[[sa.Connection, dict[str, object]], Crowd], *, job: bool) -> Entered:
        now = self._now()
        row: dict[str, object] = {
            "wish": wish.id,
            "day": now.date().isoformat(),
            "person": wish.person,
            "repository": wish.repository,
            "issue": wish.issue,
            "job": job,
            "at": int(time.time()),
        }

        def do(connection: sa.Connection) -> Entered:
            if known := connection.execute(sa.text(KNOWN), row).first():
                return Entered(turned=Turned(known[0]) if known[0] else None, told=bool(known[1]), day=known[2])
            asked = connection.execute(sa.text(ASKED), row).scalar_one()
            turned = turned_away(found(connection, row).model_copy(update={"asked": asked}), self.pressure)
            row["turned"] = turned.value if turned else ""
            row["told"] = turned is not None and not connection.execute(sa.text(TOLD), row).scalar_one()
            connection.execute(sa.text(ENTER), row)
            return Entered(turned=turned, told=bool(row["told"]), day=str(row["day"]))

        return self._database.patiently(LOCK, do)
