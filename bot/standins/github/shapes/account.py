"""Accounts, the App, its installations and tokens as JSON."""

import base64
from datetime import UTC, datetime
from typing import Any

from bot.standins.github.accounts import Access, Account, Installation
from bot.standins.github.world import World

Json = dict[str, Any]


def moment(seconds: float) -> str:
    """Seconds since 1970 as GitHub writes a time: "2026-01-31T09:30:00Z"."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_or_none(seconds: float | None) -> str | None:
    """Like `moment`, None for never."""
    return None if seconds is None else moment(seconds)


def node(kind: str, number: int) -> str:
    """A global node id."""
    return f"{kind}_{base64.urlsafe_b64encode(number.to_bytes(6, 'big')).decode().rstrip('=')}"


def user(world: World, account: Account) -> Json:
    """https://docs.github.com/en/rest/users/users: a "simple user"."""
    api = f"{world.url}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node("U", account.id),
        "avatar_url": f"{world.url}/avatars/{account.id}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{world.url}/{account.login}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": account.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def public_user(world: World, account: Account) -> Json:
    """https://docs.github.com/en/rest/users/users#get-a-user."""
    unknown = dict.fromkeys(("company", "location", "email", "hireable", "bio", "twitter_username"))
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    began = moment(0)
    return {
        **user(world, account),
        **unknown,
        **counts,
        "name": None,
        "blog": "",
        "created_at": began,
        "updated_at": began,
    }


def integration(world: World) -> Json:
    """https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app."""
    app = world.app
    return {
        "id": app.id,
        "client_id": app.client_id,
        "slug": app.slug,
        "node_id": node("A", app.id),
        "owner": user(world, world.account("app-owner")),
        "name": app.slug,
        "description": "",
        "external_url": world.url,
        "html_url": f"{world.url}/apps/{app.slug}",
        "created_at": moment(0),
        "updated_at": moment(0),
        "permissions": dict(app.permissions),
        "events": list(app.events),
    }


def installation(world: World, found: Installation) -> Json:
    """https://docs.github.com/en/rest/apps/apps#get-an-installation-for-the-authenticated-app."""
    api = f"{world.url}/app/installations/{found.id}"
    return {
        "id": found.id,
        "client_id": world.app.client_id,
        "account": user(world, found.account),
        "repository_selection": "all" if found.selected is None else "selected",
        "access_tokens_url": f"{api}/access_tokens",
        "repositories_url": f"{world.url}/installation/repositories",
        "html_url": f"{world.url}/settings/installations/{found.id}",
        "app_id": world.app.id,
        "app_slug": world.app.slug,
        "target_id": found.account.id,
        "target_type": found.account.type,
        "permissions": dict(found.permissions),
        "events": list(world.app.events),
        "created_at": moment(found.created),
        "updated_at": moment(found.created),
        "single_file_name": None,
        "suspended_by": None if found.suspended is None else user(world, found.account),
        "suspended_at": moment_or_none(found.suspended),
    }


def token(access: Access) -> Json:
    """https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app."""
    return {
        "token": access.text,
        "expires_at": moment(access.expires),
        "permissions": dict(access.permissions),
        "repository_selection": "all" if access.repositories is None else "selected",
    }
