"""Capture: everything that code and its children write to descriptors 1 and 2. Runs inside the room."""

import os
import select
import sys
import threading
from collections.abc import Callable

from sandbox.inside.text import FLOOD, Text


class Capture:
    """Everything that the code and its children write to descriptors 1 and 2."""

    def __init__(self) -> None:
        pairs = os.pipe(), os.pipe()
        self.writers = [pair[1] for pair in pairs]
        self.readers = [pair[0] for pair in pairs]
        self.texts = [Text(0), Text(0)]
        self.limit = 0
        self.flooded: Callable[[], None] = lambda: None
        self.wake, self.waker = os.pipe()
        self.drained = threading.Event()
        for reader in self.readers:
            os.set_blocking(reader, False)
        threading.Thread(target=self._read, daemon=True).start()

    def begin(self, limit: int) -> None:
        """Point the descriptors (again) at the pipes and forget what was said."""
        self.limit = limit
        self.texts = [Text(limit), Text(limit)]
        for descriptor, writer in zip((1, 2), self.writers, strict=True):
            os.dup2(writer, descriptor)
        sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 - lives as long as the code
        sys.stdout = open(1, "w", encoding="utf-8", errors="replace", closefd=False, buffering=1)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="replace", closefd=False, buffering=1)  # noqa: SIM115

    def finish(self) -> list[str]:
        """What was said until now, in base64."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # noqa: BLE001, S112 - the code may have put anything there
                continue
        self.drained.clear()
        os.write(self.waker, b"x")
        self.drained.wait(2)
        return [text.encoded() for text in self.texts]

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([*self.readers, self.wake], [], [])
            for text, reader in zip(self.texts, self.readers, strict=True):
                self._take(text, reader, rounds=64)
            if self.wake in ready:
                os.read(self.wake, 1)
                self.drained.set()

    def _take(self, text: Text, reader: int, rounds: int) -> None:
        for _ in range(rounds):
            try:
                data = os.read(reader, 64 * 1024)
            except BlockingIOError:
                return
            text.add(data)
            if text.total > FLOOD * self.limit:
                self.flooded()
