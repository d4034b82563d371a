from collections.abc import Iterator

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.docker.driver import DockerSandbox
from sandbox.room import MIB, Limits

SMALL = Limits(
    seconds=20, lifetime=120, memory=160 * MIB, processes=48, output=64 * 1024, workspace=16 * MIB, inodes=500
)


@pytest.fixture
def room(sandbox: DockerSandbox) -> Iterator[AgentRoom]:
    """A fresh small room."""
    with sandbox.open({}, limits=SMALL) as made:
        yield made
