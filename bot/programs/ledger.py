"""Ledger: what a job spends on its model, and the gate that every call has to pass."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from bot.errors import BudgetSpent, Cancelled
from bot.words.budget import Budget, Usage
from bot.words.kept_reply import KeptReply, Place

#: One line of the trajectory: {"kind": "model" | "tool" | "run", ...}, JSON-able.
Record = Callable[[dict[str, object]], None]


class Day(Protocol):
    """What is known beyond one piece of work: what all jobs of a day spend, and the replies from before a crash."""

    def admit(self, characters: int, *, costs: bool) -> None:
        """Let one call through and count it. Raises BudgetSpent; Later or Broken where nothing can be counted."""

    def enter(self, spent: Usage, place: Place | None = None, reply: KeptReply | None = None) -> None:
        """Count what an admitted call has cost, and keep its reply with that. Raises Later, Broken."""

    def recall(self, purpose: str) -> Mapping[Place, KeptReply]:
        """What was kept of this piece of work before a crash. Raises Later, Broken."""

    def check(self) -> None:
        """Raise BudgetSpent where the day's time is used up."""


#: Characters of a whole prompt, however much more the model's window would take, and the share of a much
#: larger window that is used: what is sent costs time and money, and small models lose themselves in it.
PROMPT, SHARE_OF_WINDOW = 24_000, 1 / 3

_current: ContextVar["Ledger | None"] = ContextVar("ledger", default=None)


@dataclass
class Ledger:
    """Counts and limits the calls of one session. Safe to use from several threads.

    Attributes:
        allowance: what may be spent; `attempts` and `minutes` are kept elsewhere (see `deadline`).
        deadline: moment of `time.monotonic()` at which work must end.
        stopped: whether the job was stopped from outside.
        record: receives every call for the trajectory.
        space: characters of code that fit into one prompt.
        day: the day's account; None where no days are counted.
        purpose: of the work; what was kept of it before a crash is not asked again.
    """

    allowance: Budget
    deadline: float
    stopped: Callable[[], bool]
    record: Record
    space: int = 36_000
    day: Day | None = None
    purpose: str = ""
    _usage: Usage = field(default_factory=Usage, init=False)
    _unkept: Usage = field(default_factory=Usage, init=False)
    _kept: Mapping[Place, KeptReply] | None = field(default=None, init=False)
    _turns: Counter[str] = field(default_factory=Counter, init=False)
    _seconds: float = field(default=0.0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def usage(self) -> Usage:
        """What was spent so far."""
        with self._lock:
            return self._usage

    def check(self) -> float:
        """Seconds that are left. Raises Cancelled or BudgetSpent."""
        if self.stopped():
            raise Cancelled("The job was stopped.")
        left = self.deadline - self._seconds - time.monotonic()
        if left <= 0:
            if self.day:
                self.day.check()
            raise BudgetSpent("no time is left")
        return left

    def admit(self, characters: int, *, costs: bool) -> float:
        """Let one call through, counting it, or refuse it.

        Args:
            characters: length of its prompt.
            costs: whether the model costs money.

        Returns:
            Seconds that are left for it.

        Raises:
            BudgetSpent: calls, tokens, money or time are used up.
            Cancelled: the job was stopped.
        """
        left = self.check()
        with self._lock:
            self._refuse_overspending(characters, costs=costs)
            if self.day:
                self.day.admit(characters, costs=costs)
            call = Usage(calls=1, prompt_characters=characters)
            self._usage += call
            self._unkept += call
        return left

    @property
    def recalled_seconds(self) -> float:
        """Seconds that the model took for what was recalled: they have passed, but not in this session."""
        with self._lock:
            return self._seconds

    def recall(self, digest: str) -> KeptReply | None:
        """The reply that this request was given before a crash; None where the model has to be asked.

        It counts here as it did then. In the day it was counted when it was given, so the day is not asked again.

        Raises:
            Cancelled, BudgetSpent: the job was stopped, or its time is used up.
            Later, Broken: nobody knows what was kept.
        """
        if self.day is None or not self.purpose:
            return None
        with self._lock:
            if self._kept is None:
                self._kept = self.day.recall(self.purpose)
            reply = self._kept.get(self._place(digest))
            if reply is None:
                return None
            self._turns[digest] += 1
            self._usage += reply.usage
            self._seconds += reply.usage.model_seconds
        self.check()
        return reply

    def settle(self, spent: Usage, digest: str, reply: KeptReply | None, *, heard: bool) -> None:
        """Count what an admitted call has cost, and keep its reply, with what the failed tries before it have cost.

        Args:
            spent: on this call.
            digest: of the request.
            reply: None where there is none, or where it can't be kept.
            heard: whether there was one.

        Raises:
            Later, Broken: nothing can be counted.
        """
        with self._lock:
            self._usage += spent
            self._unkept += spent
            place = self._place(digest)
            reply = reply.model_copy(update={"usage": self._unkept}) if reply is not None else None
            if heard:
                self._turns[digest] += 1
                self._unkept = Usage()
        if self.day:
            self.day.enter(spent, place if self.purpose else None, reply)

    def _place(self, digest: str) -> Place:
        return Place(purpose=self.purpose, digest=digest, turn=self._turns[digest])

    def _refuse_overspending(self, characters: int, *, costs: bool) -> None:
        used, allowed = self._usage, self.allowance
        if used.calls >= allowed.calls:
            raise BudgetSpent("no model call is left")
        if used.tokens + characters // 4 > allowed.tokens:
            raise BudgetSpent("no tokens are left for the next prompt")
        if costs and used.money >= allowed.money:
            raise BudgetSpent("no money is left")

    def add(self, spent: Usage) -> None:
        """Count what a run in a room has cost."""
        with self._lock:
            self._usage += spent
        if self.day:
            self.day.enter(spent)


def current_ledger() -> Ledger | None:
    """The ledger of the session that this thread is in."""
    return _current.get()


def prompt_space() -> int:
    """Characters of code that fit into one prompt of the current session's model."""
    ledger = _current.get()
    return ledger.space if ledger else Ledger.space


def prompt_limit() -> int:
    """Characters of a whole prompt for the current session's model: what `SectionAdapter` keeps to."""
    space = prompt_space()
    return min(space, max(PROMPT, int(space * SHARE_OF_WINDOW)))


def note(entry: dict[str, object]) -> None:
    """Write a line into the trajectory of the current session, if there is one."""
    if ledger := _current.get():
        ledger.record(entry)
