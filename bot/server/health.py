"""Health: what this process needs and how that is, looked at seldom, in bounded time, and told without a secret."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bot.errors import InternError
from sandbox.room import SandboxError

#: Seconds that all looks together may take, and for which what they found is told again.
PATIENCE, KEPT = 2.0, 3.0


@dataclass(frozen=True, slots=True)
class Part:
    """How one thing is.

    Attributes:
        ok: whether it is as it should be.
        needed: whether deliveries can't be stored, or no job be done, without it.
        told: further facts, JSON-able; where it is not ok, `why` says what to do.
    """

    ok: bool = True
    needed: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """What is answered: an HTTP status, and the body as JSON-able data."""

    status: int
    body: dict[str, Any]


#: Looks at one thing. What it raises means that the thing is not as it should be.
Look = Callable[[], Part]


class Health:
    """Looks at the parts. For any front door, in any thread; close it.

    Args:
        looks: what to look at, by name; those of `needed` are needed when the look fails or does not end.
        needed: names.
        patience: seconds for all looks together; one that takes longer is told as not answering.
        kept: seconds for which a report is told again.
    """

    def __init__(
        self,
        looks: Mapping[str, Look],
        needed: frozenset[str] = frozenset(),
        *,
        patience: float = PATIENCE,
        kept: float = KEPT,
    ) -> None:
        self._looks, self._needed, self._patience, self._kept = looks, needed, patience, kept
        self._asked = ThreadPoolExecutor(1, thread_name_prefix="health")  # the loop's own threads may all hang
        self._looking: dict[str, _Looking] = {}
        self._lock = threading.Lock()
        self._last: tuple[float, Report] | None = None

    async def answer(self) -> Report:
        """The report, for an event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._asked, self.report)

    def report(self) -> Report:
        """The report: 200 while everything needed is there, else 503. Takes about `patience` seconds at most."""
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > self._kept:
                self._last = (time.monotonic(), self._look())
            return self._last[1]

    def close(self) -> None:
        """Look no more."""
        self._asked.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> Report:
        end = time.monotonic() + self._patience
        for name, look in self._looks.items():
            if name not in self._looking:  # one that hangs is not asked a second time
                self._looking[name] = _Looking(name, look)
        parts = {name: looking.wait(end, name in self._needed) for name, looking in self._looking.items()}
        self._looking = {name: looking for name, looking in self._looking.items() if not looking.over}
        down = any(part.needed and not part.ok for part in parts.values())
        state = "down" if down else "ok" if all(part.ok for part in parts.values()) else "trouble"
        told = {name: {"ok": part.ok, **part.told} for name, part in parts.items()}
        return Report(503 if down else 200, {"state": state, "parts": told})


class _Looking:
    """One look under way, in a thread of its own."""

    def __init__(self, name: str, look: Look) -> None:
        self._look, self._found = look, Part()
        self._failed: Exception | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._run, name=f"health-{name}", daemon=True).start()

    @property
    def over(self) -> bool:
        return self._ended.is_set()

    def _run(self) -> None:
        try:
            self._found = self._look()
        except Exception as error:  # noqa: BLE001  (whatever it is, it is not well)
            self._failed = error
        finally:
            self._ended.set()

    def wait(self, end: float, needed: bool) -> Part:
        if not self._ended.wait(max(0.0, end - time.monotonic())):
            return Part(ok=False, needed=needed, told={"why": "does not answer"})
        if self._failed is not None:
            return Part(ok=False, needed=needed, told={"why": _why(self._failed)})
        return self._found


def _why(error: Exception) -> str:
    """What it says for itself, if it is an error of ours: others may carry addresses, names and passwords."""
    return str(error)[:300] if isinstance(error, InternError | SandboxError) else type(error).__name__
