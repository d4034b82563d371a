"""The Docker engine: where rooms are made."""

import os
from typing import Any

import docker
from docker.errors import DockerException, TLSParameterError

from sandbox.room import SandboxError

Client = Any  # docker.DockerClient; the SDK ships no types


#: What a room's limits need of an engine, by its own names: https://docs.docker.com/reference/api/engine/
NEEDED = {"MemoryLimit": "memory", "PidsLimit": "the number of processes", "CpuCfsQuota": "processors"}
DELEGATION = "https://docs.docker.com/engine/security/rootless/#limiting-resources"

#: What proves who we are, and who the engine is, where it is reached over TLS.
CERTIFICATES = "ca.pem, cert.pem and key.pem"

#: What lets a user in. In a container the group has the number that it has outside.
GROUP = (
    "add it to the group of the engine's socket, docker as a rule; with compose, write that group's number into .env "
    "(echo DOCKER_GID=$(stat -c %g /var/run/docker.sock) >> .env)"
)

#: One answer of a healthy engine takes well under a second, of a very busy one a few.
ANSWER_SECONDS = 25


def connect(host: str | None = None, *, timeout: int = ANSWER_SECONDS) -> Client:
    """A client of the Docker engine that answered a ping.

    Args:
        host: "unix:///run/user/1000/docker.sock"; None for what DOCKER_HOST or the default socket says.
        timeout: seconds that one answer of the engine may take.

    How a `tcp://` address proves itself, and we to it, say DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, as for `docker`
    itself: https://docs.docker.com/engine/security/protect-access/

    Raises:
        SandboxError: no engine answers; the message says what to do.

    See https://docker-py.readthedocs.io/en/stable/client.html
    """
    try:
        client = _client(host, timeout)
    except TLSParameterError as error:
        raise SandboxError(
            f"DOCKER_CERT_PATH names no folder with {CERTIFICATES}, which DOCKER_TLS_VERIFY asks for"
        ) from error
    except DockerException as error:
        raise SandboxError(_advice(host, error)) from error
    try:
        client.ping()
    except (DockerException, OSError) as error:
        client.close()
        raise SandboxError(_advice(host, error)) from error
    return client


def _client(host: str | None, timeout: int) -> Client:
    if host is not None and not host.startswith("tcp://"):
        return docker.DockerClient(host, timeout=timeout)
    named = {"DOCKER_HOST": host} if host else {}
    return docker.from_env(timeout=timeout, environment={**os.environ, **named})


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


def _advice(host: str | None, error: Exception) -> str:
    where = f"at {host}" if host else "at DOCKER_HOST or the default socket"
    if "Permission denied" in str(error):
        return f"this user may not use the Docker engine {where}: {GROUP}"
    advice = f"no Docker engine answers {where}: start it (sudo systemctl start docker) or set DOCKER_HOST"
    secured = (host or "").startswith("tcp://")
    return f"{advice}; where it wants certificates, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH" if secured else advice
