"""An engine with a database to itself, for tests that need nothing else of it."""

import time
from collections.abc import Mapping
from typing import Any

from bot.engine.durable import DurableEngine
from bot.engine.lease import TERMS, Lease, Terms
from bot.store.database import Database


class LoneEngine(DurableEngine):
    """Opens its database, and closes it when it is closed."""

    def __init__(self, url: str, queues: Mapping[str, int], lease: Lease | None = None, terms: Terms = TERMS) -> None:
        self.database = Database(url)
        super().__init__(self.database, queues, lease, terms)

    def close(self, seconds: float = 20.0) -> bool:
        try:
            return super().close(seconds)
        finally:
            self.database.close()


def finish(engine: DurableEngine, name: str) -> Any:
    """How a workflow ended, and what it gave."""
    for _ in range(200):
        state, output = engine.outcome(name)
        if state not in {"PENDING", "ENQUEUED"}:
            return state, output
        time.sleep(0.05)
    raise AssertionError(f"{name} did not end")
