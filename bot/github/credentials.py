"""Credentials: what opens GitHub. A token opens one repository, for one stage, for an hour at most."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.errors import ConfigurationError, GitHubError, Later
from bot.github.app_key import AppKey
from bot.github.client import Client
from bot.github.errors import NotFound, Ungranted, Unprocessable
from bot.github.question import Authorization, Question
from bot.github.stage import OPTIONAL, PERMISSIONS, Stage
from bot.words.job import Repository

_RENEW_BEFORE = 300.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Token:
    """One installation token; empty until minted."""

    value: str = field(default="", repr=False)
    expires: float = 0.0
    minting: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


@dataclass(frozen=True)
class _AppAccess:
    """Authorization as the App itself, by JWT."""

    key: AppKey
    client: Client
    gate: str = "app"

    async def headers(self) -> dict[str, str]:
        return {"authorization": f"bearer {self.key.sign(self.client.now())}"}

    def refused(self) -> bool:
        # By now the client knows GitHub's time: a JWT that our clock made too old or too new comes out right.
        self.key.forget()
        return True


@dataclass(frozen=True)
class _InstallationAccess:
    """Authorization by an installation token for one repository and stage, which nobody else uses."""

    credentials: "AppCredentials"
    client: Client
    repository: Repository
    stage: Stage
    token: _Token = field(default_factory=_Token)

    @property
    def gate(self) -> str:
        return f"installation {self.repository.installation}"

    async def headers(self) -> dict[str, str]:
        kept = self.token
        async with kept.minting:
            if kept.expires - _RENEW_BEFORE < self.client.now():
                kept.value, kept.expires = await self.credentials.mint(self.client, self.repository, self.stage)
            return {"authorization": f"token {kept.value}"}

    def refused(self) -> bool:
        self.token.expires = 0.0  # minted anew next time
        return True


class AppCredentials:
    """A GitHub App: mints tokens that open exactly one repository, for one job, and revokes them at its end.

    Args:
        app_id: the App's id.
        private_key: the bytes of its .pem file.

    Raises:
        ConfigurationError: the key can't be used.
    """

    def __init__(self, app_id: str, private_key: bytes) -> None:
        self._key = AppKey(app_id, private_key)
        self._account = ""

    def __repr__(self) -> str:
        return f"AppCredentials({self._key!r})"

    def as_app(self, client: Client) -> Authorization:
        """Access as the App itself, to what is its own: its name, its webhooks, its installations."""
        return _AppAccess(self._key, client)

    def open(self, client: Client, repository: Repository, stage: Stage) -> Authorization:
        """Access to one repository for one stage, with a token of its own."""
        return _InstallationAccess(self, client, repository, stage)

    async def account(self, client: Client) -> str:
        """The App's login, "<slug>[bot]"; no person can have such a name."""
        if not self._account:
            answer = await client.ask(Question("GET", "/app"), self.as_app(client))
            slug = answer.data.get("slug") if isinstance(answer.data, dict) else None
            if not isinstance(slug, str) or not slug:
                raise GitHubError("GitHub did not tell the App's name. Check APP_ID and the private key.")
            self._account = f"{slug}[bot]"
        return self._account

    async def revoke(self, client: Client, access: Authorization) -> None:
        """`DELETE /installation/token`; a failure is logged, for the token ends by itself within the hour."""
        kept = access.token if isinstance(access, _InstallationAccess) else _Token()
        if kept.expires < client.now():
            return
        try:
            question = Question("DELETE", "/installation/token", repeatable=True, paced=False)
            await client.ask(question, _Bearer(kept.value))
        except (GitHubError, Later) as error:
            _log.warning("GitHub: a token could not be revoked: %s", error)

    async def mint(self, client: Client, repository: Repository, stage: Stage) -> tuple[str, float]:
        """Token and expiry, in seconds since the epoch."""
        if not repository.installation:
            raise ConfigurationError(f"No installation of the App is known for {repository.full_name}: install it.")
        needed = PERMISSIONS[stage]
        if stage is Stage.PUBLISH:
            return await self._request_token(client, repository, needed)
        try:
            return await self._request_token(client, repository, needed | OPTIONAL)
        except Ungranted:
            return await self._request_token(client, repository, needed)

    async def _request_token(
        self, client: Client, repository: Repository, permissions: dict[str, str]
    ) -> tuple[str, float]:
        """https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app ."""
        question = Question(
            "POST",
            "/app/installations/{installation}/access_tokens",
            {"installation": repository.installation},
            {"repository_ids": [repository.id], "permissions": permissions},
            repeatable=True,
            paced=False,
        )
        try:
            data: Any = (await client.ask(question, self.as_app(client))).data
        except Unprocessable as refusal:
            if "permission" not in str(refusal).lower():
                raise NotFound(f"{repository.full_name} is out of the App's reach: {refusal}") from None
            wanted = ", ".join(f"{name}: {level}" for name, level in permissions.items())
            raise Ungranted(str(refusal), wanted) from None
        try:
            return str(data["token"]), datetime.fromisoformat(data["expires_at"]).timestamp()
        except (KeyError, TypeError, ValueError):
            raise GitHubError("GitHub's answer to the request for a token has no token.") from None


@dataclass(frozen=True)
class _Bearer:
    """Authorization by one given token, which can't be renewed."""

    value: str = field(repr=False)
    gate: str = "token"

    async def headers(self) -> dict[str, str]:
        return {"authorization": f"token {self.value}"}

    def refused(self) -> bool:
        return False


class TokenCredentials:
    """A ready token, such as the `GITHUB_TOKEN` of an Action, which GitHub itself narrows and revokes.

    Args:
        token: the token.
        login: the account that writes with it.
    """

    def __init__(self, token: str, login: str = "github-actions[bot]") -> None:
        if not token.strip() or not token.isascii() or not token.strip().isprintable():
            raise ConfigurationError("GITHUB_TOKEN is empty or malformed: give `${{ github.token }}`.")
        self._bearer = _Bearer(token.strip())
        self._login = login

    def __repr__(self) -> str:
        return f"TokenCredentials(***, login={self._login!r})"

    def open(self, client: Client, repository: Repository, stage: Stage) -> Authorization:  # noqa: ARG002 - one token for all
        """The same token for everything."""
        return self._bearer

    async def account(self, client: Client) -> str:  # noqa: ARG002 - given, not asked
        """The given login."""
        return self._login

    async def revoke(self, client: Client, access: Authorization) -> None:
        """Nothing to do: the token belongs to the Action's run."""
