"""A container as a room's machine: it waits for its lifetime to end, and our agent runs in it as another user."""

import threading
import time
from contextlib import closing
from datetime import datetime

from docker.errors import APIError, NotFound

from sandbox.docker.attach import Attachment
from sandbox.docker.engine import Client
from sandbox.docker.profile import MAIN_USER
from sandbox.docker.trouble import TROUBLE, asking
from sandbox.layout import BOOT, ENVIRONMENT
from sandbox.machine import DeadlinePassed
from sandbox.room import SandboxAway

LOOK_SECONDS = 5.0


class ContainerMachine:
    """One started container. Implements `sandbox.machine.Machine`.

    The agent is not the container's main process, because that has another user: the code can neither stop the
    clock that ends the room nor be the one that all others are orphaned to.

    Raises:
        Whatever is in `TROUBLE`: the engine does not start the agent.
    """

    def __init__(self, client: Client, container: str, user: int) -> None:
        self.id = container
        self._client = client
        self._born = time.monotonic()
        self._lock = threading.Lock()
        self._ended = False
        self.stream = Attachment(client, container, [*BOOT, "agent"], user=f"{user}:{user}", environment=ENVIRONMENT)

    def starved(self) -> bool:
        """Whether the kernel killed something in it for memory.

        Raises:
            SandboxAway: the engine can't be asked, or somebody outside has ended the container, whose main process
                the code can't end: so the end was no doing of the code's.
        """
        with asking("running code"):
            starved = self._counted() or self._seen()
            if not starved and not self._is_running():
                raise SandboxAway("running code failed: somebody has stopped or removed the room's container")
            return starved

    def weigh(self) -> bool:
        """Never: the kernel ends what wants too much."""
        return False

    def _is_running(self) -> bool:
        try:
            return bool(self._client.api.inspect_container(self.id)["State"]["Running"])
        except NotFound:
            return False

    def _counted(self) -> bool:
        """By the kernel's own counter, read as a user that the code can't touch, while the container is there."""
        script = "read go; cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null"
        deadline = time.monotonic() + LOOK_SECONDS
        try:
            with closing(Attachment(self._client, self.id, ["sh", "-c", script], user=MAIN_USER)) as program:
                program.send(b"go\n", deadline)
                words = b"".join(iter(lambda: program.receive(deadline), b"")).split()
        except (APIError, DeadlinePassed):
            return False  # the container is gone
        return b"oom_kill" in words and int(words[words.index(b"oom_kill") + 1]) > 0

    def _seen(self) -> bool:
        """By the engine's `oom` events: https://docs.docker.com/reference/cli/docker/system/events/."""
        # By the engine's clock, which may be another machine's; a moment that is not over would be waited for.
        now = datetime.fromisoformat(str(self._client.info()["SystemTime"])).timestamp()
        since, until = int(now - (time.monotonic() - self._born)) - 2, int(now) + 1
        seen = self._client.api.events(since=since, until=until, filters={"container": self.id, "event": "oom"})
        with closing(seen):
            return any(True for _ in seen)

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
    except TROUBLE:
        return
