"""Turns: when each installation may be written to next, whichever process does it, in the database of the engine.

One row for each installation, and one statement for each write: it reserves the next moment, by the database's clock,
and is over before anybody waits for that moment. So nothing is locked meanwhile, and a restart forgets nothing.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.words.turn import Turn

#: Seconds. A next moment that is farther away than all processes together can have reserved is from before the clock
#: was turned back; it counts no more. Each process waits for one moment of an installation at a time.
FAR = 60.0

#: Seconds for which one process makes the others pause at most: GitHub's limits begin anew each hour.
LONGEST = 3600.0

TABLE = """create table if not exists intern_turns (
    gate varchar(100) primary key, moment timestamptz not null, told timestamptz, closed double precision)"""
#: For one statement: it waits two seconds for somebody who has locked the row by hand, and for no disk. A power cut
#: may take the last moments with it, and lasts longer than they do.
LIGHTLY = "set_config('lock_timeout', '2000', true) as one, set_config('synchronous_commit', 'off', true) as other"
#: What is left of a pause. One that was told in the future is from before the clock was turned back.
LEFT = """coalesce(case when mine.told <= clock_timestamp()
    then mine.closed - extract(epoch from clock_timestamp() - mine.told) end, 0)"""
#: `moment` is when the next but this one may write.
TAKE = f"""insert into intern_turns as mine (gate, moment)
    select :gate, clock_timestamp() + make_interval(secs => :after) + make_interval(secs => :pace) from {LIGHTLY}
    on conflict (gate) do update set moment = make_interval(secs => :pace) + greatest(
        clock_timestamp() + make_interval(secs => :after),
        case when mine.moment < clock_timestamp() + make_interval(secs => :far) then mine.moment
        else clock_timestamp() + make_interval(secs => :pace) end)
    returning extract(epoch from moment - clock_timestamp()) - :pace, {LEFT}"""  # noqa: S608  (our own words)
CLOSED = f"select {LEFT} from intern_turns as mine where gate = :gate"  # noqa: S608
PAUSE = f"""insert into intern_turns as mine (gate, moment, told, closed)
    select :gate, clock_timestamp(), clock_timestamp(), :seconds from {LIGHTLY}
    on conflict (gate) do update set told = clock_timestamp(), closed = greatest(:seconds, {LEFT})"""  # noqa: S608
FORGET = "delete from intern_turns where moment < :before"


class Turns:
    """The list, on a PostgreSQL. Safe to use from several threads and processes.

    Args:
        database: the engine's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def of_store(cls, database: Database) -> "Turns | None":
        """Those of the processes of a database: only a PostgreSQL has several."""
        return cls(database) if database.postgres else None

    def take(self, gate: str, pace: float, after: float) -> Turn:
        """Reserve the next moment. One that is not used is lost, and costs nobody more than the pace.

        Args:
            gate: names the installation.
            pace: seconds to the moment after it.
            after: seconds that have to pass before it.

        Raises:
            SQLAlchemyError: the database is away; nothing is reserved, or a moment that nobody uses.
        """
        row = {"gate": gate, "pace": pace, "after": after, "far": FAR}
        with self._database.at_once() as connection:
            wait, closed = connection.execute(sa.text(TAKE), row).one()
        return Turn(wait=min(max(float(wait), 0.0), FAR), closed=_bounded(closed))

    def closed(self, gate: str) -> float:
        """Seconds for which nothing may be sent; 0 when something may. Raises SQLAlchemyError."""
        with self._database.at_once() as connection:
            return _bounded(connection.execute(sa.text(CLOSED), {"gate": gate}).scalar())

    def pause(self, gate: str, seconds: float) -> None:
        """GitHub has asked this process to send nothing for so long; all are to keep to it. Raises SQLAlchemyError."""
        row = {"gate": gate, "seconds": min(seconds, LONGEST)}
        with self._database.at_once() as connection:
            connection.execute(sa.text(PAUSE), row)

    def forget(self, before: datetime) -> int:
        """Forget those that nobody has written to since; how many. Raises SQLAlchemyError."""
        with self._database.at_once() as connection:
            return connection.execute(sa.text(FORGET), {"before": before}).rowcount


def _bounded(seconds: Any) -> float:
    return min(max(float(seconds or 0), 0.0), LONGEST)
