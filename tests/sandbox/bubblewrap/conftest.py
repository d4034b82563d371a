"""Fixtures of the bubblewrap driver's own tests: once with the kernel's limits, once with the watchdog alone."""

from collections.abc import Iterator

import pytest

from sandbox.agent_room import AgentRoom
from sandbox.bubblewrap.driver import BubblewrapSandbox
from tests.rooms import USUAL
from tests.sandbox.conftest import SMALL


@pytest.fixture(scope="session", params=["kernel", "watchdog"])
def kept(request: pytest.FixtureRequest) -> Iterator[BubblewrapSandbox]:
    """A sandbox whose rooms' memory is kept by the kernel, or where that can't be had, by our watchdog."""
    with BubblewrapSandbox(limits=USUAL, kernel_limits=request.param == "kernel") as made:
        if request.param == "kernel" and not made.has_kernel_limits:
            pytest.skip("NOT TESTED, no control group may be made here")
        yield made


@pytest.fixture
def box(kept: BubblewrapSandbox) -> Iterator[AgentRoom]:
    """A fresh small room."""
    with kept.open({}, limits=SMALL) as made:
        yield made
