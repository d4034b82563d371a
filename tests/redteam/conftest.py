"""Fixtures of the red team: each driver under attack, with secrets planted around it; and the tally at the end."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.docker.driver import DockerSandbox
from tests.redteam.arena import AnySandbox, Arena
from tests.redteam.canary import Canary
from tests.redteam.tally import results_in, tell
from tests.rooms import USUAL
from tests.sandbox.conftest import DRIVERS


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    """Secrets in this process's environment and in files around it, while rooms are attacked."""
    with ExitStack() as held:
        planted = Canary()
        planted.plant(held)
        yield planted


@pytest.fixture(scope="session", params=DRIVERS.values())
def redteam_sandbox(request: pytest.FixtureRequest, canary: Canary) -> Iterator[AnySandbox]:
    """Each driver that is there."""
    made: AnySandbox
    if request.param == "docker":
        made = DockerSandbox(request.getfixturevalue("sandbox_image"), limits=USUAL)
    else:
        made = BubblewrapSandbox(limits=USUAL)
    with made:
        yield made


@pytest.fixture(scope="session")
def arena(redteam_sandbox: AnySandbox, canary: Canary) -> Iterator[Arena]:
    """The driver, and the room that attacks share."""
    made = Arena(redteam_sandbox, canary)
    yield made
    made.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many attacks were attempted, how many held, and the names of those that did not."""
    reports = [one for kind in ("passed", "failed", "xfailed") for one in terminalreporter.stats.get(kind, [])]
    if results := results_in(reports):
        terminalreporter.section("red team")
        for line in tell(results):
            terminalreporter.write_line(line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each attack looks at what is left in this process; other tests' connections would be taken for it."""
    for item in items:
        if item.nodeid.startswith("tests/redteam/"):
            item.add_marker(pytest.mark.alone)
