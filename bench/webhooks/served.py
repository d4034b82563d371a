"""Served: the bot's webhook server as a process of its own: `python -m bench.webhooks.served FOLDER [pump]`.

The door, the signature, the inbox and its file are the real ones. With `pump`, what is stored is handed to the engine
as well, as `intern serve` does, to an admission that has nothing to do.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.engine.durable import DurableEngine
from bot.engine.durable_steps import DurableSteps
from bot.engine.pump import Pump
from bot.server.app import make_app
from bot.server.process import run, settle
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.postbox import Postbox
from bot.store.tables import make_tables

SECRET = b"a-secret-that-only-this-machine-knows"


def main(folder: Path, *, pump: bool) -> None:
    """Serve until the process is ended; the port is the first line that is printed."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    database = Database(url)
    inbox = Inbox(database)
    if pump:
        engine = DurableEngine(database, {"deliveries": 4})
        engine.add("admit", _admit)
        engine.launch()
        Pump(inbox, "deliveries", "admit").start()
    else:
        make_tables(database)
    settle()
    run(_serve(Postbox(inbox.add)))


def _admit(_steps: DurableSteps, _argument: dict[str, Any]) -> dict[str, Any]:
    return {}


async def _serve(postbox: Postbox) -> None:
    async def healthy() -> bool:
        return True

    runner = web.ServerRunner(make_app(SECRET, postbox.put, healthy))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), pump="pump" in sys.argv[2:])
