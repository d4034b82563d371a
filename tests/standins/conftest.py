from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.standins.github import App, GitHub, Repository, symlink
from bot.standins.github.git import File
from tests.standins.client import Client

FILES: dict[str, File] = {
    "tally.py": "def add(a, b):\n    return a + b\n",
    "docs/read me.md": "# Tally\n",
    "link": symlink("tally.py"),
}


@pytest.fixture(scope="session")
def app() -> App:
    return App.generate()


@pytest.fixture
async def github(app: App) -> AsyncIterator[GitHub]:
    async with GitHub(app, webhook_secret="a secret of the stand-in") as github:
        yield github


@pytest.fixture
def tally(github: GitHub) -> Repository:
    return github.repository("alice/tally", FILES, roles={"bob": "write", "tom": "triage", "mia": "maintain"})


@pytest.fixture
async def bot(github: GitHub, tally: Repository) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        client = Client(github, session)
        await client.log_in()
        yield client
