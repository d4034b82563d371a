"""Stage: what a token is for, and the least that it has to open for that."""

from enum import StrEnum
from typing import Protocol

from bot.github.client import Client
from bot.github.question import Authorization
from bot.words.job import Repository


class Stage(StrEnum):
    """What a token is for."""

    READ = "read"
    PUBLISH = "publish"


#: Least privilege per stage. https://docs.github.com/rest/authentication/permissions-required-for-github-apps
PERMISSIONS: dict[Stage, dict[str, str]] = {
    Stage.READ: {"contents": "read", "issues": "write", "metadata": "read", "pull_requests": "read"},
    Stage.PUBLISH: {"contents": "write", "issues": "write", "metadata": "read", "pull_requests": "write"},
}
#: Asked for as well while reading, and done without where the App was never granted them.
OPTIONAL: dict[str, str] = {"checks": "read", "statuses": "read"}


class Credentials(Protocol):
    """How a worker proves to GitHub who it is."""

    def open(self, client: Client, repository: Repository, stage: Stage) -> Authorization:
        """Access to one repository for one stage, for whoever asks alone."""

    async def account(self, client: Client) -> str:
        """Login of the account that the bot's comments and pull requests carry."""

    async def revoke(self, client: Client, access: Authorization) -> None:
        """Make the token of this access worthless. Never raises for GitHub's sake."""
