"""The Docker driver: rooms as single-use containers."""

import secrets
import threading
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from docker.errors import ImageNotFound

from sandbox.agent_room import AgentRoom
from sandbox.docker.engine import connect_for_rooms
from sandbox.docker.environments import DockerEnvironments
from sandbox.docker.grounds import Grounds
from sandbox.docker.image import ensure_image
from sandbox.docker.label import new_owner, room_labels
from sandbox.docker.machine import ContainerMachine, remove
from sandbox.docker.profile import CODE_USER, ROOM_USERS, container_profile
from sandbox.docker.reaper import end_rooms
from sandbox.docker.trouble import asking, known
from sandbox.docker.volume import check_volumes
from sandbox.environment.store import Capacity, EnvironmentGone
from sandbox.files import Tree
from sandbox.layout import PYTHON
from sandbox.presence import Presence
from sandbox.room import Limits, RoomDied, SandboxError
from sandbox.tar import check_fits

#: The engine makes rooms no faster side by side; each only takes longer.
STARTS_AT_ONCE = 2


class DockerSandbox:
    """Makes rooms in containers without a network and without rights. Implements `sandbox.room.Sandbox`.

    Args:
        image: what `ensure_image` returned.
        limits: the limits of a room that asks for none.
        host: the engine, as in DOCKER_HOST; None for the default.
        runtime: an OCI runtime that the engine knows, such as gVisor's "runsc"; None for its default.
        owner: name under which this sandbox's rooms can be found again.
        capacity: how much of what is installed for rooms is kept.

    Raises:
        SandboxError: no engine answers, or it can't keep a room's limits.
    """

    def __init__(
        self,
        image: str,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        host: str | None = None,
        runtime: str | None = None,
        owner: str | None = None,
        capacity: Capacity = Capacity(),  # noqa: B008 - frozen
    ) -> None:
        self.image = image
        self._capacity = capacity
        self.limits = limits
        self.owner = owner or new_owner()
        self._runtime = runtime
        self.client = connect_for_rooms(host)
        self._presence = Presence(self.owner)
        self._starts = threading.BoundedSemaphore(STARTS_AT_ONCE)
        self._described: dict[str, str] = {}

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
        with self._starts:
            room = self._make(chosen, environment)
        try:
            room.put(files)
        except BaseException:
            room.close()
            raise
        return room

    @cached_property
    def environments(self) -> DockerEnvironments:
        """What is installed for rooms: `sandbox.environment.prepare` fills it."""
        grounds = Grounds(self.client, self.image, self._ask_version)
        return DockerEnvironments(self.client, grounds, self._open_on, self.owner, self._capacity)

    def describe(self, environment: str | None = None) -> str:
        """One line for a reader of evidence: the driver, the image and its Python, the guarantee."""
        image = str(self.environments.dress(environment).get("image", self.image)) if environment else self.image
        if image not in self._described:
            with asking("looking at the engine"):
                version = self.client.version()["Version"]
            runtime = f" with {self._runtime}" if self._runtime else ""
            guarantee = "no network, read-only root, no capabilities, own seccomp profile"
            python = self._ask_version(image)
            self._described[image] = f"Docker {version}{runtime}, {image}, Python {python}: {guarantee}"
        return self._described[image]

    def close(self) -> None:
        """Remove every room of this sandbox."""
        clean = False
        try:
            end_rooms(self.client, self.owner)
            clean = True
        finally:
            self._presence.close(leaves_nothing=clean)
            self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make(self, limits: Limits, environment: str | None) -> AgentRoom:
        user = secrets.choice(ROOM_USERS)
        labels = room_labels(self.owner, limits.lifetime)
        profile = container_profile(self.image, limits, labels, self._runtime, user=user)
        if environment:
            profile.update(self.environments.dress(environment))
        try:
            return self._start(profile, limits, user)
        except SandboxError as error:
            if not isinstance(error.__cause__, ImageNotFound):
                raise
            if environment:
                raise EnvironmentGone(
                    "the image under the environment was removed meanwhile: prepare it again"
                ) from error
        ensure_image(self.client)  # somebody has removed it since
        return self._start(profile, limits, user)

    def _open_on(self, image: str, mounted: dict[str, Any], limits: Limits) -> AgentRoom:
        """A room on another image, with these volumes and mounts; for `environments` alone."""
        profile = container_profile(image, limits, room_labels(self.owner, limits.lifetime), self._runtime)
        with self._starts:
            return self._start({**profile, **mounted}, limits, CODE_USER)

    def _ask_version(self, image: str) -> str:
        """The version of an image's Python."""
        with self._open_on(image, {}, self.limits) as room:
            said = room.run([PYTHON, "-V"]).stdout.split()
        if len(said) != 2:
            raise SandboxError(f"the image {image} has no Python that answers: remove it (docker rmi)")
        return said[1]

    def _start(self, profile: dict[str, Any], limits: Limits, user: int) -> AgentRoom:
        # A name of ours: a container is found and removed even when the answer that names it is lost.
        name = profile["name"] = f"code-intern-{secrets.token_hex(8)}"
        try:
            with asking("making a room"):
                container = self.client.containers.create(**profile)
                check_volumes(self.client, profile.get("volumes", ()))
                container.start()
                room = AgentRoom(ContainerMachine(self.client, container.id, user), limits)
        except BaseException:
            remove(self.client, name)
            raise
        try:
            room.greet()
        except RoomDied as error:
            # Nothing of anybody's code has run in it, so what came instead of a greeting is the engine's own.
            if advice := known(str(error)):
                raise SandboxError(f"making a room failed: {advice} ({error})") from error
            raise
        return room
