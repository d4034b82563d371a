"""Fixtures for everybody: the real sandbox."""

import os
from collections.abc import Iterator
from functools import cache

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.image import ensure_image
from sandbox.room import Limits, SandboxError


@cache
def image_or_reason() -> tuple[str, str]:
    """The sandbox image's tag, or why there is none."""
    try:
        client = connect()
        try:
            return ensure_image(client, say=print), ""
        finally:
            client.close()
    except SandboxError as error:
        return "", str(error)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test marked `docker` skips loudly where no room can be had, and fails where it must be had: in CI."""
    if item.get_closest_marker("docker"):
        _, reason = image_or_reason()
        if reason and os.environ.get("CI"):
            pytest.fail(f"CI needs the sandbox: {reason}", pytrace=False)
        if reason:
            pytest.skip(f"NOT TESTED, no sandbox: {reason}")


@pytest.fixture(scope="session")
def sandbox_image() -> str:
    """The tag of the sandbox image, built when it is missing."""
    tag, reason = image_or_reason()
    if reason:
        pytest.fail(reason, pytrace=False)
    return tag


@pytest.fixture(scope="session")
def sandbox(sandbox_image: str) -> Iterator[DockerSandbox]:
    """A sandbox on the real engine; its rooms are gone when the session ends."""
    with DockerSandbox(sandbox_image, limits=Limits(seconds=30, lifetime=300)) as made:
        yield made
