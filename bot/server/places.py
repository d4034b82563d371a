"""What makes the rooms, as the health of a service sees it."""

from bot.server.health import Part
from sandbox.choice import AnySandbox
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.trouble import asking


def look_at_sandbox(sandbox: AnySandbox) -> Part:
    """For a report of health. Raises SandboxError, which says what to do. Without it jobs wait, deliveries don't."""
    if isinstance(sandbox, DockerSandbox):
        with asking("looking whether the engine answers"):
            sandbox.client.ping()
    return Part(told={"driver": type(sandbox).__name__.removesuffix("Sandbox").lower()})


def root_of(sandbox: AnySandbox) -> str:
    """The folder of the engine's images, "" where there is no engine. Raises SandboxError."""
    if not isinstance(sandbox, DockerSandbox):
        return ""
    with asking("looking where the engine keeps its images"):
        return str(sandbox.client.info().get("DockerRootDir", ""))
