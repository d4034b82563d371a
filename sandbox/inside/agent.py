"""The agent: does in a room what the host asks for, one order at a time. Runs inside the room, as the code's user.

It stands between the host and everything else here: what it starts inherits no way to the host, and its own
memory and descriptors are closed to other processes of the same user. Each line it writes carries the id of
the order that it answers; the last one of an order is "end".
"""

from __future__ import annotations

import importlib
import os
import time

from sandbox.inside.host import Host
from sandbox.inside.interpreter import Interpreter
from sandbox.inside.program import Program
from sandbox.inside.strays import Stopped, end_strays, shield
from sandbox.inside.workspace import WORKSPACE, Workspace

TYPE_CHECKING = False  # as in `host`
if TYPE_CHECKING:
    from typing import Any

#: Loaded in the first pause after the first answer: a room that waits to be used has time for it.
LATER = ("subprocess", "shutil", "threading")
PAUSE = 0.05


class Agent:
    """The orders, by name."""

    def __init__(self) -> None:
        self.host = Host()
        self.interpreter = Interpreter(self.host)
        self.workspace = Workspace(self.host)

    def serve(self) -> None:
        """Until the host hangs up, which ends this process."""
        self.follow(self.host.line())
        if self.host.pauses(PAUSE):
            for name in LATER:
                importlib.import_module(name)
        while True:
            self.follow(self.host.line())

    def follow(self, order: dict[str, Any]) -> None:
        """Do one order, and say its end."""
        self.host.order = order["id"]
        started = time.monotonic()
        end = getattr(self, "do_" + order["do"])(order)
        if end is not None:
            self.host.say("end", **{"outcome": "finished", "seconds": time.monotonic() - started, **end})

    def do_hello(self, order: dict[str, Any]) -> dict[str, Any]:
        """Lay out what the environment brings for the workspace; the answer says that this room is alive."""
        del order
        self.workspace.lay_overlay()
        return {}

    def do_put(self, order: dict[str, Any]) -> dict[str, Any]:
        """Unpack an archive into the workspace; `code` is tar's."""
        with self.alone():
            return {"code": self.workspace.put(order["bytes"])}

    def do_remove(self, order: dict[str, Any]) -> dict[str, Any]:
        """Delete paths."""
        with self.alone():
            self.workspace.remove(order["paths"])
        return {}

    def do_read(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send one file; `error` is why there is none."""
        with self.alone():
            return {"error": self.workspace.read(order["path"], order["limit"])}

    def do_collect(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send what differs from what the host knows; `code` is tar's."""
        with self.alone():
            return {"code": self.workspace.collect(order["bytes"], order["most"])}

    def do_execute(self, order: dict[str, Any]) -> dict[str, Any]:
        """Run code in the persistent interpreter."""
        return self.interpreter.execute(order)

    def do_run(self, order: dict[str, Any]) -> dict[str, Any] | None:
        """Run a program; in its place "unstartable" is said when there is none."""
        with self.alone():
            try:
                program = Program(self.host, order)
            except (OSError, ValueError) as error:
                self.host.say("unstartable", error=f"{type(error).__name__}: {error}"[:2000])
                return None
            return program.end(program.watch(self.kept()), self.kept())

    def alone(self) -> Stopped:
        """The code of earlier orders stands still meanwhile: its threads, its timers, whatever it left.

        It has the same user as what does the order: it could write into tar's pipe, or into a program's report.
        """
        return Stopped(self.interpreter.pid)

    def kept(self) -> tuple[int, ...]:
        """Processes that outlive an order."""
        return (self.interpreter.pid,) if self.interpreter.pid else ()


def main() -> None:
    """Serve until the host hangs up; then nothing of this room's code is left."""
    shield()
    os.chdir(WORKSPACE)
    try:
        Agent().serve()
    finally:
        end_strays()
