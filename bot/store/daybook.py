"""Daybook: what each job spent on each day, in the database of the engine; so it outlives every process.

A day is one of UTC. A call is counted in the same transaction that looks whether it may be made: two jobs at once
can't both take the last one. What it costs is known afterwards, so each may exceed tokens and money by one call.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.words.budget import Usage
from bot.words.day import DayUsage

#: Days that are kept, for an operator to look at.
KEPT = 90

#: Of PostgreSQL's advisory locks: several processes may share the book there.
LOCK = 0x696E7465726E

TABLE = """create table if not exists intern_daybook (
    day varchar(10) not null, job varchar(300) not null, repository bigint not null, jobs integer not null,
    seconds double precision not null, calls bigint not null, tokens bigint not null, money double precision not null,
    primary key (day, job))"""
ADD = """insert into intern_daybook values (:day, :job, :repository, :jobs, :seconds, :calls, :tokens, :money)
    on conflict (day, job) do update set
    jobs = intern_daybook.jobs + excluded.jobs, seconds = intern_daybook.seconds + excluded.seconds,
    calls = intern_daybook.calls + excluded.calls, tokens = intern_daybook.tokens + excluded.tokens,
    money = intern_daybook.money + excluded.money"""
BEGUN = "select count(*) from intern_daybook where job = :job and jobs > 0"
SUM = """select sum(jobs), sum(seconds), sum(calls), sum(tokens), sum(money) from intern_daybook
    where day = :day and (:repository = 0 or repository = :repository)"""

FORGET = "delete from intern_daybook where day < :oldest"


class Daybook:
    """The book. One for each process; safe to use from several threads.

    Args:
        database: the engine's.
        now: the time, in UTC.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def forget(self) -> int:
        """Forget old days; how many rows that was. Raises SQLAlchemyError."""
        oldest = (self._now().date() - timedelta(days=KEPT)).isoformat()
        with self._database.writing(LOCK) as connection:
            return connection.execute(sa.text(FORGET), {"oldest": oldest}).rowcount

    def day(self) -> date:
        """Today."""
        return self._now().date()

    def enter(
        self,
        job: str,
        repository: int,
        seconds: float,
        spent: Usage,
        beside: Callable[[sa.Connection], None] = lambda _: None,
    ) -> None:
        """Count what a job has spent; what is written `beside` is written with it or not at all."""

        def do(connection: sa.Connection) -> None:
            self._add(connection, job, repository, seconds=seconds, spent=spent)
            beside(connection)

        self._database.patiently(LOCK, do)

    def usage(self, repository: int) -> tuple[DayUsage, DayUsage]:
        """What was spent today: by one repository, and by all."""
        return self._database.patiently(LOCK, lambda connection: self._usage(connection, repository))

    def claim(
        self,
        job: str,
        repository: int,
        seconds: float,
        spent: Usage,
        refuse: Callable[[DayUsage, DayUsage], None],
        *,
        begins: bool = False,
    ) -> None:
        """Count something ahead, unless `refuse` raises at what was spent so far.

        Args:
            job: the job's id.
            repository: the repository's id.
            seconds: wall time to count with it.
            spent: what is counted.
            refuse: gets the repository's usage and everybody's.
            begins: whether the job itself is to be counted; only once in its life, whatever crashes.
        """

        def do(connection: sa.Connection) -> None:
            if begins and connection.execute(sa.text(BEGUN), {"job": job}).scalar():
                return
            refuse(*self._usage(connection, repository))
            self._add(connection, job, repository, seconds=seconds, spent=spent, jobs=int(begins))

        self._database.patiently(LOCK, do)

    def _add(
        self, connection: sa.Connection, job: str, repository: int, *, seconds: float, spent: Usage, jobs: int = 0
    ) -> None:
        row: Mapping[str, Any] = {
            "day": self.day().isoformat(),
            "job": job,
            "repository": repository,
            "jobs": jobs,
            "seconds": seconds,
            "calls": spent.calls,
            "tokens": spent.tokens,
            "money": spent.money,
        }
        connection.execute(sa.text(ADD), row)

    def _usage(self, connection: sa.Connection, repository: int) -> tuple[DayUsage, DayUsage]:
        return self._sum(connection, repository), self._sum(connection, 0)

    def _sum(self, connection: sa.Connection, repository: int) -> DayUsage:
        found = connection.execute(sa.text(SUM), {"day": self.day().isoformat(), "repository": repository}).one()
        jobs, seconds, calls, tokens, money = (number or 0 for number in found)
        return DayUsage(
            jobs=int(jobs), minutes=float(seconds) / 60, calls=int(calls), tokens=int(tokens), money=float(money)
        )
