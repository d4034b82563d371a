"""Outcomes: what became of the bot's pull requests, in the database of the engine; so it outlives every process."""

import sqlalchemy as sa

from bot.errors import ConfigurationError
from bot.store.database import Database
from bot.words.pull_outcome import PullOutcome

TABLE = """create table if not exists intern_outcomes (
    repository bigint not null, pull bigint not null, name varchar(300) not null, issue bigint not null,
    job varchar(300) not null, merged boolean not null, edited boolean not null, sha varchar(64) not null,
    closed varchar(40) not null, primary key (repository, pull))"""
#: A pull request can be opened again; its last end counts.
ENTER = """insert into intern_outcomes (repository, pull, name, issue, job, merged, edited, sha, closed)
    values (:repository, :pull, :name, :issue, :job, :merged, :edited, :commit, :closed)
    on conflict (repository, pull) do update set name = excluded.name, job = excluded.job, merged = excluded.merged,
    edited = excluded.edited, sha = excluded.sha, closed = excluded.closed"""
READ = """select repository, pull, name, issue, job, merged, edited, sha as "commit", closed from intern_outcomes
    order by closed desc, repository, pull limit :most"""
MOST = 10_000
#: Of PostgreSQL's advisory locks.
LOCK = 0x6F7574636F6D


class Outcomes:
    """The record. Safe to use from several threads.

    Args:
        database: the engine's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, outcome: PullOutcome) -> None:
        """Record one. Raises SQLAlchemyError."""
        with self._database.writing(LOCK) as connection:
            connection.execute(sa.text(ENTER), outcome.model_dump())

    def read(self) -> tuple[PullOutcome, ...]:
        """The newest ones first. Raises ConfigurationError where there is no such database."""
        try:
            with self._database.reading() as connection:
                if not sa.inspect(connection).has_table("intern_outcomes"):
                    return ()
                rows = connection.execute(sa.text(READ), {"most": MOST}).mappings()
                return tuple(PullOutcome.model_validate(dict(row)) for row in rows)
        except sa.exc.SQLAlchemyError as error:
            raise ConfigurationError(f"DATABASE_URL can't be opened: {str(error).splitlines()[0]}") from error
