"""Watched: a room whose executions are remembered, counted and written into the trajectory."""

from typing import Any

from bot.programs.ledger import current_ledger, note
from bot.programs.tools.answer import cut_middle
from bot.words.budget import Usage
from sandbox.room import Execution, Outcome, Room

LONGEST_TOLD = 2500
LONGEST_RUN = 30.0
SIMPLER = "It did not end in time. Write something simpler: no waiting, no endless loop, a smaller check."
SMALLER = "It used too much memory. Write something smaller: less data at once, a smaller check."
QUIETER = "It printed too much. Print only a few values."


class Watched:
    """Passes everything on to a room, and keeps the last execution: dspy's protocol drops its outcome."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.last: Execution | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._room, name)

    def execute(self, code: str, *, seconds: float | None = None, **options: Any) -> Execution:
        """Run code in the room, with the options of `Room.execute`, but no longer than the job may last."""
        ledger = current_ledger()
        allowed = min(seconds or LONGEST_RUN, self._room.limits.seconds, ledger.check() if ledger else LONGEST_RUN)
        execution = self._room.execute(code, seconds=allowed, **options)
        self.last = execution
        if ledger:
            ledger.add(Usage(room_seconds=execution.seconds))
        told = cut_middle(execution.error or execution.stdout, LONGEST_TOLD)
        note({"kind": "run", "outcome": execution.outcome.value, "code": code, "answer": told})
        return execution

    def furnish(self, code: str) -> Execution:
        """Run code of ours before anybody else's: it is no news, so neither kept nor written down."""
        return self._room.execute(code, seconds=min(LONGEST_RUN, self._room.limits.seconds))


def advice(execution: Execution | None) -> str:
    """What the model should do about a limit that it ran into; "" when it ran into none."""
    told = {Outcome.TIMED_OUT: SIMPLER, Outcome.OUT_OF_MEMORY: SMALLER, Outcome.OUTPUT_TOO_LARGE: QUIETER}
    return told.get(execution.outcome, "") if execution else ""
