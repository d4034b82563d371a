"""The worker: a persistent Python interpreter in a room, forked by the agent. Runs inside the room.

It reads {"code", "tools", "fields"} and writes any number of {"kind": "call", ...}, each of which is answered
with {"call", "value" or "error"}, and then one {"kind": "end", ...}. The code runs in this very process and can
forge its own result, but nothing else: it has no way to the host.
"""

from __future__ import annotations

import importlib
import json
import linecache
import os
import sys
from _thread import allocate_lock  # `threading` is slow to load

TYPE_CHECKING = False  # as in `host`
if TYPE_CHECKING:
    import traceback
    from collections.abc import Callable, Iterable
    from typing import Any, BinaryIO, NoReturn, TextIO

LARGEST_RESULT = 2**20
LARGEST_CALL = 2 * 2**20
#: The host reads no deeper than 200, with what is around it.
DEEPEST = 150
LONGEST_ERROR = 16_000
#: Where a prepared environment has its packages, and the repository's own package its metadata.
INSTALLED = ("/opt/env", "/opt/project/site")


class Submitted(BaseException):
    """The code called SUBMIT. Not an Exception, so that no `except Exception` of the code stops it."""


class Worker:
    """The interpreter."""

    def __init__(self, orders: BinaryIO, answers: BinaryIO, outputs: tuple[int, int]) -> None:
        self.orders, self.answers, self.outputs = orders, answers, outputs
        self.streams = sys.stdin, sys.stdout, sys.stderr = new_streams()
        self.pid = os.getpid()
        self.space: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
        self.calls = 0
        self.ran = 0
        self.lock = allocate_lock()
        self.fields: list[str] = []
        self.result: object = None
        self.submitted = False

    def say(self, kind: str, **fields: Any) -> None:
        """Write one line to the agent."""
        self.answers.write(json.dumps({"kind": kind, **fields}).encode() + b"\n")
        self.answers.flush()

    def run(self) -> None:
        """Execute one order after the other until the agent is gone."""
        while line := self.orders.readline():
            self.execute(json.loads(line))

    def execute(self, order: dict[str, Any]) -> None:
        """One execution."""
        self.result, self.submitted = None, False
        self.fields = order["fields"]
        self.ran += 1
        self.space["SUBMIT"] = self.submit
        for name in order["tools"]:
            self.space[name] = self.tool(name)
        self.point_streams()
        add_paths()
        if self.ran > 1:  # nothing of the workspace was looked for before, and Python 3.13 takes long the first time
            importlib.invalidate_caches()
        error = self.attempt(order["code"])
        if os.getpid() != self.pid:
            os._exit(0)  # a child that the code forked and forgot: the protocol is not its business
        flush_streams()
        self.say("end", error=error, result=self.result, submitted=self.submitted)

    def point_streams(self) -> None:
        """Make descriptors and streams ours again: the code may have closed or replaced them."""
        for descriptor, output in zip((1, 2), self.outputs, strict=True):
            os.dup2(output, descriptor)
        current = (sys.stdin, sys.stdout, sys.stderr)
        if any(one is not ours or ours.closed for one, ours in zip(current, self.streams, strict=True)):
            self.streams = sys.stdin, sys.stdout, sys.stderr = new_streams()

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
        check_data("SUBMIT", value, LARGEST_RESULT)
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
            check_data(name, [args, kwargs], LARGEST_CALL)
            with self.lock:
                self.calls += 1
                self.say("call", call=self.calls, name=name, args=args, kwargs=kwargs)
                answer = json.loads(self.orders.readline())
            if "error" in answer:
                raise RuntimeError(answer["error"])
            return answer["value"]

        ask.__name__ = ask.__qualname__ = name
        return ask


def check_data(what: str, value: object, largest: int) -> None:
    """Raises TypeError, for the code to see, when the host could not take this."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{what} takes only data that JSON can hold: {error}") from None
    if len(text) > largest:
        raise TypeError(f"{what} takes at most {largest} characters of JSON, not {len(text)}")
    if text.count("[") + text.count("{") > DEEPEST and depth(value) > DEEPEST:
        raise TypeError(f"{what} takes only data that is nested at most {DEEPEST} times")


def depth(value: object) -> int:
    """How many containers lie in each other at most; the value has no cycles."""
    found, level = -1, [value]
    while level:
        found += 1
        level = [inner for one in level for inner in contents(one)]
    return found


def contents(value: object) -> Iterable[object]:
    """What a container of JSON holds."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def add_paths() -> None:
    """Make the workspace importable."""
    for path in ("/workspace/src", "/workspace"):
        if path not in sys.path and os.path.isdir(path):  # noqa: PTH112 - twice per execution, so the cheap one
            sys.path.insert(0, path)


def describe(error: BaseException) -> str:
    """The "Type: message" and the lines of the code that led there; never a frame of ours."""
    try:
        import traceback
    except OSError:  # the code has left no descriptor to load it with
        return type(error).__name__
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


def new_streams() -> tuple[TextIO, TextIO, TextIO]:
    """Standard input, output and error over the first three descriptors; they live as long as the code."""
    return (
        open(os.devnull, encoding="utf-8"),  # noqa: PTH123 - see above
        open(1, "w", encoding="utf-8", errors="replace", closefd=False, buffering=1),
        open(2, "w", encoding="utf-8", errors="replace", closefd=False, buffering=1),
    )


def flush_streams() -> None:
    """Write what the code printed and nobody saw yet."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001, S112 - the code may have put anything there
            continue


def main(orders: int, answers: int, stdout: int, stderr: int) -> NoReturn:
    """Serve in a forked child, and end it."""
    os.setsid()
    for name in [name for name in sys.modules if name.partition(".")[0] == "sandbox"]:
        del sys.modules[name]  # the repository may have a package that is called like ours
    sys.path += [path for path in INSTALLED if os.path.isdir(path)]  # noqa: PTH112 - two looks
    try:
        Worker(os.fdopen(orders, "rb"), os.fdopen(answers, "wb"), (stdout, stderr)).run()
    finally:
        os._exit(1)
