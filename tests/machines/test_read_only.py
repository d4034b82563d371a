"""A PostgreSQL that was made read-only, as hosts do with one whose disk is nearly full, costs time and no job."""

import threading
import time
from typing import Any

import psycopg
import pytest

from bot.engine.disks import Disks
from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.lease import Terms
from bot.server import looks
from bot.server.looks import health_of
from bot.server.web import Web
from bot.store.database import Database
from tests.machines.test_nodes import until


def allow(server: str, setting: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"alter system set default_transaction_read_only = {setting}".encode())
        connection.execute("select pg_reload_conf()")


def test_jobs_wait_for_it_and_health_says_it(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "UNWRITTEN", 1.0)
    database = Database(server.replace("/postgres?", "/read_only?"))
    engine = DurableEngine(database, {"jobs": 1}, terms=Terms(beat=0.2, lease=60.0, dead=90.0))
    health = health_of(engine, lambda: 0, Disks({}, 0), {})
    begun, go = threading.Event(), threading.Event()
    done: list[str] = []

    def work() -> None:
        begun.set()
        go.wait(60)
        done.append("work")

    def story(steps: DurableSteps, _: dict[str, Any]) -> dict[str, Any]:
        steps.step("work", work, None)
        steps.step("more", lambda: done.append("more"), None)
        return {"done": len(done)}

    engine.add("story", story)
    engine.launch()
    try:
        engine.enqueue_now("jobs", "story", "a", {}, partition="p")
        assert begun.wait(30)
        allow(server, "on")
        time.sleep(0.5)  # each connection of its own learns of it
        go.set()
        assert until(lambda: health.report().status == 503)
        assert "See whether its disk is full" in str(health.report().body["parts"]["database"]["why"])
        time.sleep(1.0)
        assert (engine.outcome("a")[0], done) == ("PENDING", ["work"])
        allow(server, "off")
        assert until(lambda: engine.outcome("a")[0] not in {"PENDING", "ENQUEUED"})
        assert (engine.outcome("a"), done) == (("SUCCESS", {"done": 2}), ["work", "more"])
        assert until(lambda: health.report().status == 200)
    finally:
        allow(server, "off")
        health.close()
        engine.close(1)
        database.close()


def test_a_web_says_so_although_nobody_sends_anything(server: str) -> None:
    with Database(server.replace("/postgres?", "/read_only_web?")) as database:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("create database read_only_web")
        web = Web(database)
        web.launch()
        try:
            assert web.health.report().status == 200
            allow(server, "on")
            assert until(lambda: web.health.report().status == 503)
            allow(server, "off")
            assert until(lambda: web.health.report().status == 200)
        finally:
            allow(server, "off")
            web.close()
