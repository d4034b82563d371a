"""The sandbox image: one name for exactly one content."""

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.image import build_inputs, digest, ensure_image
from sandbox.room import SandboxError


def test_the_name_changes_with_every_input() -> None:
    inputs = build_inputs()
    assert "sandbox/inside/worker.py" in inputs

    names = {digest(inputs)} | {digest({**inputs, path: data + b" "}) for path, data in inputs.items()}

    assert len(names) == len(inputs) + 1


@pytest.mark.docker
def test_an_image_that_is_there_is_not_built_again(sandbox_image: str) -> None:
    said: list[str] = []
    client = connect()

    assert ensure_image(client, say=said.append) == sandbox_image
    assert said == []
    client.close()


@pytest.mark.docker
def test_nothing_of_this_machine_is_in_the_image(sandbox: DockerSandbox) -> None:
    config = sandbox.client.images.get(sandbox.image).attrs["Config"]

    assert not [line for line in config["Env"] if line.startswith(("PIP", "SSL", "HTTP", "http"))]
    with sandbox.open({}) as room:
        assert room.run(["sh", "-c", "ls /etc/pip.conf ~/.config/pip /root/.pip 2>/dev/null"]).stdout == ""


@pytest.mark.docker
def test_a_missing_image_is_told() -> None:
    with (
        DockerSandbox("code-intern-sandbox:nothing") as sandbox,
        pytest.raises(SandboxError, match="ensure_image"),
    ):
        sandbox.open({})


def test_a_missing_engine_is_told_in_one_line() -> None:
    with pytest.raises(
        SandboxError, match=r"^no Docker engine answers at unix:///nowhere.sock: start it .*DOCKER_HOST$"
    ):
        DockerSandbox("x", host="unix:///nowhere.sock")
