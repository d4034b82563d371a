"""Whereabouts: how far each job has come, as it would be shown now, in the database of the engine.

No step needs it: it is there to be looked at, and each entry replaces the one before.
"""

import logging
import time
from datetime import datetime

import sqlalchemy as sa
from pydantic import ValidationError

from bot.store.database import Database
from bot.words.progress import Progress

#: Of PostgreSQL's advisory locks.
LOCK = 0x7768657265

TABLE = """create table if not exists intern_whereabouts (
    job varchar(300) primary key, progress text not null, at bigint not null)"""
ENTER = """insert into intern_whereabouts values (:job, :progress, :at)
    on conflict (job) do update set progress = excluded.progress, at = excluded.at"""
READ = "select progress from intern_whereabouts where job = :job"
FORGET = "delete from intern_whereabouts where at < :at"

log = logging.getLogger(__name__)


class Whereabouts:
    """The list. Safe to use from several threads; on PostgreSQL, from several processes.

    Args:
        database: the engine's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, job: str, progress: Progress) -> None:
        """Where a job stands now. What can't be written is only not shown."""
        row = {"job": job, "progress": progress.model_dump_json(), "at": int(time.time())}
        try:
            with self._database.writing(LOCK) as connection:
                connection.execute(sa.text(ENTER), row)
        except sa.exc.SQLAlchemyError as error:
            log.warning("where %s stands could not be written down: %s", job, error)

    def read(self, job: str) -> Progress | None:
        """Where a job stood last; None where that is not known. Raises SQLAlchemyError."""
        with self._database.reading() as connection:
            found = connection.execute(sa.text(READ), {"job": job}).scalar()
        try:
            return Progress.model_validate_json(found) if found else None
        except ValidationError:  # of another version
            return None

    def forget(self, before: datetime) -> int:
        """Forget what is older; how much that was."""
        statement, bound = sa.text(FORGET), {"at": int(before.timestamp())}
        return self._database.patiently(LOCK, lambda connection: connection.execute(statement, bound).rowcount)
