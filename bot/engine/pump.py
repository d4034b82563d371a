"""Pump: hands what the inbox has to the engine, in one transaction with the note that it was handed on.

So after a crash at any moment a letter waits still or is with the engine, never both and never neither.
"""

import hashlib
import json
import logging
import threading
import time
from collections import OrderedDict
from typing import Any

import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from dbos import error as dbos_error

from bot.engine.durable import APPLICATION
from bot.store.inbox import Inbox

log = logging.getLogger(__name__)

#: Seconds between two looks where nobody says that something came in: another process stored it.
EVERY = 0.5

#: Letters in one transaction: on SQLite nobody else writes meanwhile.
MOST = 10

#: Events of which it is known that they may wait with the engine.
REMEMBERED = 1_000

#: What a delivery's workflow is called before its id.
PREFIX = "delivery-"

#: Seconds to wait when the database is away.
AWAY = 2.0


class Pump:
    """One thread. Any number of processes may have one.

    Args:
        inbox: what waits.
        queue: the engine's queue.
        workflow: the name of the workflow that gets the event.
    """

    def __init__(self, inbox: Inbox, queue: str, workflow: str) -> None:
        self._inbox, self._queue, self._workflow = inbox, queue, workflow
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)
        self._client: DBOSClient | None = None
        self._waiting: OrderedDict[bytes, str] = OrderedDict()
        self._together: set[bytes] = set()
        self._began = 0.0

    def start(self) -> None:
        """Begin. The engine's tables must be there."""
        self._client = DBOSClient(
            system_database_engine=self._inbox.database.engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
        )
        self._thread.start()

    def close(self) -> None:
        """End; what was not handed on waits."""
        self._ended.set()
        self._inbox.filled.set()
        if self._thread.is_alive():
            self._thread.join(10)
        if self._client is not None:
            self._client.destroy()

    def _run(self) -> None:
        failing = False
        while not self._ended.is_set():
            try:
                self._inbox.filled.clear()
                while not self._ended.is_set() and self._moved():
                    pass
                failing = False
                self._inbox.filled.wait(EVERY)
            except Exception as error:  # noqa: BLE001  (the thread lives on; nothing was handed on)
                if not failing:
                    log.warning("deliveries can't be handed on: %s", str(error).partition("\n")[0])
                failing = True
                self._ended.wait(AWAY)

    def _moved(self) -> int:
        """Hand on what may go at once, then leave the database for as long to those whom GitHub waits for."""
        self._began = 0.0
        self._together.clear()
        moved = self._inbox.move(self._hand, MOST)
        if self._began:
            self._ended.wait(time.monotonic() - self._began)
        return moved

    def _hand(self, connection: sa.Connection, number: int, delivery: str, place: str, event: str) -> None:
        """The workflow is named after the delivery; one whose id is taken was forged, or came before an upgrade.

        Of events that tell the very same, one that waits is enough: what they are about is looked up when it begins.
        Somebody who puts a label on and takes it off five hundred times costs GitHub a few questions and not thousands.
        """
        self._began = self._began or time.monotonic()  # before that another process had its turn
        told = hashlib.sha256(event.encode()).digest()
        if told in self._together or self._still_waits(self._waiting.get(told)):
            return
        argument, name = json.loads(event), f"{PREFIX}{delivery}"
        try:
            self._enqueue(connection, name, place, number, argument)
        except dbos_error.DBOSWorkflowIDInUseError:
            name = f"{name}-{number}"
            self._enqueue(connection, name, place, number, argument)
        self._together.add(told)
        self._waiting[told] = name
        self._waiting.move_to_end(told)
        if len(self._waiting) > REMEMBERED:
            self._waiting.popitem(last=False)

    def _still_waits(self, name: str | None) -> bool:
        """Whether the engine has it and has not begun with it."""
        if name is None or self._client is None:
            return False
        found = self._client.list_workflows(workflow_ids=[name], load_input=False, load_output=False)
        return [one.status for one in found] == ["ENQUEUED"]

    def _enqueue(self, connection: sa.Connection, name: str, place: str, number: int, argument: dict[str, Any]) -> None:
        assert self._client is not None  # noqa: S101  (`start` made it)
        options: EnqueueOptions = {
            "queue_name": self._queue,
            "workflow_name": self._workflow,
            "workflow_id": name,
            "workflow_id_reuse_policy": "reject",
            # At one place in the order in which they came: those of one transaction have the same time.
            "priority": min(number, 2**31 - 1),
            "queue_partition_key": place,  # without one, a partitioned queue takes the work and never runs it
        }
        self._client.enqueue_in_transaction(connection, options, argument)
