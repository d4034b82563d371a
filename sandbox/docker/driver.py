"""The Docker driver: rooms as single-use containers."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from docker.errors import DockerException, ImageNotFound
from requests.exceptions import RequestException

from sandbox.agent_room import AgentRoom
from sandbox.docker.engine import connect
from sandbox.docker.label import new_owner, room_labels
from sandbox.docker.machine import ContainerMachine, remove
from sandbox.docker.profile import container_profile
from sandbox.docker.reaper import reap
from sandbox.files import Tree
from sandbox.layout import DEPENDENCIES, GATE, PYTHON
from sandbox.room import Limits, SandboxError

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

    Raises:
        SandboxError: no engine answers.
    """

    def __init__(
        self,
        image: str,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        host: str | None = None,
        runtime: str | None = None,
        owner: str | None = None,
    ) -> None:
        self.image = image
        self.limits = limits
        self.owner = owner or new_owner()
        self._runtime = runtime
        self.client = connect(host)
        self._starts = threading.BoundedSemaphore(STARTS_AT_ONCE)
        self._description = ""

    def open(self, files: Tree, *, limits: Limits | None = None, environment: str | None = None) -> AgentRoom:
        """A fresh room with these files in its workspace. May be called from several threads.

        Args:
            files: the workspace's content.
            limits: the room's limits; the sandbox's own when None.
            environment: name of a volume made by `prepare`, mounted read-only; None for none.

        Raises:
            SandboxError: no room can be had; the message says what to do.
        """
        chosen = limits or self.limits
        with self._starts:
            room = self._make(chosen, environment)
        try:
            room.put(files)
        except BaseException:
            room.close()
            raise
        return room

    def open_installer(self, volume: str, gate: Path, limits: Limits) -> AgentRoom:
        """A room that may write an environment and reach the host's gate; for `sandbox.environment.prepare` alone."""
        labels = room_labels(self.owner, limits.lifetime)
        profile = container_profile(self.image, limits, labels, self._runtime)
        profile["volumes"] = {
            volume: {"bind": DEPENDENCIES, "mode": "rw"},
            str(gate): {"bind": GATE, "mode": "ro"},
        }
        return self._start(profile, limits)

    def describe(self) -> str:
        """One line for a reader of evidence: the driver, the image and its Python, the guarantee."""
        if not self._description:
            version = self.client.version()["Version"]
            with self.open({}) as room:
                python = room.run([PYTHON, "-V"]).stdout.strip()
            guarantee = "no network, read-only root, no capabilities, own seccomp profile"
            runtime = f" with {self._runtime}" if self._runtime else ""
            self._description = f"Docker {version}{runtime}, {self.image}, {python}: {guarantee}"
        return self._description

    def close(self) -> None:
        """Remove every room of this sandbox."""
        try:
            reap(self.client, owner=self.owner)
        finally:
            self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make(self, limits: Limits, environment: str | None) -> AgentRoom:
        labels = room_labels(self.owner, limits.lifetime)
        return self._start(container_profile(self.image, limits, labels, self._runtime, environment), limits)

    def _start(self, profile: dict[str, Any], limits: Limits) -> AgentRoom:
        try:
            container = self.client.containers.create(**profile)
        except ImageNotFound as error:
            raise SandboxError(f"the image {self.image} is missing: call ensure_image first") from error
        except (DockerException, RequestException) as error:
            raise SandboxError(f"the Docker engine made no room: {error}") from error
        try:
            container.start()
            room = AgentRoom(ContainerMachine(self.client, container.id), limits)
        except (OSError, DockerException, RequestException) as error:
            remove(self.client, container.id)
            raise SandboxError(f"the Docker engine started no room: {error}") from error
        room.greet()
        return room
