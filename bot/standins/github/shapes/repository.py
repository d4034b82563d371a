"""Repositories, roles and labels as JSON."""

from typing import Any
from urllib.parse import quote

from bot.standins.github.accounts import LEGACY, Account, Role
from bot.standins.github.issues import Label
from bot.standins.github.repositories import Repository
from bot.standins.github.shapes.account import moment, node, user
from bot.standins.github.world import World

Json = dict[str, Any]

# Every "<name>_url" of a repository and what stands behind the repository's own URL.
LINKS = {
    "archive": "/{archive_format}{/ref}",
    "assignees": "/assignees{/user}",
    "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}",
    "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}",
    "commits": "/commits{/sha}",
    "compare": "/compare/{base}...{head}",
    "contents": "/contents/{+path}",
    "contributors": "/contributors",
    "deployments": "/deployments",
    "downloads": "/downloads",
    "events": "/events",
    "forks": "/forks",
    "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "hooks": "/hooks",
    "issue_comment": "/issues/comments{/number}",
    "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}",
    "keys": "/keys{/key_id}",
    "labels": "/labels{/name}",
    "languages": "/languages",
    "merges": "/merges",
    "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}",
    "pulls": "/pulls{/number}",
    "releases": "/releases{/id}",
    "stargazers": "/stargazers",
    "statuses": "/statuses/{sha}",
    "subscribers": "/subscribers",
    "subscription": "/subscription",
    "tags": "/tags",
    "teams": "/teams",
    "trees": "/git/trees{/sha}",
}


def api(world: World, found: Repository) -> str:
    """The repository's URL in the API."""
    return f"{world.url}/repos/{found.full_name}"


def html(world: World, found: Repository) -> str:
    """The repository's URL for people."""
    return f"{world.url}/{found.full_name}"


def quoted(path: str) -> str:
    """A path or the name of a branch, fit for a URL."""
    return quote(path, safe="/", errors="surrogateescape")


def minimal(world: World, found: Repository) -> Json:
    """The "minimal repository" that other objects carry."""
    return {
        "id": found.id,
        "node_id": node("R", found.id),
        "name": found.name,
        "full_name": found.full_name,
        "owner": user(world, found.owner),
        "private": found.private,
        "html_url": html(world, found),
        "description": None,
        "fork": False,
        "url": api(world, found),
        **{f"{name}_url": api(world, found) + rest for name, rest in LINKS.items()},
    }


def repository(world: World, found: Repository) -> Json:
    """A repository as lists, pull requests and webhooks carry it."""
    page = html(world, found)
    bare = page.split("://", 1)[1]
    open_issues = sum(issue.state == "open" for issue in found.issues.values())
    counts = dict.fromkeys(("forks", "forks_count", "stargazers_count", "watchers", "watchers_count"), 0)
    features = dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_downloads"), True)
    return {
        **minimal(world, found),
        **counts,
        **features,
        "has_pages": False,
        "has_discussions": False,
        "archived": found.archived,
        "disabled": False,
        "visibility": "private" if found.private else "public",
        "default_branch": found.default_branch,
        "created_at": moment(found.created),
        "updated_at": moment(found.created),
        "pushed_at": moment(found.created),
        "git_url": f"git://{bare}.git",
        "ssh_url": f"git@{bare}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "size": 0,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        "allow_forking": True,
    }


def full(world: World, found: Repository) -> Json:
    """https://docs.github.com/en/rest/repos/repos#get-a-repository."""
    return {**repository(world, found), "network_count": 0, "subscribers_count": 0}


def permission(world: World, found: Repository, account: Account) -> Json:
    """https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user."""
    role = found.role(account)
    return {
        "permission": LEGACY.get(role, role),
        "role_name": role,
        "user": {**user(world, account), "role_name": role, "permissions": _flags(role)},
    }


def _flags(role: Role) -> dict[str, bool]:
    order: tuple[Role, ...] = ("none", "read", "triage", "write", "maintain", "admin")
    names: dict[str, Role] = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain"}
    return {name: order.index(role) >= order.index(least) for name, least in {**names, "admin": "admin"}.items()}


def label(world: World, found: Repository, one: Label) -> Json:
    """https://docs.github.com/en/rest/issues/labels#get-a-label."""
    return {
        "id": one.id,
        "node_id": node("LA", one.id),
        "url": f"{api(world, found)}/labels/{quote(one.name, safe='')}",
        "name": one.name,
        "color": one.color,
        "default": False,
        "description": one.description,
    }
