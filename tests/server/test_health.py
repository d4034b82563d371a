"""Health is told in bounded time whatever hangs, and no secret with it; on a nearly full disk no job begins."""

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestClient

from bot.engine.disks import Disks
from bot.engine.durable import DurableSteps
from bot.errors import ConfigurationError, Later
from bot.server.app import make_app
from bot.server.health import Health, Part
from bot.server.looks import health_of, look_at_disks
from sandbox.room import MIB, SandboxError
from tests.engine.alone import LoneEngine
from tests.engine.test_durable import finish


def test_all_is_well() -> None:
    health = Health({"a": lambda: Part(told={"rows": 3}), "b": Part}, needed=frozenset("a"))
    report = asyncio.run(health.answer())
    assert (report.status, report.body["state"]) == (200, "ok")
    assert report.body["parts"] == {"a": {"ok": True, "rows": 3}, "b": {"ok": True}}


@pytest.mark.parametrize(("needed", "status", "state"), [("a", 503, "down"), ("", 200, "trouble")])
def test_what_hangs_costs_two_seconds_and_is_not_asked_again(needed: str, status: int, state: str) -> None:
    asked: list[int] = []
    go = threading.Event()

    def hang() -> Part:
        asked.append(1)
        go.wait(60)
        return Part()

    health = Health({"a": hang, "b": Part}, needed=frozenset(needed), patience=0.3, kept=0.0)
    started = time.monotonic()
    for _ in range(4):
        report = health.report()
        assert (report.status, report.body["state"]) == (status, state)
        assert report.body["parts"] == {"a": {"ok": False, "why": "does not answer"}, "b": {"ok": True}}
    assert time.monotonic() - started < 20
    assert len(asked) == 1, "threads don't pile up"
    go.set()
    while health.report().status != 200:
        assert time.monotonic() - started < 20
    assert len(asked) >= 1


def test_a_report_is_told_again_for_a_while() -> None:
    asked: list[int] = []

    def look() -> Part:
        asked.append(1)
        return Part()

    health = Health({"a": look}, kept=60)
    for _ in range(50):
        asyncio.run(health.answer())
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError("could not connect to postgresql://intern:hunter2@db"), "OSError"),
        (SandboxError("no Docker engine answers: start it"), "no Docker engine answers: start it"),
        (ConfigurationError("The disk is full."), "The disk is full."),
    ],
)
def test_only_sentences_of_ours_are_told(error: Exception, why: str) -> None:
    def look() -> Part:
        raise error

    report = Health({"a": look}, needed=frozenset("a")).report()
    assert report.status == 503
    assert report.body["parts"]["a"] == {"ok": False, "why": why}
    assert "hunter2" not in json.dumps(report.body)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk that few others write to."""
    memory = Path("/dev/shm")  # noqa: S108
    folder = memory / f"intern-test-{os.getpid()}" if memory.is_dir() else tmp_path
    folder.mkdir(exist_ok=True)
    yield folder
    (folder / "large").unlink(missing_ok=True)
    if folder != tmp_path:
        folder.rmdir()


def fill(folder: Path, megabytes: int) -> None:
    with (folder / "large").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, megabytes * MIB)


def test_a_disk_that_is_nearly_full_is_said_with_what_to_do(small_disk: Path) -> None:
    free = Disks({"x": small_disk}, 0).free()["x"]
    disks = Disks({"the database": small_disk / "not" / "there yet"}, free - 16 * MIB)
    disks.check(time.time())
    assert look_at_disks(disks).ok
    fill(small_disk, 24)
    with pytest.raises(
        Later, match=r"The disk of the database has \d+ MiB left, less than the \d+ that a new job"
    ) as told:
        disks.check(100.0)
    assert told.value.until > 100.0
    part = look_at_disks(disks)
    assert not part.ok
    assert not part.needed, "deliveries are stored all the same"
    assert str(told.value) == part.told["why"]


def test_jobs_wait_for_room_and_then_begin_by_themselves(small_disk: Path, tmp_path: Path) -> None:
    free = Disks({"x": small_disk}, 0).free()["x"]
    disks = Disks({"the database": small_disk}, free - 16 * MIB, again=0.2)
    fill(small_disk, 24)
    begun = threading.Event()

    def story(steps: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        steps.patiently(lambda: disks.check(time.time()))
        begun.set()
        return {}

    engine = LoneEngine(f"sqlite:///{tmp_path / 'jobs.sqlite'}", {"jobs": 2})
    engine.add("story", story)
    engine.launch()
    try:
        engine.enqueue_now("jobs", "story", "a", {}, partition="a")
        engine.enqueue_now("jobs", "story", "b", {}, partition="a")
        health = health_of(engine, lambda: 4, disks, {})
        while health.report().body["parts"]["queues"].get("jobs") != {"running": 1, "waiting": 1}:
            time.sleep(0.2)
        report = health.report()
        assert (report.status, report.body["state"]) == (200, "trouble")
        assert report.body["parts"]["queues"]["deliveries"] == {"unread": 4}
        assert not begun.is_set()
        (small_disk / "large").unlink()
        assert finish(engine, "b")[0] == "SUCCESS"
    finally:
        engine.close(5)
    assert begun.is_set()


async def test_it_is_told_as_json_and_being_alive_is_another_question() -> None:
    health = Health({"a": lambda: Part(ok=False, needed=True, told={"why": "It is away."})})

    async def store(_letter: Any) -> bool:
        raise AssertionError

    class Served(BaseTestServer):
        async def _make_runner(self, **_options: Any) -> web.ServerRunner:
            return web.ServerRunner(make_app(b"s" * 32, store, health.answer))

    async with TestClient(Served()) as client:
        async with client.get("/healthz") as answer:
            told = {"state": "down", "parts": {"a": {"ok": False, "why": "It is away."}}}
            assert (answer.status, await answer.json()) == (503, told)
        async with client.get("/livez") as answer:
            assert answer.status == 200
