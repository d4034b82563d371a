"""Where the engine finds a file of a process that may itself be in a container of it."""

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.shared_path import own_container, shared_path
from sandbox.environment.store import Kind
from sandbox.room import Limits, SandboxError

pytestmark = pytest.mark.docker

VOLUME = "code-intern-test-shared-path"
GATE = Path("/shared/below/code-intern-gate-x/socket")


@pytest.fixture
def container(sandbox: DockerSandbox) -> Iterator[Any]:
    """A container like the bot's own: a volume at /shared, and a tmpfs at /tmp."""
    client = sandbox.client
    made = client.containers.run(
        sandbox.image,
        ["sleep", "60"],
        detach=True,
        network_mode="none",
        read_only=True,
        tmpfs={"/tmp": ""},  # noqa: S108 - its own
        volumes={VOLUME: {"bind": "/shared", "mode": "rw"}},
    )
    try:
        yield made
    finally:
        made.remove(force=True, v=True)
        client.volumes.get(VOLUME).remove(force=True)


@pytest.fixture
def mounts(container: Any, tmp_path: Path) -> Path:
    """What the kernel tells a process in it of its mounts."""
    found = tmp_path / "mountinfo"
    found.write_bytes(container.exec_run(["cat", "/proc/self/mountinfo"]).output)
    return found


def test_a_process_in_a_container_learns_which_one(container: Any, mounts: Path) -> None:
    assert own_container(mounts) == container.id


def test_a_file_in_a_volume_is_where_the_engine_keeps_it(sandbox: DockerSandbox, container: Any, mounts: Path) -> None:
    container.exec_run(["mkdir", "-p", str(GATE.parent)], user="0")
    container.exec_run(["sh", "-c", f"echo here > {GATE}"], user="0")

    path = shared_path(sandbox.client, GATE, mounts)

    kept = sandbox.client.volumes.get(VOLUME).attrs["Mountpoint"]
    assert path == f"{kept}/below/code-intern-gate-x/socket"
    seen = sandbox.client.containers.run(
        sandbox.image,
        ["cat", "/seen"],
        remove=True,
        network_mode="none",
        mounts=[{"Type": "bind", "Source": path, "Target": "/seen", "ReadOnly": True}],
    )
    assert seen == b"here\n"


def test_a_file_that_only_the_container_has_is_told(sandbox: DockerSandbox, mounts: Path) -> None:
    with pytest.raises(SandboxError, match=r"does not see /tmp/code-intern-gate-x.* set TMPDIR to a folder on one"):
        shared_path(sandbox.client, Path("/tmp/code-intern-gate-x/socket"), mounts)  # noqa: S108 - not ours


def test_in_a_container_of_another_engine_paths_have_to_be_the_same(sandbox: DockerSandbox, tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    foreign = "f" * 64
    mounts.write_text(f"1 2 8:1 /lib/sandboxes/{foreign}/hostname /etc/hostname rw - ext4 /dev/sda rw\n")

    assert own_container(mounts) == foreign
    assert shared_path(sandbox.client, GATE, mounts) == str(GATE)


def test_outside_of_containers_paths_are_the_same(sandbox: DockerSandbox) -> None:
    if own_container():
        pytest.skip("this is a container")
    assert shared_path(sandbox.client, GATE) == str(GATE)


def test_a_gate_that_the_engine_does_not_see_is_told_and_leaves_nothing(sandbox: DockerSandbox, tmp_path: Path) -> None:
    unseen = tmp_path / "gone" / "socket"
    ground = sandbox.environments.ground("", (), print)

    with (
        pytest.raises(SandboxError, match="does not see this process's temporary files: set TMPDIR"),
        sandbox.environments.fill("test-unseen-gate", Kind.DEPENDENCIES, ground, Limits(lifetime=60), unseen),
    ):
        pytest.fail("the room has a way out that leads nowhere")

    assert not unseen.parent.exists()


def test_a_socket_that_somebody_may_not_use_is_no_engine_that_is_down() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(path := Path(folder, "docker.sock")))
        engine.listen()
        path.chmod(0)
        Path(folder).chmod(0o755)
        assert re.search(r"may not use the Docker engine at unix:.*DOCKER_GID=", _said_to_nobody(f"unix://{path}"))


def _said_to_nobody(host: str) -> str:
    """What connecting to an engine says to a user without any right."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        with suppress(BaseException):
            if os.getuid() == 0:
                os.setuid(65_534)
            try:
                connect(host)
            except SandboxError as error:
                os.write(writer, str(error).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        told = said.read()
    os.waitpid(child, 0)
    return told
