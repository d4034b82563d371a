"""Durable steps on DBOS: SQLite by default, PostgreSQL by a URL.

DBOS records each step's result before the next begins; after a crash the same function runs again from its
first line and finished steps answer from the record. https://docs.dbos.dev/python/programming-guide
"""

import fcntl
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, _dbos

from bot.engine.durable_steps import DurableSteps as DurableSteps
from bot.engine.gate import Gate
from bot.engine.interruptions import Interruptions
from bot.engine.json_only import refuse_pickles
from bot.engine.known import ACTIVE, Known, argument_of
from bot.engine.lease import TERMS, Lease, Terms
from bot.engine.nodes import TABLE, Nodes, new_node
from bot.engine.opening import check_database
from bot.engine.outside import outside
from bot.engine.pausing import pause_on_trouble
from bot.errors import ConfigurationError
from bot.store.database import IDLE_SECONDS, Database
from bot.store.halts import Halts
from bot.store.reaching import ANSWER_SECONDS, POOL_EVENTS, reaching
from bot.store.tables import make_tables
from bot.store.whereabouts import Whereabouts

#: A workflow: its own id and its JSON argument go in, JSON comes out.
Workflow = Callable[["DurableSteps", dict[str, Any]], dict[str, Any]]

#: By this name the engine knows whose work it is.
APPLICATION = "code-intern"

#: Fixed, never derived from the sources: with DBOS's default every edit would strand the jobs in flight.
APPLICATION_VERSION = "1"

#: Crashes that one job may live through without coming further; others may have caused them (`Interruptions`).
RECOVERIES = 50


