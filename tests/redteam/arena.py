"""The arena: one driver under attack, and what is looked at before and after."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sandbox.agent_room import AgentRoom
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.label import OWNER
from sandbox.files import Tree
from sandbox.room import MIB, Limits, SandboxError
from tests.redteam.attack import Attack, Seen
from tests.redteam.canary import Canary
from tests.redteam.steps import PRELUDE, steps_in, told_by

AnySandbox = DockerSandbox | BubblewrapSandbox

LIMITS = Limits(
    seconds=20, lifetime=300, memory=192 * MIB, processes=64, output=64 * 1024, workspace=16 * MIB, inodes=500
)


class Arena:
    """A sandbox, rooms that attacks share, and what rooms leave behind. Close it.

    Args:
        sandbox: a driver's.
        canary: the secrets that were planted on the host.
    """

    def __init__(self, sandbox: AnySandbox, canary: Canary) -> None:
        self.sandbox = sandbox
        self.canary = canary
        self.driver = "docker" if isinstance(sandbox, DockerSandbox) else "bubblewrap"
        self.kinds = _kinds(sandbox)
        self._shared: AgentRoom | None = None
        with self.fresh():  # what is made once is made now
            pass

    @property
    def shared(self) -> AgentRoom:
        """The room of all attacks that leave it as it was; another one when it died."""
        if self._shared is None or not self._shared.is_ready():
            self.close()
            self._shared = self.sandbox.open({}, limits=replace(LIMITS, lifetime=600))
        return self._shared

    @contextmanager
    def fresh(self, limits: Limits | None = None, files: Tree | None = None) -> Iterator[AgentRoom]:
        """A room of one attack's own, which works when it is handed over: the one before did no harm."""
        with self.sandbox.open(files or {}, limits=limits or LIMITS) as room:
            # With what attacks load, so that it costs none of them its time.
            said = room.execute(PRELUDE + "print('alive')").stdout
            assert said == "alive\n"
            yield room

    def afterwards(self) -> str:
        """Whether the shared room still works as before; one that does not is replaced."""
        try:
            said = self.shared.execute("print('alive')")
            told = said.stdout.strip() or said.outcome.value
        except SandboxError as error:
            told = str(error)
        if told != "alive":
            self.close()
        return told

    def close(self) -> None:
        """End the shared room."""
        if self._shared is not None:
            self._shared.close()
            self._shared = None

    def traces(self) -> frozenset[str]:
        """What there is on the host because of rooms: containers, processes, control groups, threads, descriptors."""
        found = {f"thread {thread.name}" for thread in threading.enumerate()}
        found |= {f"descriptor of {what}" for what in _descriptors()}
        if isinstance(self.sandbox, DockerSandbox):
            mine = {"label": f"{OWNER}={self.sandbox.owner}"}
            containers = [box["Id"] for box in self.sandbox.client.api.containers(all=True, filters=mine)]
            found |= {f"container {name}" for name in containers}
        else:
            found |= {f"process {pid}" for pid in _below(os.getpid())}
            found |= {
                f"group {path}" for path in Path("/sys/fs/cgroup").glob(f"*/code-intern.{self.sandbox.owner}*/*/")
            }
        return frozenset(found)


#: Seconds after its limit in which an execution must have ended, on a machine that does other things too.
SPARE = 8.0
#: Connections that the engine's client keeps for its next questions.
POOL = 24


def _descriptors() -> Iterator[str]:
    """Our descriptors, each by what it is and how many there are of that kind; not those that a client may keep."""
    kinds: dict[str, int] = {}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - its own descriptor is among them
        try:
            kind = str(Path(f"/proc/self/fd/{name}").readlink()).partition(":[")[0]
        except OSError:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind != "socket" or kinds[kind] > POOL:
            yield f"{kind} number {kinds[kind]}"


def _kinds(sandbox: AnySandbox) -> frozenset[str]:
    """What the table of differences calls this driver on this machine."""
    if isinstance(sandbox, DockerSandbox):
        return frozenset({"docker"})
    found = {"bubblewrap"}
    if os.geteuid() != 0:
        found.add("bubblewrap with one user for all rooms")
    if not sandbox.has_kernel_limits:
        found.add("bubblewrap without control groups")
    return frozenset(found)


def _below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from _below(child)


def left_by(container: str) -> list[str]:
    """Processes that the host still counts to a container."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cgroup"):
        try:
            if container in path.read_text():
                found.append(f"process {path.parent.name}")
        except OSError:
            continue
    return found


# Performances


def shared(arena: Arena, attack: Attack) -> Seen:
    """In the room that all share, whose next statement must work as if nothing had been."""
    seen = _perform(arena.shared, attack)
    return {**seen, **_outside(attack), "afterwards": arena.afterwards()}


def alone(arena: Arena, attack: Attack) -> Seen:
    """In a room of its own, of which nothing must stay."""
    with watched(arena) as seen, arena.fresh(attack.limits) as room:
        started = time.monotonic()
        seen.update(_perform(room, attack))
        spent = time.monotonic() - started
        seen["in time"] = "yes" if spent < attack.seconds + SPARE else f"no: {spent:.1f} seconds"
    return seen


@contextmanager
def watched(arena: Arena, *, seconds: float = 5.0) -> Iterator[Seen]:
    """Whatever is opened in this block must be gone at its end: tells "left behind"."""
    seen: Seen = {}
    before = arena.traces()
    yield seen
    seen["left behind"] = _left(arena, before, seconds)


def _left(arena: Arena, before: frozenset[str], seconds: float) -> str:
    """An engine may need a moment; what is left after some seconds is left."""
    waiting = threading.Event()
    for _ in range(int(seconds * 20)):
        left = arena.traces() - before
        if not left:
            return "nothing"
        waiting.wait(0.05)
    return ", ".join(sorted(left))


def _perform(room: AgentRoom, attack: Attack) -> Seen:
    code = PRELUDE + attack.code
    if attack.program:
        return told_by(room.run(["python", "-c", code], seconds=attack.seconds))
    return told_by(room.execute(code, seconds=attack.seconds))


def _outside(attack: Attack) -> Seen:
    """The same code on the host: the control. Only root can be refused nothing there."""
    if not attack.outside or os.geteuid() != 0:
        return {}
    done = subprocess.run(
        [sys.executable, "-I", "-c", PRELUDE + "OUTSIDE = True\n" + attack.code],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={},
    )
    return {f"outside: {name}": what for name, what in steps_in(done.stdout).items() if name in attack.outside}
