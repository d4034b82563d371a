"""Ingestion: how fast signed deliveries are verified and stored, against events that are looked at and left.

The server, the signature and the database file are the real ones. The sender has a process of its own. What is
stored is taken up at once, as in real life, by an admission that has nothing to do.
"""

import asyncio
import multiprocessing
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bench.letters import Letter, Posted, post, write_letters
from bench.spread import Spread
from bot.engine.durable import DurableEngine, DurableSteps
from bot.engine.inbox import Inbox
from bot.engine.postbox import Postbox
from bot.engine.pump import Pump
from bot.server.app import WEBHOOK_PATH, make_app
from bot.server.letters import letter_of
from bot.words.delivery import Delivery
from bot.words.events import Event

CONNECTIONS = (1, 16)
COUNT = 320
_SECRET = "a-secret-that-only-this-machine-knows"  # noqa: S105  (of the stand-in)


@dataclass(frozen=True)
class Ingestion:
    """Deliveries over so many connections: rates per second, answers in seconds."""

    connections: int
    stored_rate: float
    stored: Spread
    ignored_rate: float
    ignored: Spread

    @property
    def ratio(self) -> float:
        """How many times longer the middle delivery takes when it is stored."""
        return self.stored.median / self.ignored.median

    def as_json(self) -> dict[str, Any]:
        """Every figure."""
        return {
            "connections": self.connections,
            "stored_per_second": self.stored_rate,
            "stored_seconds": self.stored.as_json(),
            "ignored_per_second": self.ignored_rate,
            "ignored_seconds": self.ignored.as_json(),
            "median_ratio": self.ratio,
        }


def measure_ingestion(count: int = COUNT) -> list[Ingestion]:
    """One result for each number of connections."""
    stored, ignored = write_letters(_SECRET)
    spawn = multiprocessing.get_context("spawn")  # a fork would inherit threads in the middle of something
    with _postbox() as postbox, ProcessPoolExecutor(1, mp_context=spawn) as sender:
        return asyncio.run(_measure(postbox, sender, stored, ignored, count))


async def _measure(
    postbox: Postbox, sender: ProcessPoolExecutor, stored: Letter, ignored: Letter, count: int
) -> list[Ingestion]:
    async def store(delivery: Delivery, event: Event) -> bool:
        return await postbox.put(letter_of(delivery, event))

    async def healthy() -> bool:
        return True

    runner = web.ServerRunner(make_app(_SECRET.encode(), store, healthy))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{WEBHOOK_PATH}"
        loop = asyncio.get_running_loop()
        found = []
        for connections in CONNECTIONS:
            left = await loop.run_in_executor(sender, post, url, ignored, count, connections)
            kept = await loop.run_in_executor(sender, post, url, stored, count, connections)
            found.append(_result(connections, kept, left))
        return found
    finally:
        await runner.cleanup()


def _result(connections: int, kept: Posted, left: Posted) -> Ingestion:
    rates = [len(posted.each) / posted.total for posted in (kept, left)]
    return Ingestion(connections, rates[0], Spread.of(kept.each), rates[1], Spread.of(left.each))


@contextmanager
def _postbox() -> Iterator[Postbox]:
    """The durable way in, on a file of its own."""

    def admit(_steps: DurableSteps, _argument: dict[str, Any]) -> dict[str, Any]:
        return {}

    with tempfile.TemporaryDirectory(prefix="intern-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        engine, inbox = DurableEngine(url, {"deliveries": 4}), Inbox(url)
        postbox, pump = Postbox(inbox.add), Pump(inbox, "deliveries", "admit")
        engine.add("admit", admit)
        engine.launch(inbox.open)
        pump.start()
        try:
            yield postbox
        finally:
            postbox.close()
            pump.close()
            engine.close()
            inbox.close()
