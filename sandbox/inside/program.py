"""A program: started for the host, watched until its end, ended with everything it started. Runs inside the room."""

from __future__ import annotations

import os
import select
import time

from sandbox.inside.host import Host
from sandbox.inside.memory import first_to_die, oom_kills
from sandbox.inside.strays import end_strays, reap_all
from sandbox.inside.text import FLOOD, Text

CHUNK = 64 * 1024
LONGEST_REPORT_LINE = 256 * 1024
LARGEST_REPORT = 64 * 2**20
#: For how many bytes a line counts at least: empty ones would keep the host busy for hours.
LEAST = 256
LONGEST_STDIN = 33 * 1024  # with the descriptor's number; a pipe holds 64 KiB, so writing never waits
GLANCE = 0.02

TYPE_CHECKING = False  # as in `host`
if TYPE_CHECKING:
    from typing import Any


class Report:
    """Lines of the report pipe, relayed while the program runs."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.line = bytearray()
        self.total = 0

    def add(self, data: bytes) -> bool:
        """Relay whole lines, together; False when the program writes more than any suite could."""
        *lines, rest = (self.line + data).split(b"\n")
        self.line = bytearray(rest)
        self.total += sum(max(len(line), LEAST) for line in lines)
        if self.total > LARGEST_REPORT:
            return False
        if lines:
            self.host.say("report", lines=[line.decode("utf-8", "replace") for line in lines])
        return len(self.line) <= LONGEST_REPORT_LINE


def filled_pipe(text: str) -> int:
    """The reading end of a pipe that holds this text and nothing after it. Raises ValueError for long ones."""
    data = text.encode()
    if len(data) > LONGEST_STDIN:
        raise ValueError(f"more than {LONGEST_STDIN} bytes for the program's standard input")
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    written = os.write(writing, data) if data else 0
    os.close(writing)
    if written < len(data):  # of a user who has many pipes the kernel makes the next ones small
        os.close(reading)
        raise ValueError("no room for the program's standard input: there are too many pipes")
    return reading


class Program:
    """One program. Raises OSError or ValueError when it can't be started."""

    def __init__(self, host: Host, order: dict[str, Any]) -> None:
        import subprocess  # loaded after the agent's first answer, which does not need it

        self.host = host
        self.limit = int(order["output"])
        self.streams: dict[int, Text | Report] = {}
        self.texts: list[Text] = []
        self.started = time.monotonic()
        self.deadline = self.started + float(order["seconds"])
        self.poller = select.poll()
        self.ooms = oom_kills()
        ends = [self.pipe(Text(self.limit)), self.pipe(Text(self.limit)), self.pipe(Report(host))]
        # Not by the environment: a process can read its first one for ever, in /proc/self/environ.
        number = f"{ends[2]}\n" if order["report"] else ""
        try:
            ends.append(filled_pipe(number + order["stdin"]))
            self.child = subprocess.Popen(
                order["argv"],
                stdin=ends[3],
                stdout=ends[0],
                stderr=ends[1],
                env=order["environment"],
                cwd=order["directory"],
                pass_fds=[ends[2]] if order["report"] else [],
                start_new_session=True,
            )
        except BaseException:
            self.close()
            raise
        finally:
            for end in ends:
                os.close(end)
        first_to_die(self.child.pid)

    def pipe(self, sink: Text | Report) -> int:
        """A pipe whose reading end feeds the sink; its writing end is given back."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        self.poller.register(reading, select.POLLIN)
        self.streams[reading] = sink
        if isinstance(sink, Text):
            self.texts.append(sink)
        return writing

    def watch(self, kept: tuple[int, ...]) -> str:
        """Read until the program ended or may not go on; the outcome in a word."""
        while self.child.poll() is None:
            reap_all((self.child.pid, *kept))  # orphans come to us; the dead count as processes until they are reaped
            left = self.deadline - time.monotonic()
            if left <= 0:
                return "timed out"
            # A short wait, because a program may close its streams and go on.
            if not self.read(min(left, GLANCE)):
                return "output too large"
            if self.host.hung_up():
                return "killed"
        return "finished"

    def read(self, wait: float) -> bool:
        """Read what is there; False when it is too much."""
        if not self.streams:
            time.sleep(wait)
        for reading, _ in self.poller.poll(wait * 1000):
            try:
                data = os.read(reading, CHUNK)
            except BlockingIOError:
                continue
            sink = self.streams[reading]
            if not data:
                self.poller.unregister(reading)
                os.close(reading)
                del self.streams[reading]
            elif sink.add(data) is False or (isinstance(sink, Text) and sink.total > FLOOD * self.limit):
                return False
        return True

    def drain(self) -> None:
        """Read what the program wrote before its end; bounded by the pipes' size, as no writer is left."""
        for _ in range(3 * 64):
            if not (self.streams and self.poller.poll(0)):
                return
            self.read(0)

    def close(self) -> None:
        """Let go of the pipes that are still open."""
        for reading in self.streams:
            os.close(reading)

    def end(self, outcome: str, kept: tuple[int, ...]) -> dict[str, Any]:
        """What to say last; ends everything but the kept processes first."""
        code = self.child.returncode
        end_strays(kept)
        self.child.poll()
        self.drain()
        self.close()
        return {
            "outcome": outcome,
            "code": code,
            "stdout": self.texts[0].encoded(),
            "stderr": self.texts[1].encoded(),
            "ooms": oom_kills() - self.ooms,
            "seconds": time.monotonic() - self.started,
        }
