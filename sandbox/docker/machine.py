"""A container as a room's machine: it waits for its lifetime to end, and our agent runs in it as another user."""

import threading
import time
from contextlib import closing

from docker.errors import DockerException
from requests.exceptions import RequestException

from sandbox.docker.attach import Attachment
from sandbox.docker.engine import Client
from sandbox.docker.profile import CODE_USER
from sandbox.layout import BOOT, ENVIRONMENT

GONE = (OSError, DockerException, RequestException)


class ContainerMachine:
    """One started container. Implements `sandbox.machine.Machine`.

    The agent is not the container's main process, because that has another user: the code can neither stop the
    clock that ends the room nor be the one that all others are orphaned to.

    Raises:
        DockerException, RequestException, OSError: the engine does not start the agent.
    """

    def __init__(self, client: Client, container: str) -> None:
        self.id = container
        self._client = client
        self._born = int(time.time())
        self._lock = threading.Lock()
        self._ended = False
        self.stream = Attachment(client, container, [*BOOT, "agent"], user=CODE_USER, environment=ENVIRONMENT)

    def starved(self) -> bool:
        """Whether the engine saw an `oom` event: https://docs.docker.com/reference/cli/docker/system/events/."""
        filters = {"container": self.id, "event": "oom"}
        try:
            seen = self._client.api.events(since=self._born - 1, until=int(time.time()) + 1, filters=filters)
            with closing(seen):
                return any(True for _ in seen)
        except GONE:
            return False

    def end(self) -> None:
        """Close the stream first, then remove: else the engine waits for us to read."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
        self.stream.close()
        remove(self._client, self.id)


def remove(client: Client, container: str) -> None:
    """Kill and remove a container; one that is gone already, or going, is no error: the reaper finds what stays."""
    try:
        client.api.remove_container(container, force=True, v=True)
    except GONE:
        return
