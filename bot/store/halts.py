"""Halts: which jobs were stopped, and why, in the database of the engine; so a stop outlives every process.

DBOS's own way of cancelling would keep the job from ever saying that it ended: it refuses all further steps.
"""

import time
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Database
from bot.words.halt import Halt

#: Of PostgreSQL's advisory locks.
LOCK = 0x68616C7473

TABLE = """create table if not exists intern_halts (
    job varchar(300) primary key, why varchar(1000) not null, told boolean not null, at bigint not null)"""
#: The first reason counts.
ENTER = "insert into intern_halts values (:job, :why, :told, :at) on conflict (job) do nothing"
TELL = "update intern_halts set told = :told where job = :job"
READ = "select why, told from intern_halts where job = :job"
FORGET = "delete from intern_halts where at < :at"


class Halts:
    """The list. Safe to use from several threads; on PostgreSQL, from several processes.

    Args:
        database: the engine's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, job: str, why: str) -> None:
        """Stop a job, whether it waits or is at work; one that ended already is not changed by it."""
        row = {"job": job, "why": why[:1000], "told": False, "at": int(time.time())}
        self._database.patiently(LOCK, lambda connection: connection.execute(sa.text(ENTER), row))

    def tell(self, job: str) -> None:
        """The person who waits is told elsewhere: the job itself is to say nothing."""
        self._database.patiently(LOCK, lambda connection: connection.execute(sa.text(TELL), {"job": job, "told": True}))

    def read(self, job: str) -> Halt | None:
        """Whether this job was stopped. Raises SQLAlchemyError."""
        with self._database.reading() as connection:
            found = connection.execute(sa.text(READ), {"job": job}).first()
        return Halt(why=found[0], told=bool(found[1])) if found else None

    def forget(self, before: datetime) -> int:
        """Forget what is older; how much that was."""
        statement, bound = sa.text(FORGET), {"at": int(before.timestamp())}
        return self._database.patiently(LOCK, lambda connection: connection.execute(statement, bound).rowcount)
