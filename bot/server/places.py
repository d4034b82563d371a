"""Places: where a process of the bot writes, and how what makes its rooms is."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.server.health import Part
from sandbox.choice import AnySandbox
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.trouble import asking


def places_of(database_url: str, trajectories: Path | None, sandbox: AnySandbox | None) -> Mapping[str, Path]:
    """Folders that are written to, by what they are for: of the engine only where it is one of this machine."""
    places = {"temporary files": Path(tempfile.gettempdir())}
    if database_url.startswith("sqlite"):
        places["the database"] = Path(database_url.removeprefix("sqlite:///").partition("?")[0]).absolute().parent
    if trajectories is not None:
        places["the trajectories"] = trajectories
    root = Path(_info(sandbox).get("DockerRootDir", "")) if isinstance(sandbox, DockerSandbox) else Path()
    if root.is_absolute() and root.is_dir():
        places["the engine"] = root
    return places


def look_at_sandbox(sandbox: AnySandbox) -> Part:
    """For a report of health. Raises SandboxError, which says what to do. Without it jobs wait, deliveries don't."""
    if isinstance(sandbox, DockerSandbox):
        with asking("looking whether the engine answers"):
            sandbox.client.ping()
    return Part(told={"driver": type(sandbox).__name__.removesuffix("Sandbox").lower()})


def _info(sandbox: DockerSandbox) -> Mapping[str, Any]:
    with asking("looking where the engine keeps its images"):
        found: Mapping[str, Any] = sandbox.client.info()
        return found
