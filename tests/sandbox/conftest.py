"""Fixtures of the sandbox's tests: what every driver promises is tested on every driver.

A test that asks for `sandbox` or `room` runs once for each driver; one that is marked `docker` or `bubblewrap`,
on that one alone.
"""

import os
from collections.abc import Iterator

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.docker.driver import DockerSandbox
from sandbox.room import MIB, Limits
from tests.rooms import USUAL, AnySandbox

SMALL = Limits(
    seconds=20, lifetime=120, memory=160 * MIB, processes=48, output=64 * 1024, workspace=16 * MIB, inodes=500
)

DRIVERS = {
    "docker": pytest.param("docker", marks=pytest.mark.docker),
    "bubblewrap": pytest.param("bubblewrap", marks=pytest.mark.bubblewrap),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sandbox" in metafunc.fixturenames:
        marked = [name for name in DRIVERS if metafunc.definition.get_closest_marker(name)]
        drivers = [DRIVERS[name] for name in marked or DRIVERS]
        metafunc.parametrize("sandbox", drivers, indirect=True, scope="session")


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest) -> Iterator[AnySandbox]:
    """One driver's sandbox; its rooms are gone when the session ends."""
    made: AnySandbox
    if request.param == "docker":
        runtime = os.environ.get("INTERN_RUNTIME") or None  # for seeing by hand what holds under another one
        made = DockerSandbox(request.getfixturevalue("sandbox_image"), limits=USUAL, runtime=runtime)
    else:
        made = BubblewrapSandbox(limits=USUAL)
    with made:
        yield made


@pytest.fixture
def driver(sandbox: AnySandbox) -> str:
    """Which driver it is, for the few tests where what they promise is not the same."""
    return "docker" if isinstance(sandbox, DockerSandbox) else "bubblewrap"


@pytest.fixture
def room(sandbox: AnySandbox) -> Iterator[AgentRoom]:
    """A fresh small room."""
    with sandbox.open({}, limits=SMALL) as made:
        yield made
