"""The whole state of the stand-in: accounts, repositories, installations, tokens, deliveries, a clock."""

import itertools
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.standins.github.accounts import Access, Account, App, Installation, Level, Role, mint
from bot.standins.github.git import File, Git, Signature
from bot.standins.github.issues import Issue, Label
from bot.standins.github.repositories import Repository

HOUR = 3600.0
ACTIONS: dict[str, Level] = {
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "pull_requests": "write",
}


class Clock:
    """The wall clock, which a test can move on."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._ahead = 0.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self._now() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the time on."""
        self._ahead += seconds


@dataclass(eq=False)
class Delivery:
    """One webhook, sent or not.

    Attributes:
        guid: `X-GitHub-Delivery`; a redelivery keeps it.
        event: `X-GitHub-Event`.
        payload: the body.
        repository: what it is about; None for what is about an installation.
        installation: whose; None if the App is not there, and then nothing is ever sent.
        attempts: (id, time, status) of every attempt; the status is 0 if nobody answered.
    """

    guid: str
    event: str
    payload: dict[str, Any]
    repository: Repository | None
    installation: Installation | None
    attempts: list[tuple[int, float, int]] = field(default_factory=list)

    @classmethod
    def new(
        cls, event: str, payload: dict[str, Any], repository: Repository | None, installation: Installation | None
    ) -> "Delivery":
        """One under a new GUID."""
        return cls(str(uuid.uuid4()), event, payload, repository, installation)

    @property
    def status(self) -> int:
        """The receiver's last answer; 0 for none."""
        return self.attempts[-1][2] if self.attempts else 0


