"""Rate limits: when GitHub says "slow down", for how long, and the gate that keeps to it.

https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api asks that requests which write
are made one after the other, at least a second apart.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from math import inf

from bot.github.clock import Clock
from bot.github.turns import AskedTurns

#: The part of the pace for which a moment counts that was agreed on with other processes. So much is added to the
#: pace, so that one who is late by less comes no closer to the next one.
SLACK = 0.1

#: How often a moment is asked for anew that was missed: this process was frozen, or had too much else to do.
TRIES = 5

#: Seconds between two looks, for reading, whether another process was told to pause.
LOOK = 2.0


def is_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Whether a refusal is a primary or secondary rate limit and not a missing permission."""
    if status == 429:
        return True
    spent = headers.get("x-ratelimit-remaining") == "0"
    words = message.lower()
    told = "rate limit" in words or "abuse detection" in words
    return status == 403 and ("retry-after" in headers or spent or told)


def seconds_to_wait(headers: Mapping[str, str], attempt: int, now: float) -> float:
    """The wait that GitHub asks for: `retry-after`, else until the reset, else a minute that doubles, up to an hour.

    Args:
        headers: of the refusal.
        attempt: how often such requests were limited in a row, from 1.
        now: GitHub's idea of the time, seconds since the epoch.
    """
    told = headers.get("retry-after", "")
    if told.isdecimal():
        return float(told)
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(float(reset) - now, 0.0) + 1.0
    return float(min(60 * 2 ** (attempt - 1), 3600))


class LongPause(Exception):
    """Nothing may pass for so many seconds, which is longer than anybody here waits."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} seconds")
        self.seconds = seconds


class Gate:
    """Lets the requests of one installation through: writes one by one and spaced, nothing during a pause.

    Args:
        clock: the time and the waiting.
        pace: seconds between two writes.
        longest: seconds of a pause that may be waited for here; a longer one raises LongPause.
        name: of the installation.
        turns: agrees on the moments with other processes; None where there are none.
    """

    def __init__(
        self, clock: Clock, pace: float, longest: float = inf, name: str = "", turns: AskedTurns | None = None
    ) -> None:
        self._clock = clock
        self._pace = pace
        self._longest = longest
        self._name, self._turns = name, turns
        self._looked = -inf
        self._closed_until = 0.0
        self._next_write = 0.0
        self._writing = asyncio.Lock()
        self._limits = {True: 0, False: 0}

    def limited(self, writes: bool) -> int:
        """How often writes, or reads, were limited in a row; whatever was sent before a pause counts once."""
        if self._clock.monotonic() >= self._closed_until - 0.001 or not self._limits[writes]:
            self._limits[writes] += 1
        return self._limits[writes]

    def passed(self, writes: bool) -> None:
        """A write, or a read, was not limited."""
        self._limits[writes] = 0

    async def pause(self, seconds: float) -> None:
        """Let nothing through for a while, in the other processes neither."""
        self._close(seconds)
        if self._turns is not None:
            await self._turns.pause(self._name, seconds)

    @asynccontextmanager
    async def turn(self, writes: bool) -> AsyncIterator[None]:
        """Wait for one's turn and keep it during one request."""
        if not writes:
            await self._look()
            await self._pass()
            yield
            return
        async with self._writing:
            await self._wait_for_moment()
            try:
                yield
            finally:
                self._next_write = self._clock.monotonic() + self._pace

    async def _wait_for_moment(self) -> None:
        """Nothing is locked but this gate, and nothing of the database's, while it waits."""
        slack = self._pace * SLACK
        for _ in range(TRIES):
            await self._pass()
            after = max(0.0, self._next_write - self._clock.monotonic())
            turn = await self._turns.take(self._name, self._pace + slack, after) if self._turns else None
            if turn is None:
                await self._wait_until(self._next_write)
                return
            moment = self._clock.monotonic() + turn.wait
            self._close(turn.closed)
            await self._pass()
            await self._wait_until(moment)
            if not slack or self._clock.monotonic() <= moment + slack:
                return

    async def _look(self) -> None:
        """Hear of what other processes were told."""
        if self._turns is not None and self._clock.monotonic() - self._looked > LOOK:
            self._looked = self._clock.monotonic()
            self._close(await self._turns.closed(self._name))

    def _close(self, seconds: float) -> None:
        self._closed_until = max(self._closed_until, self._clock.monotonic() + seconds)

    async def _pass(self) -> None:
        seconds = self._closed_until - self._clock.monotonic()
        if seconds > self._longest:
            raise LongPause(seconds)
        await self._wait_until(self._closed_until)

    async def _wait_until(self, moment: float) -> None:
        seconds = moment - self._clock.monotonic()
        if seconds > 0:
            await self._clock.sleep(seconds)
