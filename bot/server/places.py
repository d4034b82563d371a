"""What makes the rooms, and the watch over missed deliveries, as the health of a service sees them."""

import time

from bot.server.health import Part
from bot.server.missed import Missed
from sandbox.choice import AnySandbox
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.trouble import asking


def look_at_sandbox(sandbox: AnySandbox) -> Part:
    """For a report of health. Raises SandboxError, which says what to do. Without it jobs wait, deliveries don't."""
    if isinstance(sandbox, DockerSandbox):
        with asking("looking whether the engine answers"):
            sandbox.client.ping()
    return Part(told={"driver": type(sandbox).__name__.removesuffix("Sandbox").lower()})


def look_at_missed(missed: Missed) -> Part:
    """How long ago GitHub was last asked what did not arrive; None where that did not succeed yet."""
    ago = None if missed.looked is None else round(time.monotonic() - missed.looked)
    return Part(told={"looked_seconds_ago": ago})


def root_of(sandbox: AnySandbox) -> str:
    """The folder of the engine's images, "" where there is no engine. Raises SandboxError."""
    if not isinstance(sandbox, DockerSandbox):
        return ""
    with asking("looking where the engine keeps its images"):
        return str(sandbox.client.info().get("DockerRootDir", ""))
