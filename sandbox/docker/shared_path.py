"""Shared paths: where the engine finds a file of ours. In a container it has another name, or the engine has none."""

import re
from pathlib import Path, PurePosixPath
from typing import Any

from docker.errors import NotFound

from sandbox.docker.engine import Client
from sandbox.docker.trouble import asking
from sandbox.room import SandboxError

MOUNTS = Path("/proc/self/mountinfo")

#: What engines mount into each of their containers, out of a folder with the container's id.
OURS = re.compile(r"/([0-9a-f]{64})/(?:userdata/)?(?:hostname|hosts|resolv\.conf)")
TARGETS = ("/etc/hostname", "/etc/hosts", "/etc/resolv.conf")


def shared_path(client: Client, path: Path, mounts: Path = MOUNTS) -> str:
    """The path by which the engine finds a file of this process.

    On the engine's own machine that is the file's own. In a container of this engine it is where the volume or the
    folder lies in which the file is. In a container of another engine nobody knows; there it has to have the same.

    Args:
        client: a client of the engine.
        path: an absolute path of this process.
        mounts: what the kernel says is mounted here, see
            https://docs.kernel.org/filesystems/proc.html#proc-pid-mountinfo-information-about-mounts

    Raises:
        SandboxError: this is a container of the engine, and the file is in nothing that was mounted into it.
    """
    found = _found(client, own_container(mounts))
    if found is None:
        return str(path)
    around = [one for one in found if one.get("Source") and path.is_relative_to(one["Destination"])]
    if not around:
        raise SandboxError(
            f"packages can't be installed: the engine does not see {path.parent}, for this container has no volume "
            f"there. Mount one at {path.parent}, or set TMPDIR to a folder on one"
        )
    nearest = max(around, key=lambda one: len(PurePosixPath(one["Destination"]).parts))
    return str(PurePosixPath(nearest["Source"], path.relative_to(nearest["Destination"])))


def own_container(mounts: Path = MOUNTS) -> str:
    """The id of the container in which this process runs, "" for none, by what its engine mounts into it."""
    try:
        lines = [line.split() for line in mounts.read_text("utf-8", "replace").splitlines()]
    except OSError:  # no Linux
        return ""
    ids = [match[1] for line in lines if line[4] in TARGETS and (match := OURS.search(line[3]))]
    return ids[0] if ids else ""


def _found(client: Client, container: str) -> list[dict[str, Any]] | None:
    """What is mounted into a container; None where the engine has none of this id."""
    if not container:
        return None
    with asking("looking what this container shares with the engine"):
        try:
            return list(client.api.inspect_container(container)["Mounts"])
        except NotFound:
            return None
