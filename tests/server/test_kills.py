"""A server that is killed again and again: what was answered with 202 is admitted, each delivery once."""

import asyncio
import hashlib
import hmac
import json
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import aiohttp

from bench.webhooks.served import SECRET
from bot.server.app import WEBHOOK_PATH
from tests.decisions.payloads import LABELED

KILLS, DELIVERIES = 3, 90


class Served:
    """The server in a process of its own, on one file, with the pump and the engine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None
        self.port = 0

    def start(self) -> None:
        argv = [sys.executable, "-m", "bench.webhooks.served", str(self.folder), "pump"]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def until_admitted(self, count: int) -> None:
        finished = "select workflow_uuid from workflow_status where status = 'SUCCESS'"
        end = time.monotonic() + 120
        while len(self.rows(finished)) < count and time.monotonic() < end:
            time.sleep(0.2)

    def rows(self, question: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self.folder / "bench.sqlite", timeout=30)
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()


async def deliver(served: Served, session: aiohttp.ClientSession, number: int) -> None:
    """Until it is answered with 202, as GitHub does when it is asked to."""
    body = json.dumps({**LABELED, "issue": {**LABELED["issue"], "number": number + 1}}).encode()
    headers = {
        "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest(),
        "X-GitHub-Delivery": f"guid-{number}",
        "X-GitHub-Event": "issues",
        "Content-Type": "application/json",
    }
    for _ in range(600):
        try:
            url = f"http://127.0.0.1:{served.port}{WEBHOOK_PATH}"
            async with session.post(url, data=body, headers=headers) as answer:
                if answer.status == 202:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.05)
    raise AssertionError(f"delivery {number} is not taken in")


async def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    served, chance = Served(tmp_path), random.Random(7)  # noqa: S311
    await asyncio.to_thread(served.start)
    numbers = iter(range(DELIVERIES))

    async def sender(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            await deliver(served, session, number)
            await asyncio.sleep(0.01)

    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as session:
            senders = asyncio.gather(*(sender(session) for _ in range(4)))
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.1, 0.6))
                served.kill()
                await asyncio.to_thread(served.start)
            await senders
            for number in chance.sample(range(DELIVERIES), 20):  # GitHub may deliver again what it delivered
                await deliver(served, session, number)
        await asyncio.to_thread(served.until_admitted, DELIVERIES)
        assert served.rows("select count(*) from intern_inbox") == [(0,)]
        names = [name for (name,) in served.rows("select workflow_uuid from workflow_status")]
        assert sorted(names) == sorted(f"delivery-guid-{number}" for number in range(DELIVERIES))
    finally:
        served.kill()
