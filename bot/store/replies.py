"""Replies: what a model has said in a step that is not finished. A crash in its middle repeats the step, not the calls.

A job's rows are taken away when its next step begins to ask, and at its end. Only JSON is kept, and of a request
only its digest.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from pydantic import ValidationError

from bot.store.database import Database
from bot.words.kept_reply import KeptReply, Place

log = logging.getLogger(__name__)

#: Days for which replies of jobs are kept that never came to their end.
KEPT = 7

#: Of PostgreSQL's advisory locks.
LOCK = 0x696E7465726F

TABLE = """create table if not exists intern_replies (
    job varchar(300) not null, purpose varchar(100) not null, digest varchar(64) not null, turn integer not null,
    day varchar(10) not null, reply text not null, primary key (job, purpose, digest, turn))"""
KEEP = """insert into intern_replies values (:job, :purpose, :digest, :turn, :day, :reply)
    on conflict (job, purpose, digest, turn) do nothing"""
READ = "select digest, turn, reply from intern_replies where job = :job and purpose = :purpose"

FORGET = "delete from intern_replies where day < :oldest"


class Replies:
    """The record. One for each process; safe to use from several threads.

    Args:
        database: the engine's.
        now: the time, in UTC.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def forget_old(self) -> int:
        """Forget the replies of jobs that never came to their end; how many. Raises SQLAlchemyError."""
        oldest = (self._now().date() - timedelta(days=KEPT)).isoformat()
        with self._database.writing(LOCK) as connection:
            return connection.execute(sa.text(FORGET), {"oldest": oldest}).rowcount

    def keep(self, connection: sa.Connection, job: str, place: Place, reply: KeptReply) -> None:
        """Keep one in somebody's transaction; what the job's earlier steps were told is needed no more."""
        earlier = "delete from intern_replies where job = :job and purpose <> :purpose"
        connection.execute(sa.text(earlier), {"job": job, "purpose": place.purpose})
        row = {"job": job, **place.model_dump(), "day": self._now().date().isoformat()}
        # Escaped: PostgreSQL's texts hold no NUL.
        connection.execute(sa.text(KEEP), {**row, "reply": json.dumps(reply.model_dump(mode="json"))})

    def recall(self, job: str, purpose: str) -> Mapping[Place, KeptReply]:
        """What one step of a job was told before it was interrupted. Raises SQLAlchemyError."""
        rows = self._database.patiently(
            LOCK,
            lambda connection: connection.execute(sa.text(READ), {"job": job, "purpose": purpose}).all(),
        )
        found: dict[Place, KeptReply] = {}
        for digest, turn, reply in rows:
            try:
                found[Place(purpose=purpose, digest=digest, turn=turn)] = KeptReply.model_validate_json(reply)
            except ValidationError:  # of another version of ours; it is asked for again
                log.warning("job %s: a kept reply can't be read", job)
        return found

    def forget(self, job: str) -> None:
        """The job has its result. Where the database is away, its replies are forgotten with their age."""
        try:
            with self._database.writing(LOCK) as connection:
                connection.execute(sa.text("delete from intern_replies where job = :job"), {"job": job})
        except sa.exc.SQLAlchemyError as error:
            log.warning("job %s: its replies are kept for %d days: %s", job, KEPT, error)
