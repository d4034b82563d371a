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
from sandbox.inside.strays import end_strays, shield
from sandbox.inside.workspace import WORKSPACE, Workspace

TYPE_CHECKING = False  # as in `host`
if TYPE_CHECKING:
    from typing import Any

#: Loaded when the first answer is on its way, while the host is busy with it.
LATER = ("subprocess", "shutil", "threading")


class Agent:
    """The orders, by name."""

    def __init__(self) -> None:
        self.host = Host()
        self.interpreter = Interpreter(self.host)
        self.workspace = Workspace(self.host)

    def serve(self) -> None:
        """Until the host hangs up, which ends this process."""
        self.follow(self.host.line())
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
        return {"code": self.workspace.put(order["bytes"])}

    def do_remove(self, order: dict[str, Any]) -> dict[str, Any]:
        """Delete paths."""
        self.workspace.remove(order["paths"])
        return {}

    def do_read(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send one file; `error` is why there is none."""
        return {"error": self.workspace.read(order["path"], order["limit"])}

    def do_collect(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send what differs from what the host knows. Nothing else may run meanwhile."""
        end_strays(self.kept())
        self.workspace.collect(order["bytes"])
        return {}

    def do_execute(self, order: dict[str, Any]) -> dict[str, Any]:
        """Run code in the persistent interpreter."""
        return self.interpreter.execute(order)

    def do_run(self, order: dict[str, Any]) -> dict[str, Any] | None:
        """Run a program; in its place "unstartable" is said when there is none."""
        try:
            program = Program(self.host, order)
        except (OSError, ValueError) as error:
            self.host.say("unstartable", error=f"{type(error).__name__}: {error}"[:2000])
            return None
        return program.end(program.watch(), self.kept())

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
