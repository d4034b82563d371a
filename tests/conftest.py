"""Fixtures for everybody: the real sandbox."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.docker.driver import DockerSandbox
from tests.rooms import USUAL, AnySandbox, image_or_reason, open_light, why_none

#: Where the longest files are, the longest first. A file stays on one worker: were it begun late, the others would
#: have to wait for that one.
LONG = (
    *("crashes", "journeys", "trial", "replay", "optimize", "evidence", "sandbox", "machines", "stopping", "ends"),
    *("dishonest", "programs", "solve", "test_command_line.py", "engine", "server"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first."""
    places = {folder: place for place, folder in enumerate(LONG)}
    root = Path(__file__).parent
    items.sort(key=lambda item: places.get(item.path.relative_to(root).parts[0], len(LONG)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs rooms skips loudly where none can be had, and fails where they must be had: in CI."""
    for kind in ("docker", "bubblewrap", "rooms"):
        reason = why_none(kind) if item.get_closest_marker(kind) else ""
        if reason and os.environ.get("CI"):
            pytest.fail(f"CI needs {kind}: {reason}", pytrace=False)
        if reason:
            pytest.skip(f"NOT TESTED, no {kind}: {reason}")


@pytest.fixture(scope="session")
def sandbox_image() -> str:
    """The tag of the sandbox image, built when it is missing."""
    tag, reason = image_or_reason()
    if reason:
        pytest.fail(reason, pytrace=False)
    return tag


@pytest.fixture(scope="session")
def containers(sandbox_image: str) -> Iterator[DockerSandbox]:
    """A sandbox on the real engine, for what is about containers; its rooms are gone when the session ends."""
    with DockerSandbox(sandbox_image, limits=USUAL) as made:
        yield made


@pytest.fixture(scope="session")
def sandbox() -> Iterator[AnySandbox]:
    """A sandbox for what is above the rooms: on the driver whose rooms cost least here."""
    with open_light() as made:
        yield made