class World:
    """Everything that GitHub knows. `url` is where it is reached, without a slash at the end."""

    def __init__(self, folder: Path, app: App, clock: Clock | None = None) -> None:
        self.folder = folder
        self.app = app
        self.clock = clock or Clock()
        self.url = "http://127.0.0.1"
        self.ids = itertools.count(1001)
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[str, Repository] = {}
        self.former: dict[str, Repository] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Access] = {}
        self.downloads: dict[str, tuple[Repository, str, float]] = {}
        self.deliveries: list[Delivery] = []
        self.again: list[Delivery] = []
        self.bot = self.account(f"{app.slug}[bot]")
        self.actions_bot = self.account("github-actions[bot]")

    def account(self, login: str) -> Account:
        """The account of that login, made if it is new; "...[bot]" is a bot."""
        known = self.accounts.get(login.lower())
        if known is None:
            known = self.new_account(login)
            self.accounts[login.lower()] = known
        return known

    def new_account(self, login: str) -> Account:
        """A new account; what exactly is for a subclass to say."""
        return Account(next(self.ids), login, "Bot" if login.endswith("[bot]") else "User")

    def add_repository(
        self,
        full_name: str,
        files: Mapping[str, File] | None = None,
        *,
        private: bool = False,
        roles: Mapping[str, Role] | None = None,
        default_branch: str = "main",
        installed: bool = True,
    ) -> Repository:
        """A new repository; without files it is empty. `installed` puts the App on its owner's account."""
        owner, name = full_name.split("/")
        number = next(self.ids)
        git = Git(self.folder / f"{number}.git")
        git.run("symbolic-ref", "HEAD", f"refs/heads/{default_branch}")
        made = Repository(number, self.account(owner), name, git, self.clock(), self.ids, self.clock, private=private)
        made.default_branch = default_branch
        made.roles = {self.account(login).id: role for login, role in (roles or {}).items()}
        self.repositories[full_name.lower()] = made
        if files is not None:
            self.commit(made, default_branch, files, "Begin", made.owner)
        if installed and self.installation(made.owner) is None:
            self.install(made.owner)
        return made

    def move(self, found: Repository, full_name: str) -> None:
        """Rename a repository or transfer it to another account; its former name leads to it until it is taken.

        https://docs.github.com/en/repositories/creating-and-managing-repositories/transferring-a-repository
        """
        owner, name = full_name.split("/")
        self.former[found.full_name.lower()] = self.repositories.pop(found.full_name.lower())
        found.owner, found.name = self.account(owner), name
        self.repositories[full_name.lower()] = found

    def commit(
        self, repository: Repository, branch: str, files: Mapping[str, File | None], message: str, by: Account
    ) -> str:
        """Commit files onto a branch (None removes one), made from the default branch if new; the SHA."""
        git = repository.git
        parent = git.resolve(f"refs/heads/{branch}") or git.resolve(f"refs/heads/{repository.default_branch}")
        who = self.signature(by)
        sha = git.commit(git.store(parent, files), (parent,) if parent else (), message, who, who)
        git.set_ref(f"refs/heads/{branch}", sha)
        return sha

    def signature(self, account: Account) -> Signature:
        """An account as the author of a commit made now."""
        return Signature(account.login, account.email, int(self.clock()))

    def install(
        self, owner: Account, permissions: Mapping[str, Level] | None = None, selected: set[int] | None = None
    ) -> Installation:
        """Put the App on an account."""
        granted = dict(self.app.permissions if permissions is None else permissions)
        made = Installation(next(self.ids), owner, granted, self.clock(), selected)
        self.installations[made.id] = made
        return made

    def installation(self, owner: Account) -> Installation | None:
        """The App's installation on an account."""
        return next((found for found in self.installations.values() if found.account is owner), None)

    def installed_on(self, repository: Repository) -> Installation | None:
        """The App's installation that covers a repository."""
        found = self.installation(repository.owner)
        return found if found and (found.selected is None or repository.id in found.selected) else None

    def covered(self, access: Access) -> list[Repository]:
        """The repositories that a token reaches."""
        return [repository for repository in self.repositories.values() if self.reaches(access, repository)]

    def reaches(self, access: Access, repository: Repository) -> bool:
        """Whether a token reaches a repository."""
        if access.repositories is not None and repository.id not in access.repositories:
            return False
        if access.installation is not None:
            return self.installed_on(repository) is access.installation
        return access.kind == "actions" or not repository.private

    def reads(self, access: Access, repository: Repository) -> bool:
        """Whether a token reads a repository; everybody reads a public one."""
        return not repository.private or self.reaches(access, repository)

    def installation_token(
        self, installation: Installation, permissions: Mapping[str, Level], repositories: set[int] | None
    ) -> Access:
        """A token of an installation, good for an hour."""
        return self._keep(
            Access("installation", self.bot, dict(permissions), repositories, installation, self.clock() + HOUR)
        )

    def actions_token(self, repository: Repository, permissions: Mapping[str, Level] | None = None) -> str:
        """A `GITHUB_TOKEN` as a workflow of that repository gets it; it acts as github-actions[bot]."""
        granted = dict(ACTIONS if permissions is None else permissions)
        access = Access("actions", self.actions_bot, granted, {repository.id}, None, self.clock() + 6 * HOUR)
        return self._keep(access).text

    def _keep(self, access: Access) -> Access:
        access.text = mint(self.app, len(self.tokens))
        self.tokens[access.text] = access
        return access

    def announce(self, repository: Repository, event: str, payload: dict[str, Any]) -> Delivery:
        """Remember a webhook, to be sent."""
        return self.post(Delivery.new(event, payload, repository, self.installed_on(repository)))

    def post(self, delivery: Delivery) -> Delivery:
        """Put a webhook to those that are sent."""
        self.deliveries.append(delivery)
        return delivery

    def new_label(self, repository: Repository, name: str) -> Label:
        """A new label of a repository."""
        made = Label(next(self.ids), name)
        repository.labels[name.lower()] = made
        return made

    def find_issue(self, repository: Repository, number: int) -> Issue | None:
        """An issue or pull request by its number, up to date with its branches."""
        issue = repository.issues.get(number)
        if issue and issue.pull:
            issue.pull.follow()
        return issue
