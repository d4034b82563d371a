"""The bubblewrap driver: rooms as processes in namespaces of their own, for machines without a container engine."""

import re
import secrets
import threading
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.agent_room import AgentRoom
from sandbox.bubblewrap.cache import cache_folder, reap_cache
from sandbox.bubblewrap.cgroup import Cgroups, reap_cgroups
from sandbox.bubblewrap.command import Handles, Mount, room_command
from sandbox.bubblewrap.environments import FolderEnvironments
from sandbox.bubblewrap.filter import UNSEEN, filter_program
from sandbox.bubblewrap.grounds import Grounds
from sandbox.bubblewrap.host_python import find_python
from sandbox.bubblewrap.launcher import Launcher
from sandbox.bubblewrap.machine import NamespaceMachine, Terms
from sandbox.bubblewrap.programs import Programs
from sandbox.bubblewrap.root import Root, Say
from sandbox.bubblewrap.scene import Scene
from sandbox.bubblewrap.users import Users
from sandbox.bubblewrap.watch import Watch
from sandbox.environment.store import Capacity
from sandbox.files import Tree
from sandbox.room import Limits, SandboxError
from sandbox.tar import check_fits

#: Where our agent looks for what the kernel killed for memory.
COUNTERS = {
    "memory.events": "/sys/fs/cgroup/memory.events",
    "memory.oom_control": "/sys/fs/cgroup/memory/memory.oom_control",
}


class BubblewrapSandbox:
    """Makes rooms out of namespaces, with the host's own system as their read-only root. Implements `Sandbox`.

    Args:
        limits: the limits of a room that asks for none.
        owner: name of the rooms' owner, by which an operator finds their control groups.
        python: the Python for rooms; the system's, or the one that runs this, when None.
        kernel_limits: whether to use control groups where they can be had.
        say: told in a line what takes long.
        capacity: how much of what is installed for rooms is kept.

    Raises:
        SandboxError: rooms can't be made here; the message says what to do.
    """

    def __init__(
        self,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        owner: str | None = None,
        python: Path | None = None,
        kernel_limits: bool = True,
        say: Say = lambda _: None,
        capacity: Capacity = Capacity(),  # noqa: B008 - frozen
    ) -> None:
        self.limits = limits
        self.owner = owner or secrets.token_hex(6)
        self.programs = Programs.find()
        self.cache = cache_folder()
        reap_cache(self.cache)
        reap_cgroups()
        self._lock = threading.Lock()
        self._machines: set[NamespaceMachine] = set()
        with ExitStack() as parts:
            self.root = Root(find_python(python), self.cache, say)
            self._grounds = parts.enter_context(closing(Grounds(self.root, self.cache)))
            self._users = parts.enter_context(closing(_users()))
            self._cgroups = _cgroups(self.owner) if kernel_limits else None
            if self._cgroups is not None:
                parts.enter_context(closing(self._cgroups))
            self._program = filter_program(without=() if self._cgroups else UNSEEN)
            self._launcher = parts.enter_context(closing(Launcher()))
            self._watch = parts.enter_context(closing(Watch()))
            self._parts = parts.pop_all()
        #: What is installed for rooms: `sandbox.environment.prepare` fills it.
        self.environments = FolderEnvironments(self.cache, self._grounds, self.start, capacity)

    @property
    def has_kernel_limits(self) -> bool:
        """Whether the kernel itself keeps a room to its memory."""
        return self._cgroups is not None

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> AgentRoom:
        """A fresh room with these files in its workspace. May be called from several threads.

        Args:
            files: the workspace's content.
            limits: the room's limits; the sandbox's own when None.
            environment: name given by `prepare`, mounted read-only; None for none.

        Raises:
            SandboxError: no room can be had; the message says what to do.
        """
        chosen = limits or self.limits
        check_fits(files, chosen)
        room = self.start(self.environments.scene(environment) if environment else Scene(self.root), chosen)
        try:
            room.put(files)
        except BaseException:
            room.close()
            raise
        return room

    def start(self, scene: Scene, limits: Limits) -> AgentRoom:
        """A room in this scene, which it leaves at its end, with nothing in its workspace. Raises SandboxError."""
        held = ExitStack()  # what the machine gives back at its end, or we now
        held.callback(scene.leave)
        try:
            machine = self._machine(scene, limits, held)
        except BaseException as error:
            held.close()
            if isinstance(error, OSError):
                raise SandboxError(f"bubblewrap made no room: {error}") from error
            raise
        room = AgentRoom(machine, limits)
        room.greet()
        machine.settle()
        return room

    def describe(self, environment: str | None = None) -> str:
        """One line for a reader of evidence: the driver, its Python, what it lacks and what it guarantees.

        What it lacks comes first: readers are shown 200 characters.
        """
        del environment  # there is one Python for all
        lacks = ["reads this machine's /usr"]
        holds = ["own namespaces", "no network", "read-only root", "no capabilities", "seccomp"]
        if self._users.are_separate:
            holds[0] += " and user"
        else:
            lacks.append("has the bot's user")
        if self.has_kernel_limits:
            holds.append("memory limit")
        else:
            lacks.append("memory is only watched")
        name = f"bubblewrap {self.programs.version}, Python {self.root.python.version}"
        return f"{name}, weaker than a container ({', '.join(lacks)}): {', '.join(holds)}"

    def close(self) -> None:
        """Remove every room of this sandbox."""
        with self._lock:
            machines = list(self._machines)
        for machine in machines:
            machine.end()
        self._parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _machine(self, scene: Scene, limits: Limits, held: ExitStack) -> NamespaceMachine:
        user = self._users.take()
        held.callback(self._users.give_back, user)
        scene.admit(user)
        group = self._cgroups.open(limits) if self._cgroups is not None else None
        seen = [*scene.root.mounts, *scene.mounts]
        if group is not None:
            held.callback(group.remove)
            seen.append(Mount(group.counter, COUNTERS[group.counter.name]))

        def command(handles: Handles) -> list[str]:
            return room_command(self.programs, scene.root.folder, seen, limits, handles, user)

        terms = Terms(limits, user, group, held.close)
        started = self._launcher.start(command, self._program, terms.limit)
        machine = NamespaceMachine(started, self.programs, terms, self._watch)
        with self._lock:
            self._machines.add(machine)
        held.callback(self._machines.discard, machine)
        return machine


def _users() -> Users:
    try:
        return Users()
    except OSError as error:
        raise SandboxError(f"rooms can't have users of their own: {error}; run this as an ordinary user") from error


def _cgroups(owner: str) -> Cgroups | None:
    try:
        return Cgroups(re.sub(r"[^\w-]", "-", owner))
    except SandboxError:
        return None
