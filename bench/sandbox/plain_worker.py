"""The plain worker: the very interpreter of a room as a child of this process, over two pipes, with nothing around it.

It runs only our own statements.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import sandbox
from bench.sandbox.turns import repeated

HOME = Path(sandbox.__file__).parents[1]
LAUNCH = """
import sys
sys.path.insert(0, sys.argv[1])
from sandbox.inside import worker
worker.main(*map(int, sys.argv[2:]))
"""


class PlainWorker:
    """Runs statements; use it as a context manager."""

    def __enter__(self) -> Self:
        reading, orders = os.pipe()
        answers, writing = os.pipe()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        inner = (reading, writing, nowhere, nowhere)
        argv = [sys.executable, "-I", "-c", LAUNCH, str(HOME), *map(str, inner)]
        self._process = subprocess.Popen(argv, pass_fds=inner, stdin=subprocess.DEVNULL)
        for descriptor in {*inner}:
            os.close(descriptor)
        self._orders, self._answers = os.fdopen(orders, "wb", buffering=0), os.fdopen(answers, "rb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._orders.close()
        self._answers.close()
        self._process.wait(10)

    def execute(self, code: str) -> None:
        """Run it and read the answer, which is parsed as any host would have to."""
        self._orders.write(json.dumps({"code": code, "tools": [], "fields": []}).encode() + b"\n")
        json.loads(self._answers.readline())

    def burst(self, count: int) -> list[float]:
        """Seconds of each of so many empty statements."""
        return repeated(lambda: self.execute("pass"))(count)
