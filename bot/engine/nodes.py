"""Nodes: the processes on one PostgreSQL, and how the living take over what the dead have left.

Each has a row with its last sign of life. One that is silent for too long loses its row; and what a process was
running that has no row is put back into its queue, whoever notices. So nothing depends on who notices, or on whether
that one survives it, and a process that leaves only removes its row. How long a silence is, each measures by its own
clock that nobody can turn: of the database's it only sees that a sign of life is another one than before.

DBOS itself takes nothing over between machines: https://docs.dbos.dev/production/workflow-recovery
"""

import logging
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from dbos import DBOS, _dbos
from dbos._utils import INTERNAL_QUEUE_NAME

from bot.engine.lease import Lease, Terms, now
from bot.store.database import Database

TABLE = "create table if not exists intern_nodes (id varchar(200) primary key, seen timestamptz not null)"
ENTER = "insert into intern_nodes values (:id, clock_timestamp())"
BEAT = "update intern_nodes set seen = clock_timestamp() where id = :id"
SEEN = "select id, seen from intern_nodes"
END = "delete from intern_nodes where id = :id and seen = :seen"
LIVING = "select id from intern_nodes"
LEAVE = "delete from intern_nodes where id = :id"

log = logging.getLogger(__name__)


def new_node() -> str:
    """A name that no process has or had."""
    return f"{socket.gethostname()}-{uuid.uuid4().hex[:12]}"


class Nodes:
    """This process among the others.

    Args:
        database: a PostgreSQL.
        node: this process's own name, which no other has or had. DBOS must know it as its executor's.
        lease: renewed by each sign of life.
        terms: the same for all processes.
        lost: called once, when the lease was lost and the database answers again: then the process starts anew.
    """

    def __init__(self, database: Database, node: str, lease: Lease, terms: Terms, lost: Callable[[], None]) -> None:
        self._database = database
        self._node, self._lease, self._terms, self._lost = node, lease, terms, lost
        self._leaving = threading.Event()
        self._threads: list[threading.Thread] = []
        self._beaten = self._stored = self._calm = now()
        #: The last sign of life of each that has a row, and since when it is known here.
        self._signs: dict[str, tuple[datetime, float]] = {}
        #: What is this process's and not at work in it, and since when that is known.
        self._idle: dict[str, float] = {}

    def enter(self) -> None:
        """Be known to the others, from before the first job is taken. Raises SQLAlchemyError."""
        sent = now()
        self._do(ENTER, id=self._node)
        self._lease.renew(sent)
        self._stored = sent
        log.info("On this database this process is %s.", self._node)
        self._start("beat", self._beat)

    @property
    def unwritten(self) -> float:
        """Seconds since something was written to the database for the last time."""
        return now() - self._stored

    def watch(self) -> None:
        """Begin to take over what the dead have left. DBOS has to be launched."""
        self._start("watch", self._sweep)

    def stop(self) -> None:
        """Take nothing over any more."""
        self._leaving.set()
        for thread in self._threads:
            thread.join(5)

    def leave(self) -> None:
        """Give back what this process was running: the others need not wait for its silence."""
        self.stop()
        try:
            self._do(LEAVE, id=self._node)
        except sa.exc.SQLAlchemyError as error:
            log.warning("%s could not take its leave, the others will wait for it: %s", self._node, _line(error))

    def _start(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=self._repeat, args=(work,), name=f"nodes-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _repeat(self, work: Callable[[], None]) -> None:
        while not self._leaving.is_set():
            try:
                work()
            except Exception as error:  # noqa: BLE001  (whatever it is, life goes on, and the lease ends by itself)
                log.warning("%s: the other processes can't be reached: %s", self._node, _line(error))
            self._leaving.wait(self._terms.beat)

    def _beat(self) -> None:
        sent = now()
        stored = self._do(BEAT, id=self._node)
        self._stored = sent
        if stored:
            self._lease.renew(sent)
        else:
            log.warning("%s was silent for too long, so its jobs are with others now.", self._node)
            self._lease.lose()
        if sent - self._beaten > self._terms.lease:
            self._calm = now() + self._terms.dead  # the database was away, maybe for all: let them speak first
        self._beaten = now()
        if self._lease.lost:
            self._do(LEAVE, id=self._node)
            self._leaving.set()
            self._lost()

    def _sweep(self) -> None:
        self._end_silent()
        # First who runs something, then who lives: whoever runs something was known before it began.
        running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        holders = {status.executor_id for status in running if status.executor_id}
        self._give_back({status.workflow_id for status in running if status.executor_id == self._node})
        strangers = sorted(holders - set(self._do(LIVING)))
        if strangers and not self._lease.lost:
            log.warning("%s: what %s was running is to go on.", self._node, ", ".join(strangers))
            DBOS._recover_pending_workflows(strangers)

    def _give_back(self, mine: set[str]) -> None:
        """Put back into the queue what this process was given and knows nothing of: the answer was lost on its way."""
        launched = _dbos._dbos_global_instance
        if launched is None or self._lease.lost:
            return
        idle = mine - set(launched._active_workflows_set.activeList())
        self._idle = {name: self._idle.get(name, now()) for name in idle}
        for name in [name for name, since in self._idle.items() if now() - since > self._terms.dead]:
            log.warning("%s: %s was given to this process, and the word was lost; it is to go on.", self._node, name)
            launched._sys_db.reenqueue_for_recovery(name, [self._node], INTERNAL_QUEUE_NAME)

    def _end_silent(self) -> None:
        asked = now()
        with self._database.at_once() as connection:
            signs = {row.id: row.seen for row in connection.execute(sa.text(SEEN))}
        noted = now()  # a sign was given before it was noted, and a silence was over after it was asked for
        known = self._signs
        self._signs = {
            node: known[node] if node in known and known[node][0] == seen else (seen, noted)
            for node, seen in signs.items()
        }
        for node, (seen, since) in self._signs.items():
            silent = asked - since > self._terms.dead and asked >= self._calm
            if silent and self._do(END, id=node, seen=seen):
                log.warning("%s: %s is dead.", self._node, node)

    def _do(self, statement: str, **values: object) -> list[str]:
        """Ids of the rows, each named or changed."""
        with self._database.at_once() as connection:
            done = connection.execute(sa.text(statement), values)
            return [row[0] for row in done] if done.returns_rows else [self._node] * done.rowcount


def _line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
