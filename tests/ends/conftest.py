"""One GitHub and one server for the tests of a file; each test has people and a repository of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.standins.github import GitHubThread
from tests.ends.town import Household, Town, stand_in


@pytest.fixture(scope="module")
def open_town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town whose server is open, with the file's own OPTIONS."""
    folder: Path = tmp_path_factory.mktemp("town")
    with GitHubThread(stand_in()) as thread:
        town = Town(thread, folder, **getattr(request.module, "OPTIONS", {}))
        with town.server():
            yield town


@pytest.fixture
def home(open_town: Town) -> Iterator[Household]:
    """Somebody with a repository and an issue."""
    yield open_town.household(roles={"bob": "write"})
    open_town.github.limits.primary = 1_000_000
    assert open_town.github.violations == []
