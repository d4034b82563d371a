"""The worker: a persistent Python interpreter in a room, spoken to in JSON lines. Runs inside the room.

The host sends {"id", "code", "tools", "fields", "output", "seconds"} and gets back any number of
{"id", "kind": "call", ...}, each of which it answers with {"call", "value" or "error"}, and then one
{"id", "kind": "end", ...}. The code runs in this very process and can forge its own result,
but nobody else's: the host believes nothing more than that.
"""

import importlib
import json
import linecache
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from sandbox.inside.capture import Capture
from sandbox.inside.memory import oom_kills

LARGEST_RESULT = 2**20
LONGEST_ERROR = 16_000


class Submitted(BaseException):
    """The code called SUBMIT. Not an Exception, so that no `except Exception` of the code stops it."""


class Worker:
    """The interpreter."""

    def __init__(self) -> None:
        self.commands: BinaryIO = os.fdopen(os.dup(0), "rb")
        self.answers: BinaryIO = os.fdopen(os.dup(1), "wb")
        self.pid = os.getpid()
        self.space: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
        self.capture = Capture()
        self.capture.flooded = lambda: self.give_up("output too large")
        self.id = ""
        self.calls = 0
        self.ran = 0
        self.lock = threading.Lock()
        self.fields: list[str] = []
        self.result: object = None
        self.submitted = False

    def say(self, message: dict[str, Any]) -> None:
        """Write one line to the host."""
        self.answers.write(json.dumps({"id": self.id, **message}).encode() + b"\n")
        self.answers.flush()

    def give_up(self, outcome: str, error: str = "") -> None:
        """The code goes on without end: say what it said and die."""
        stdout, stderr = (text.encoded() for text in self.capture.texts)
        self.say({"kind": "end", "outcome": outcome, "error": error, "stdout": stdout, "stderr": stderr})
        os._exit(1)

    def run(self) -> None:
        """Execute one order after the other until the host hangs up."""
        while line := self.commands.readline():
            order = json.loads(line)
            self.id = order["id"]
            self.execute(order)

    def execute(self, order: dict[str, Any]) -> None:
        """One execution."""
        self.result, self.submitted = None, False
        self.fields = order["fields"]
        self.ran += 1
        self.space["SUBMIT"] = self.submit
        for name in order["tools"]:
            self.space[name] = self.tool(name)
        self.capture.begin(order["output"])
        add_paths()
        ooms, started = oom_kills(), time.monotonic()
        # A courtesy that saves the output; the host keeps the time as well, where the code can't reach it.
        late = f"TimeoutError: no end after {order['seconds']:g} seconds"
        timer = threading.Timer(order["seconds"], self.give_up, ["timed out", late])
        timer.daemon = True
        timer.start()
        error = self.attempt(order["code"])
        if os.getpid() != self.pid:
            os._exit(0)  # a child that the code forked and forgot: the protocol is not its business
        timer.cancel()
        stdout, stderr = self.capture.finish()
        self.say(
            {
                "kind": "end",
                "outcome": "finished",
                "stdout": stdout,
                "stderr": stderr,
                "error": error,
                "result": self.result,
                "submitted": self.submitted,
                "ooms": oom_kills() - ooms,
                "seconds": time.monotonic() - started,
            }
        )

    def attempt(self, code: str) -> str:
        """Run the code; what ended it, or ""."""
        name = f"<code {self.ran}>"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        try:
            exec(compile(code, name, "exec"), self.space)  # noqa: S102 - this is what a room is for
        except Submitted:
            return ""
        except SystemExit as error:
            return "" if error.code in (None, 0) else f"SystemExit: {error.code}"
        except BaseException as error:  # noqa: BLE001 - whatever the code raises is told, and nothing else
            return describe(error)
        return ""

    def submit(self, *values: object, **fields: object) -> None:
        """SUBMIT(x) or SUBMIT(name=x, ...): end the code with this result."""
        value = self.submission(values, fields)
        try:
            text = json.dumps(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise TypeError(f"SUBMIT takes only data that JSON can hold: {error}") from None
        if len(text) > LARGEST_RESULT:
            raise TypeError(f"SUBMIT takes at most {LARGEST_RESULT} characters of JSON, not {len(text)}")
        self.result, self.submitted = value, True
        raise Submitted

    def submission(self, values: tuple[object, ...], fields: dict[str, object]) -> object:
        """One value, or a mapping of names to values."""
        if values and fields:
            raise TypeError("SUBMIT takes either values or named values, not both")
        if self.fields:
            named = fields or dict(zip(self.fields, values, strict=False))
            if set(named) != set(self.fields) or len(values) > len(self.fields):
                raise TypeError(f"SUBMIT takes {', '.join(self.fields)}")
            return named
        if not fields and len(values) != 1:
            raise TypeError("SUBMIT takes either one value or named values")
        return fields or values[0]

    def tool(self, name: str) -> Callable[..., object]:
        """A function that asks the host."""

        def ask(*args: object, **kwargs: object) -> object:
            with self.lock:
                self.calls += 1
                self.say({"kind": "call", "call": self.calls, "name": name, "args": args, "kwargs": kwargs})
                answer = json.loads(self.commands.readline())
            if "error" in answer:
                raise RuntimeError(answer["error"])
            return answer["value"]

        ask.__name__ = ask.__qualname__ = name
        return ask


def add_paths() -> None:
    """Make the workspace importable, and forget what the import system believes about its files."""
    for path in ("/workspace/src", "/workspace"):
        if path not in sys.path and os.path.isdir(path):  # noqa: PTH112 - twice per execution, so the cheap one
            sys.path.insert(0, path)
    importlib.invalidate_caches()


def describe(error: BaseException) -> str:
    """The "Type: message" and the lines of the code that led there; never a frame of ours."""
    try:
        head = "".join(traceback.format_exception_only(error)[-1:]).strip()
    except Exception:  # noqa: BLE001 - the code's own __str__ may raise anything
        head = type(error).__name__
    if isinstance(error, SyntaxError):
        return f"{head} (line {error.lineno})\n    {(error.text or '').strip()}"[:LONGEST_ERROR]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(("<code ", "/workspace"))]
    lines = [f"  {frame_place(f)}line {f.lineno}, in {f.name}\n    {f.line}" for f in frames]
    if len(lines) > 20:
        lines[10:-10] = [f"  [... {len(lines) - 20} frames left out ...]"]
    return "\n".join([head[: LONGEST_ERROR // 2], *lines])[:LONGEST_ERROR]


def frame_place(frame: traceback.FrameSummary) -> str:
    """Nothing for the code itself, else the file in the workspace."""
    return "" if frame.filename.startswith("<code ") else frame.filename.removeprefix("/workspace/") + " "


def main() -> None:
    """Serve until the host hangs up."""
    os.chdir("/workspace")
    if os.path.isdir("/opt/env"):  # noqa: PTH112 - one look
        sys.path.append("/opt/env")
    Worker().run()