class DurableEngine:
    """Owns DBOS in this process: launch, queues, enqueue, drain.

    Args:
        database: where it stores; of this process, and closed by whoever opened it.
        queues: name -> how many run at once, in all processes together; of one partition only one runs at a time.
        lease: asked before everything that can be seen from outside; one of its own by default.
        terms: how long processes on one PostgreSQL wait for each other.

    Attributes:
        lost: set when the lease was lost and the database answers: then the process has to start anew.
        halts: which workflows were stopped.
        whereabouts: how far they have come.
    """

    def __init__(
        self, database: Database, queues: Mapping[str, int], lease: Lease | None = None, terms: Terms = TERMS
    ) -> None:
        self._database, self._url = database, database.url
        self._queues = queues
        self._gate = Gate()
        self._lease = lease or Lease.of_store(database.url, terms)
        self.lost = threading.Event()
        # SQLite belongs to one process, whose fixed name lets a restart take up its own work at once. On
        # PostgreSQL two processes with one name would both run the same jobs, so each gets a name of its own.
        postgres = database.postgres
        self._node = new_node() if postgres else "local"
        self._nodes = Nodes(database, self._node, self._lease, terms, self.lost.set) if postgres else None
        self._lock_file: IO[str] | None = None
        self.halts, self.whereabouts = Halts(database), Whereabouts(database)
        self._interruptions = Interruptions(database)

    def add(self, name: str, function: Workflow) -> None:
        """Know a workflow by this name. All have to be known before the launch, which takes up interrupted ones."""

        @DBOS.workflow(name=name, max_recovery_attempts=RECOVERIES)
        def run(argument: dict[str, Any]) -> dict[str, Any]:
            workflow_id = DBOS.workflow_id
            assert workflow_id is not None  # noqa: S101  (DBOS sets it before it calls a workflow)
            return function(self._steps(workflow_id), argument)

    def _steps(self, workflow_id: str) -> DurableSteps:
        return DurableSteps(
            workflow_id, self._gate, self._lease, self.halts, self.whereabouts, self._interruptions.forget
        )

    def launch(self) -> None:
        """Make all tables, take up interrupted workflows and start the queues.

        Raises:
            ConfigurationError: the database can't be opened, or another process has it (SQLite only).
        """
        quiet_dbos()
        refuse_pickles()
        pause_on_trouble()
        check_database(self._url)
        try:
            self._prepare_sqlite()
            DBOS.migrate(self._reached())  # makes the database itself where it is missing; launching does both at once
            make_tables(self._database, *([TABLE] if self._nodes else []))
            if self._nodes:
                self._nodes.enter()
            DBOS(config=self._config())
            DBOS.launch()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise ConfigurationError(f"DATABASE_URL can't be opened: {_first_line(error)}") from error
        for name, limit in self._queues.items():
            DBOS.register_queue(
                name,
                global_concurrency=limit,
                worker_concurrency=limit,
                partition_concurrency=1,
                polling_interval_sec=0.25,
            )
        if self._nodes:
            self._nodes.watch()

    def enqueue_now(
        self,
        queue: str,
        workflow: str,
        workflow_id: str,
        argument: dict[str, Any],
        *,
        partition: str,
    ) -> bool:
        """Store work durably, from any thread; False when this id is known already."""
        options: dict[str, Any] = {
            "queue_name": queue,
            "workflow_name": workflow,
            "workflow_id": workflow_id,
            "queue_partition_key": partition,
        }
        if outside(lambda: DBOS.get_workflow_status(workflow_id)) is not None:
            return False
        outside(lambda: DBOS.enqueue_workflow_with_options(options, argument))  # type: ignore[arg-type]
        return True

    def active(self, prefix: str) -> list[str]:
        """Ids of waiting or running workflows whose id begins with `prefix`."""
        found = outside(
            lambda: DBOS.list_workflows(
                workflow_id_prefix=prefix, status=list(ACTIVE), load_input=False, load_output=False
            )
        )
        return [status.workflow_id for status in found]

    def known(self, prefix: str, *, active: bool = False) -> list[Known]:
        """The workflows whose id begins with `prefix`, the oldest first; if `active`, those that have not ended."""
        status = list(ACTIVE) if active else None
        found = outside(lambda: DBOS.list_workflows(workflow_id_prefix=prefix, status=status))
        return [
            Known(id=one.workflow_id, status=one.status, argument=argument_of(one.input), output=one.output)
            for one in found
        ]

    def outputs(self, prefix: str) -> dict[str, Any]:
        """What the workflows gave whose id begins with `prefix` and that came to their end, the oldest first."""
        found = outside(lambda: DBOS.list_workflows(workflow_id_prefix=prefix, status=["SUCCESS"], load_input=False))
        return {status.workflow_id: status.output for status in found}

    def outcome(self, workflow_id: str) -> tuple[str, Any]:
        """("SUCCESS" | "PENDING" | ..., output) of a workflow; ("UNKNOWN", None) where there is none."""
        status = outside(lambda: DBOS.get_workflow_status(workflow_id))
        return ("UNKNOWN", None) if status is None else (status.status, status.output)

    def unwritten(self) -> float:
        """Seconds for which nothing could be written to a database that several processes share; 0 for one's own."""
        return self._nodes.unwritten if self._nodes else 0.0

    def close(self, seconds: float = 20.0) -> bool:
        """Let running steps end, start no new ones, leave. Unfinished jobs go on at the next launch.

        Returns:
            Whether every running step ended in time.
        """
        _claim_no_more()
        lost = self._lease.lost
        ended = self._gate.drain(0.0 if lost else seconds)  # without a lease nothing can be recorded
        if self._nodes:
            self._nodes.stop()
        self._lease.lose()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=0)
        self._gate.release()
        if not lost:  # what kept this process from its signs of life may be one of its jobs
            self._interruptions.forgive(self._node)
        if self._nodes:
            self._nodes.leave()
        if self._lock_file is not None:
            self._lock_file.close()
        return ended

    def _config(self) -> DBOSConfig:
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._reached(),
            "application_version": APPLICATION_VERSION,
            "executor_id": self._node,
            "serializer": DBOSPortableJSONSerializer(),  # the default is a pickle
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": 0.2,
            "sys_db_idle_transaction_timeout_sec": IDLE_SECONDS,  # a frozen process keeps no lock from the others
            # Whoever waits in vain for `ANSWER_SECONDS` asks anew; a question that DBOS gives up itself ends the job.
            "observability_query_timeout_sec": 2 * ANSWER_SECONDS,
        }
        return {**config, "db_engine_kwargs": {"pool_events": POOL_EVENTS}} if self._nodes else config

    def _reached(self) -> str:
        return reaching(self._url).render_as_string(hide_password=False) if self._nodes else self._url

    def _prepare_sqlite(self) -> None:
        path = sa.engine.make_url(self._url).database
        if not self._url.startswith("sqlite") or not path:
            return
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock_file = Path(f"{path}.lock").open("w", encoding="utf-8")  # noqa: SIM115  (held until close)
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationError(
                f"{path} is in use by another `intern serve`. Stop it, or give each its own DATABASE_URL."
            ) from error
        Path(f"{path}.lock").chmod(0o600)
        engine = sa.create_engine(self._url)
        with engine.begin() as connection:
            connection.exec_driver_sql("pragma auto_vacuum=incremental")  # of a new file; the janitor gives back
            connection.exec_driver_sql("pragma journal_mode=wal")  # persistent; doubles SQLite's write rate
        engine.dispose()
        Path(path).chmod(0o600)  # issues, code and evidence are nobody else's business


def _claim_no_more() -> None:
    """Let DBOS take nothing out of the queues any more; the others would have to wait for what this process has."""
    if (launched := _dbos._dbos_global_instance) is not None:
        for event in launched.background_thread_stop_events:
            event.set()


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def quiet_dbos() -> None:
    """Keep DBOS's own log to warnings, from its first migration on."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
