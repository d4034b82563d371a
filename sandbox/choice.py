"""The choice: which driver makes the rooms on this machine."""

from collections.abc import Callable
from contextlib import closing

from sandbox.bubblewrap.cgroup import reap_cgroups
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.self_test import self_test
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect_for_rooms
from sandbox.docker.image import ensure_image
from sandbox.docker.old_images import remove_old_images
from sandbox.docker.reaper import reap, sweeping
from sandbox.environment.store import Capacity
from sandbox.reaper import Sweep
from sandbox.room import Limits, SandboxError

DOCKER, BUBBLEWRAP = "docker", "bubblewrap"

AnySandbox = DockerSandbox | BubblewrapSandbox
Say = Callable[[str], None]


def open_sandbox(
    kind: str = "",
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    host: str | None = None,
    runtime: str | None = None,
    owner: str | None = None,
    say: Say = lambda _: None,
    capacity: Capacity = Capacity(),  # noqa: B008 - frozen
) -> AnySandbox:
    """The sandbox of this machine, once what crashed processes left is gone. Close it.

    Args:
        kind: DOCKER or BUBBLEWRAP; "" for Docker, and without a usable engine bubblewrap. That one promises less, so
            it never takes the place of an engine that was named, nor of a runtime.
        limits: the limits of a room that asks for none.
        host: the engine, as in DOCKER_HOST; None for the default.
        runtime: an OCI runtime that the engine knows.
        owner: name under which the rooms can be found again.
        say: told in a line what takes long.
        capacity: how much of what is installed for rooms is kept.

    Raises:
        SandboxError: no rooms can be made; the message says what to do.
    """
    if kind == BUBBLEWRAP:
        return _open_bubblewrap(limits, owner, say, capacity)
    try:
        client = connect_for_rooms(host)
    except SandboxError as error:
        if kind == DOCKER or host or runtime:
            raise
        return _instead(error, limits, owner, say, capacity)
    with closing(client):
        reap(client)
        image = ensure_image(client, say=say)
    return DockerSandbox(image, limits=limits, host=host, runtime=runtime, owner=owner, capacity=capacity)


def sweep_of(sandbox: AnySandbox, host: str | None, owner: str, line: str) -> Sweep:
    """What removes that which crashed processes left where this sandbox makes its rooms; see `sweeping`."""
    if isinstance(sandbox, DockerSandbox):
        reap_engine = sweeping(host, owner, line)
        return lambda now: reap_engine(now) + remove_old_images(sandbox.client, [sandbox.image])
    return lambda _: reap_cgroups()


def _instead(
    no_engine: SandboxError, limits: Limits, owner: str | None, say: Say, capacity: Capacity
) -> BubblewrapSandbox:
    """Bubblewrap because there is no engine that can be used."""
    try:
        sandbox = _open_bubblewrap(limits, owner, say, capacity)
    except SandboxError as error:
        raise SandboxError(f"{no_engine}. Bubblewrap can't take its place: {error}") from error
    say(f"{no_engine}. Bubblewrap makes the rooms, which are weaker than containers")
    return sandbox


def _open_bubblewrap(limits: Limits, owner: str | None, say: Say, capacity: Capacity) -> BubblewrapSandbox:
    sandbox = BubblewrapSandbox(limits=limits, owner=owner, say=say, capacity=capacity)
    try:
        self_test(sandbox)
    except BaseException:
        sandbox.close()
        raise
    return sandbox
