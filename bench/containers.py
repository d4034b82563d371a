"""Containers: what a room costs beside a bare container, and a statement in it beside a pipe."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.spread import Spread
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.label import room_labels

STARTS, STATEMENTS = 8, 300

#: Answers each line with the value of an expression: the least that an interpreter behind a pipe can do.
_ECHO = "import sys\nfor line in sys.stdin: print(eval(line), flush=True)"


@dataclass(frozen=True)
class Comparison:
    """The sandbox's way and a plain way of the same thing, in seconds."""

    name: str
    ours: Spread
    plain: Spread

    @property
    def ratio(self) -> float:
        """How many times longer ours takes, by the medians."""
        return self.ours.median / self.plain.median

    def as_json(self) -> dict[str, Any]:
        """Every figure."""
        return {"seconds": self.ours.as_json(), "plain_seconds": self.plain.as_json(), "median_ratio": self.ratio}


def measure_start(sandbox: DockerSandbox, count: int = STARTS) -> Comparison:
    """From nothing to the end of the first statement, against making and starting a container without more.

    Both have no network; they take turns, so that a slow moment of the machine meets both.
    """
    ours, plain = [], []
    for _ in range(count):
        ours.append(_room(sandbox))
        plain.append(_bare(sandbox))
    return Comparison("room, to its first statement | container", Spread.of(ours), Spread.of(plain))


def measure_statement(sandbox: DockerSandbox, count: int = STATEMENTS) -> Comparison:
    """One statement there and back, in an open room, against a line through a pipe to a Python on the host."""
    with sandbox.open({}) as room:
        room.execute("pass")
        ours = [_timed(lambda: room.execute("pass")) for _ in range(count)]
    return Comparison("statement in a room | line through a pipe", Spread.of(ours), Spread.of(_piped(count)))


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _room(sandbox: DockerSandbox) -> float:
    started = time.perf_counter()
    with sandbox.open({}) as room:
        room.execute("pass")
        return time.perf_counter() - started


def _bare(sandbox: DockerSandbox) -> float:
    """The labels let the sandbox's own end find it, whatever happens here."""
    labels = room_labels(sandbox.owner, 60)
    started = time.perf_counter()
    container = sandbox.client.containers.create(
        sandbox.image, ["sleep", "60"], network_mode="none", labels=labels, auto_remove=True
    )
    container.start()
    seconds = time.perf_counter() - started
    container.remove(force=True)
    return seconds


def _piped(count: int) -> list[float]:
    argv = [sys.executable, "-I", "-c", _ECHO]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        put, got = process.stdin, process.stdout
        assert put is not None and got is not None  # noqa: S101, PT018  (both were asked for)

        def ask() -> None:
            put.write("None\n")
            got.readline()

        ask()
        times = [_timed(ask) for _ in range(count)]
        put.close()
        return times
