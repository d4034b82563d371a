"""What comes in at one place is taken up in the order in which it came, also when it is handed on at once."""

import time
from pathlib import Path
from typing import Any

from bot.engine.durable import DurableSteps
from bot.engine.pump import Pump
from bot.store.inbox import Inbox, Letter
from tests.engine.alone import LoneEngine


def test_one_after_the_other_as_they_came(tmp_path: Path) -> None:
    url, order = f"sqlite:///{tmp_path / 'intern.sqlite'}", list[int]()

    def admit(_: DurableSteps, argument: dict[str, Any]) -> dict[str, Any]:
        order.append(argument["number"])
        return {}

    engine = LoneEngine(url, {"deliveries": 4})
    inbox = Inbox(engine.database)
    pump = Pump(inbox, "deliveries", "admit")
    engine.add("admit", admit)
    engine.launch()
    try:
        # Their ids sort the other way round.
        letters = [Letter(f"id-{99 - n}", f"m-{n}", "5-7", f'{{"number": {n}}}') for n in range(9)]
        assert all(inbox.add(letters))
        pump.start()
        end = time.monotonic() + 60
        while len(order) < 9 and time.monotonic() < end:
            time.sleep(0.05)
        assert order == list(range(9))
    finally:
        pump.close()
        inbox.close()
        engine.close(5)
