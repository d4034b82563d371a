"""The runner: runs one program of the code's in a room, and says how it ended. Runs inside the room.

It reads one JSON line (what to run) and writes JSON lines: a "report" for each line that the program writes
into the pipe it was given, as it comes, and one "end". Everything the program started is ended with it.
"""

import json
import os
import selectors
import subprocess
import sys
import time
from typing import Any

from sandbox.inside.descendants import end_all, shield
from sandbox.inside.memory import oom_kills
from sandbox.inside.text import FLOOD, Text

CHUNK = 64 * 1024
LONGEST_REPORT_LINE = 256 * 1024
LARGEST_REPORT = 64 * 2**20
LONGEST_STDIN = 33 * 1024  # with the descriptor's number; a pipe holds 64 KiB, so writing never waits


class Report:
    """Lines of the report pipe, relayed while the program runs."""

    def __init__(self) -> None:
        self.line = bytearray()
        self.total = 0

    def add(self, data: bytes) -> bool:
        """Relay whole lines; False when the program writes more than any suite could."""
        self.total += len(data)
        self.line += data
        while (end := self.line.find(b"\n")) >= 0:
            say({"kind": "report", "line": self.line[:end].decode("utf-8", "replace")})
            del self.line[: end + 1]
        return len(self.line) <= LONGEST_REPORT_LINE and self.total <= LARGEST_REPORT


def say(message: dict[str, Any]) -> None:
    """Write one line to the host."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def filled_pipe(text: str) -> int:
    """The reading end of a pipe that holds this text and nothing after it. Raises ValueError for long ones."""
    data = text.encode()
    if len(data) > LONGEST_STDIN:
        raise ValueError(f"more than {LONGEST_STDIN} bytes for the program's standard input")
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return reading


class Run:
    """One program, watched."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.limit = int(order["output"])
        self.streams: dict[int, Text | Report] = {}
        self.texts: list[Text] = []
        self.started = time.monotonic()
        self.deadline = self.started + float(order["seconds"])
        self.selector = selectors.DefaultSelector()
        self.ooms = oom_kills()
        write_ends = [self.pipe(Text(self.limit)), self.pipe(Text(self.limit)), self.pipe(Report())]
        # Not by the environment: a process can read its first one for ever, in /proc/self/environ.
        number = f"{write_ends[2]}\n" if order.get("report") else ""
        stdin = filled_pipe(number + order.get("stdin", ""))
        self.child = subprocess.Popen(
            order["argv"],
            stdin=stdin,
            stdout=write_ends[0],
            stderr=write_ends[1],
            env=order["environment"],
            cwd=order["directory"],
            pass_fds=[write_ends[2]] if order.get("report") else [],
            start_new_session=True,
        )
        for end in (stdin, *write_ends):
            os.close(end)

    def pipe(self, sink: Text | Report) -> int:
        """A pipe whose reading end feeds the sink; its writing end is given back."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        self.selector.register(reading, selectors.EVENT_READ)
        self.streams[reading] = sink
        if isinstance(sink, Text):
            self.texts.append(sink)
        return writing

    def watch(self) -> str:
        """Read until the program ended or may not go on; the outcome in a word."""
        while self.child.poll() is None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                return "timed out"
            # A short wait, because a program may close its streams and go on.
            if not self.read(min(left, 0.02)):
                return "output too large"
        return "finished"

    def read(self, wait: float) -> bool:
        """Read what is there; False when it is too much."""
        if not self.streams:
            time.sleep(wait)
        for key, _ in self.selector.select(wait):
            reading = key.fd
            try:
                data = os.read(reading, CHUNK)
            except BlockingIOError:
                continue
            sink = self.streams[reading]
            if not data:
                self.selector.unregister(reading)
                del self.streams[reading]
            elif sink.add(data) is False or (isinstance(sink, Text) and sink.total > FLOOD * self.limit):
                return False
        return True

    def drain(self) -> None:
        """Read what the program wrote before its end; bounded by the pipes' size, as no writer is left."""
        for _ in range(3 * 64):
            before = sum(text.total for text in self.texts), len(self.streams)
            self.read(0)
            if before == (sum(text.total for text in self.texts), len(self.streams)) and not self.waiting():
                return

    def waiting(self) -> bool:
        """Whether a pipe still holds something."""
        return bool(self.streams) and bool(self.selector.select(0))

    def end(self, outcome: str) -> dict[str, Any]:
        """The last message: ends everything first."""
        code = self.child.returncode
        end_all()
        self.drain()
        return {
            "kind": "end",
            "outcome": outcome,
            "code": code,
            "stdout": self.texts[0].encoded(),
            "stderr": self.texts[1].encoded(),
            "ooms": oom_kills() - self.ooms,
            "seconds": time.monotonic() - self.started,
        }


def main() -> None:
    """Read the order, run it, say how it ended."""
    shield()
    order = json.loads(sys.stdin.readline())
    try:
        run = Run(order)
    except (OSError, ValueError) as error:
        say({"kind": "unstartable", "error": f"{type(error).__name__}: {error}"[:2000]})
        return
    say(run.end(run.watch()))
