"""The interpreter: the agent's side of the persistent worker, between it and the host. Runs inside the room.

The worker runs the code in its own process, so nothing that it says is believed but what it says of its own
execution: the agent writes the ids, reads the output, keeps the time and counts what the kernel killed.
"""

from __future__ import annotations

import json
import os
import select
import time

from sandbox.inside import worker
from sandbox.inside.host import Host
from sandbox.inside.memory import KillCounter, die_first
from sandbox.inside.strays import Offspring, end_strays, reap_all
from sandbox.inside.text import FLOOD, Text

TYPE_CHECKING = False  # as in `host`
if TYPE_CHECKING:
    from typing import Any

CHUNK = 64 * 1024
#: Parsed, a line of brackets has thirty times its size, in here and in the host.
LONGEST_ANSWER = 2 * 2**20 + 128 * 1024
DRAIN_ROUNDS = 64


class Broken(Exception):
    """The worker said something that ours would not say, or is gone."""


class Interpreter:
    """One worker, forked when it is first needed."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.pid = 0
        self.answers = bytearray()
        self.kills = KillCounter()

    def start(self) -> None:
        """Fork the worker with four pipes: orders to it, answers, stdout and stderr from it."""
        pipes = [os.pipe() for _ in range(4)]
        inner = [pipes[0][0], pipes[1][1], pipes[2][1], pipes[3][1]]
        outer = [pipes[0][1], pipes[1][0], pipes[2][0], pipes[3][0]]
        self.pid = os.fork()
        if self.pid == 0:
            self.host.close()
            self.kills.close()
            for descriptor in outer:
                os.close(descriptor)
            die_first()
            worker.main(*inner)
        for descriptor in inner:
            os.close(descriptor)
        for descriptor in outer:
            os.set_blocking(descriptor, False)
        self.orders, self.replies, *self.outputs = outer
        self.poller = select.poll()
        for descriptor in outer[1:]:
            self.poller.register(descriptor, select.POLLIN)
        self.families = Offspring(self.pid), Offspring(os.getpid())

    def execute(self, order: dict[str, Any]) -> dict[str, Any]:
        """Have one piece of code executed; what to tell the host at the end."""
        if not self.pid:
            self.start()
        self.limit = int(order["output"])
        self.texts = [Text(self.limit), Text(self.limit)]
        started, ooms = time.monotonic(), self.kills.read()
        self.deadline = started + float(order["seconds"])
        told: dict[str, Any] = {"error": ""}
        try:
            self.tell({key: order[key] for key in ("code", "tools", "fields")})
            told = self.follow()
            outcome = "finished"
        except TimeoutError:
            outcome, told = "timed out", {"error": f"TimeoutError: no end after {order['seconds']:g} seconds"}
        except OverflowError:
            outcome = "output too large"
        except (Broken, OSError) as error:
            outcome, told = "killed", {"error": str(error)}
        self.settle(outcome)
        stdout, stderr = (text.encoded() for text in self.texts)
        spent = time.monotonic() - started
        return {
            **told,
            "outcome": outcome,
            "stdout": stdout,
            "stderr": stderr,
            "ooms": self.kills.read() - ooms,
            "seconds": spent,
        }

    def tell(self, message: dict[str, Any]) -> None:
        """Write one line to the worker, however slowly it reads. Raises TimeoutError or OSError."""
        view = memoryview(json.dumps(message).encode() + b"\n")
        while view:
            try:
                view = view[os.write(self.orders, view) :]
            except BlockingIOError:
                self.pump()

    def follow(self) -> dict[str, Any]:
        """Relay the worker's calls of the host's functions until its last word."""
        while True:
            message = self.listen()
            if message.get("kind") == "call":
                call = {key: message.get(key) for key in ("call", "name", "args", "kwargs")}
                self.host.say("call", **call)
                # Time of the host's functions is not the code's: the host knows how long they may take.
                paused = time.monotonic()
                answer = self.host.line()
                self.deadline += time.monotonic() - paused
                self.tell(answer)
            elif message.get("kind") == "end":
                return {key: message.get(key) for key in ("error", "result", "submitted")}
            else:
                raise Broken("the worker broke the protocol")

    def listen(self) -> dict[str, Any]:
        """One line of the worker's."""
        searched = 0
        while (end := self.answers.find(b"\n", searched)) < 0:
            searched = len(self.answers)
            if searched > LONGEST_ANSWER:
                raise Broken("the worker broke the protocol: a line without an end")
            self.pump()
        line = bytes(self.answers[:end])
        del self.answers[: end + 1]
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        brackets = line.count(b"[") + line.count(b"{")
        if not isinstance(message, dict) or (brackets > worker.DEEPEST and worker.depth(message) > worker.DEEPEST + 5):
            raise Broken("the worker broke the protocol: not a message")
        return message

    def pump(self) -> None:
        """Wait for anything from the worker and take it. Raises TimeoutError, OverflowError or Broken."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        # Not longer than a second at a time: a host that hung up is noticed then.
        ready = self.poller.poll(min(left, 1.0) * 1000)
        if not ready:
            reap_all((self.pid,))  # orphans come to us
            if self.host.hung_up():
                raise SystemExit
        for descriptor, _ in ready:
            if descriptor == self.replies:
                self.take_answer()
            else:
                self.take_output(descriptor)

    def take_answer(self) -> None:
        """Bytes of the answer pipe; its end means that the worker is gone."""
        data = os.read(self.replies, CHUNK)
        if not data:
            raise Broken("the code ended its own interpreter")
        self.answers += data
        if len(self.answers) > 2 * LONGEST_ANSWER:
            raise Broken("the worker broke the protocol: it does not wait for answers")

    def take_output(self, descriptor: int) -> None:
        """What the code, or anything it started, printed."""
        text = self.texts[self.outputs.index(descriptor)]
        data = os.read(descriptor, CHUNK)
        if not data:
            self.poller.unregister(descriptor)
        text.add(data)
        if text.total > FLOOD * self.limit:
            raise OverflowError

    def settle(self, outcome: str) -> None:
        """End what the code started, and the worker too unless it may go on; then read what was printed."""
        if outcome != "finished":
            end_strays()
            self.pid = 0
        elif self.families[0].pids() or self.families[1].pids() != [self.pid]:
            end_strays((self.pid,))
        for _ in range(DRAIN_ROUNDS):
            waiting = [one for one, _ in self.poller.poll(0) if one in self.outputs]
            if not waiting:
                break
            try:
                for descriptor in waiting:
                    self.take_output(descriptor)
            except (OverflowError, OSError):
                break
        if outcome == "finished" and self.answers:
            self.answers.clear()  # said after the end: nobody asked
