"""The Docker engine: where rooms are made."""

from typing import Any

import docker
from docker.errors import DockerException

from sandbox.room import SandboxError

Client = Any  # docker.DockerClient; the SDK ships no types


#: What a room's limits need of an engine, by its own names: https://docs.docker.com/reference/api/engine/
NEEDED = {"MemoryLimit": "memory", "PidsLimit": "the number of processes", "CpuCfsQuota": "processors"}
DELEGATION = "https://docs.docker.com/engine/security/rootless/#limiting-resources"

#: One answer of a healthy engine takes well under a second, of a very busy one a few.
ANSWER_SECONDS = 25


def connect(host: str | None = None, *, timeout: int = ANSWER_SECONDS) -> Client:
    """A client of the Docker engine that answered a ping.

    Args:
        host: "unix:///run/user/1000/docker.sock"; None for what DOCKER_HOST or the default socket says.
        timeout: seconds that one answer of the engine may take.

    Raises:
        SandboxError: no engine answers; the message says what to do.

    See https://docker-py.readthedocs.io/en/stable/client.html
    """
    try:
        client = docker.from_env(timeout=timeout) if host is None else docker.DockerClient(host, timeout=timeout)
    except DockerException as error:
        raise SandboxError(_advice(host)) from error
    try:
        client.ping()
    except (DockerException, OSError) as error:
        client.close()
        raise SandboxError(_advice(host)) from error
    return client


def connect_for_rooms(host: str | None = None) -> Client:
    """A client of an engine in which code may run.

    A rootless engine without cgroup v2 takes every limit and keeps none.

    Raises:
        SandboxError: no engine answers, or this one can't limit what rooms must not have more of.
    """
    client = connect(host)
    try:
        missing = [words for name, words in NEEDED.items() if client.info().get(name) is False]
    except (DockerException, OSError) as error:
        client.close()
        raise SandboxError(f"the Docker engine does not tell what it can limit: {error}") from error
    if missing:
        client.close()
        raise SandboxError(
            f"this Docker engine can't limit {', '.join(missing)}, so no code may run in it. Where it is rootless, "
            f"give its user cgroup v2 with delegation ({DELEGATION}); or use another, or INTERN_SANDBOX=bubblewrap"
        )
    return client


def _advice(host: str | None) -> str:
    where = f"at {host}" if host else "at DOCKER_HOST or the default socket"
    return f"no Docker engine answers {where}: start it (sudo systemctl start docker) or set DOCKER_HOST"
