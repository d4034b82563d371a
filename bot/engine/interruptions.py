"""Interruptions: how often each workflow was begun anew, so that one is given up that takes its process down each time.

DBOS counts whenever it hands a workflow to a process, and never counts down: a bot that is started anew often enough
would lose a job that has nothing to do with it. So who leaves in peace takes its count back, and whoever has come
further begins to count anew. Who lost its lease takes nothing back: a job that freezes its process is one of those. https://docs.dbos.dev/python/tutorials/workflow-tutorial#workflow-guarantees
"""

import logging

import sqlalchemy as sa

from bot.store.database import Database

#: Of PostgreSQL's advisory locks.
LOCK = 0x696E746572

FORGET = "update {table} set recovery_attempts = 1 where workflow_uuid = :workflow and recovery_attempts > 1"
FORGIVE = """update {table} set recovery_attempts = recovery_attempts - 1
    where executor_id = :node and status = 'PENDING' and recovery_attempts > 0"""

log = logging.getLogger(__name__)


class Interruptions:
    """DBOS's count of them. Safe to use from several threads.

    Args:
        database: the engine's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = "dbos.workflow_status" if self._database.postgres else "workflow_status"

    def forget(self, workflow: str) -> None:
        """Count from one: it has come further since it was interrupted."""
        self._do(FORGET, workflow=workflow)

    def forgive(self, node: str) -> None:
        """Take back what was counted for what this process leaves unfinished."""
        self._do(FORGIVE, node=node)

    def _do(self, statement: str, **values: str) -> None:
        """A count that is too high does no harm for long: it is not worth to wait for a database."""
        try:
            with self._database.writing(LOCK) as connection:
                connection.execute(sa.text(statement.format(table=self._table)), values)
        except sa.exc.SQLAlchemyError as error:
            log.warning("interruptions can't be counted: %s", str(error).partition("\n")[0])
