"""The Docker engine: where rooms are made."""

from typing import Any

import docker
from docker.errors import DockerException

from sandbox.room import SandboxError

Client = Any  # docker.DockerClient; the SDK ships no types


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


def _advice(host: str | None) -> str:
    where = f"at {host}" if host else "at DOCKER_HOST or the default socket"
    return f"no Docker engine answers {where}: start it (sudo systemctl start docker) or set DOCKER_HOST"
