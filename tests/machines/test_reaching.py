"""Every connection to a PostgreSQL, whoever makes it, is given up by both ends when the other one is gone."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from dbos import _dbos, _sys_db

from bot.engine.durable_steps import DurableSteps
from bot.store import reaching as reaching_module
from bot.store.database import Database
from bot.store.reaching import OURS, THEIRS, reaching
from tests.engine.alone import LoneEngine, finish
from tests.machines.relay import Relay


@pytest.fixture
def relay(server: str) -> Iterator[Relay]:
    with Relay(Path(server.partition("host=")[2]) / ".s.PGSQL.5432") as one:
        yield one


def sockets(port: int) -> list[socket.socket]:
    """The sockets of this process that are connected to that port."""
    found = []
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            one = socket.socket(fileno=os.dup(int(file.name)))
            if one.family == socket.AF_INET and one.getpeername()[1] == port:
                found.append(one)
    return found


def told(engine: sa.Engine) -> set[str]:
    """Which of its settings of TCP a server was told by a connection of this pool."""
    query = "select name from pg_settings where source = 'session' and name like 'tcp%'"
    with engine.connect() as connection:
        return set(connection.execute(sa.text(query)).scalars())


def test_the_engines_as_well_as_ours(relay: Relay) -> None:
    url = f"postgresql://tester@127.0.0.1:{relay.port}/reached"
    engine = LoneEngine(url, {"jobs": 1})
    engine.launch()
    try:
        launched = _dbos._dbos_global_instance
        assert launched is not None
        assert told(engine.database.engine) == told(launched._sys_db.engine) == set(THEIRS)
        open_now = sockets(relay.port)
        assert len(open_now) == relay.open > 3, "the pools', and the one that listens"
        for one in open_now:
            with one:
                assert one.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == OURS["tcp_user_timeout"]
                assert one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
                assert one.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == OURS["keepalives_idle"]
    finally:
        engine.close(1)


def test_what_the_url_says_itself_counts() -> None:
    url = reaching("postgresql://db/x?connect_timeout=3&target_session_attrs=any")
    assert (url.query["connect_timeout"], url.query["target_session_attrs"]) == ("3", "any")
    assert url.query["tcp_user_timeout"] == str(OURS["tcp_user_timeout"])


def test_a_server_that_hangs_is_asked_anew(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching_module, "ANSWER_SECONDS", 1.0)
    database = Database(f"postgresql://tester@127.0.0.1:{relay.port}/postgres")
    with database.reading() as connection:
        connection.execute(sa.text("select pg_sleep(0.1)"))
        relay.freeze()
        with pytest.raises(sa.exc.OperationalError, match="did not answer within") as told:
            connection.execute(sa.text("select 1"))
        assert told.value.connection_invalidated, "so the engine waits for it and tries again"
    threading.Timer(0.5, relay.pass_on).start()
    assert database.patiently(1, lambda connection: connection.execute(sa.text("select 1")).scalar()) == 1
    database.close()


def test_who_listens_waits_for_as_long_as_nothing_happens(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching_module, "ANSWER_SECONDS", 0.3)
    database = Database(f"postgresql://tester@127.0.0.1:{relay.port}/postgres")
    listening = database.driver()
    driver = listening.driver_connection
    assert driver is not None
    driver.set_autocommit(True)
    driver.execute("listen something")
    threading.Timer(1.0, lambda: database.patiently(1, lambda one: one.execute(sa.text("notify something")))).start()
    assert [one.channel for one in driver.notifies(stop_after=1)] == ["something"]
    listening.invalidate()
    database.close()


def test_a_table_that_is_locked_costs_time_and_no_job(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `vacuum full` locks it. DBOS would have patience for half a minute, and the job would be lost."""
    monkeypatch.setattr(_sys_db, "DEFAULT_OBSERVABILITY_QUERY_TIMEOUT_SEC", 0.5)
    url = server.replace("/postgres?", "/locked?")
    engine, begun, go = LoneEngine(url, {"jobs": 1}), threading.Event(), threading.Event()

    def story(steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        steps.step("work", lambda: begun.set() or go.wait(60), bool)
        return {"done": True}

    engine.add("story", story)
    engine.launch()
    try:
        engine.enqueue_now("jobs", "story", "a", {}, partition="p")
        assert begun.wait(30)
        with psycopg.connect(url) as maintenance:
            maintenance.execute("lock table dbos.operation_outputs in access exclusive mode")
            go.set()
            time.sleep(2.0)
        assert finish(engine, "a") == ("SUCCESS", {"done": True})
    finally:
        engine.close(1)
