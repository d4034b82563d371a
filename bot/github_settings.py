"""The operator's settings about GitHub: who the bot is there, where GitHub is, how patient it is with its limits."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.environment import check_url, whole
from bot.errors import ConfigurationError

PUBLIC_API = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class GitHubSettings:
    """How the bot speaks to GitHub as an App; for so many seconds a rate limit may put a job off in total.

    Every `missed` seconds it looks for deliveries that did not arrive; 0 for never.
    """

    app_id: str
    private_key: bytes = field(repr=False)
    api_url: str = PUBLIC_API
    patience: float = 6 * 3600.0
    missed: float = 600.0


def github_settings(environment: Mapping[str, str]) -> GitHubSettings:
    """APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH, GITHUB_API_URL, INTERN_PATIENCE, INTERN_MISSED: both in minutes."""
    app_id = environment.get("APP_ID", "").strip()
    if not app_id:
        raise ConfigurationError("APP_ID is not set. Copy it from your GitHub App's settings page.")
    return GitHubSettings(
        app_id=app_id,
        private_key=_private_key(environment),
        api_url=api_url(environment),
        patience=60.0 * whole(environment, "INTERN_PATIENCE", 360, 0, 100_000),
        missed=60.0 * whole(environment, "INTERN_MISSED", 10, 0, 100_000),
    )


def api_url(environment: Mapping[str, str]) -> str:
    """GITHUB_API_URL without a trailing slash; the public API by default."""
    url = environment.get("GITHUB_API_URL", "").strip() or PUBLIC_API
    check_url("GITHUB_API_URL", url)
    return url.rstrip("/")


def _private_key(environment: Mapping[str, str]) -> bytes:
    inline, path = environment.get("PRIVATE_KEY", "").strip(), environment.get("PRIVATE_KEY_PATH", "").strip()
    if inline:
        return inline.replace("\\n", "\n").encode()
    if not path:
        raise ConfigurationError("PRIVATE_KEY_PATH is not set. Name the .pem file that GitHub gave you for the App.")
    try:
        return Path(path).read_bytes()
    except OSError as error:
        whose = f" Give it to the user with the number {os.getuid()}." if isinstance(error, PermissionError) else ""
        raise ConfigurationError(f"PRIVATE_KEY_PATH {path} can't be read: {error.strerror}.{whose}") from error
