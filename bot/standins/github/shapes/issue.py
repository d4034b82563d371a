"""Issues, comments, reactions and an issue's history as JSON."""

from collections import Counter
from typing import Any

from bot.standins.github.accounts import WRITERS, Account
from bot.standins.github.issues import Comment, Happening, Issue, Reaction
from bot.standins.github.repositories import Repository
from bot.standins.github.shapes.account import integration, moment, moment_or_none, node, user
from bot.standins.github.shapes.repository import api, html, label
from bot.standins.github.world import World

Json = dict[str, Any]
REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def association(found: Repository, account: Account) -> str:
    """`author_association`: what GitHub says of an author, and nothing to rely on."""
    if account is found.owner:
        return "OWNER"
    return "COLLABORATOR" if found.roles.get(account.id) in {*WRITERS, "triage", "read"} else "NONE"


def rollup(reactions: list[Reaction], url: str) -> Json:
    """How often each reaction was given."""
    counts = Counter(reaction.content for reaction in reactions)
    return {"url": url, "total_count": len(reactions), **{name: counts[name] for name in REACTIONS}}


def reaction(world: World, one: Reaction) -> Json:
    """https://docs.github.com/en/rest/reactions/reactions."""
    return {
        "id": one.id,
        "node_id": node("REA", one.id),
        "user": user(world, one.by),
        "content": one.content,
        "created_at": moment(one.created),
    }


def issue(world: World, one: Issue) -> Json:
    """https://docs.github.com/en/rest/issues/issues#get-an-issue."""
    found = one.repository
    url = f"{api(world, found)}/issues/{one.number}"
    page = f"{html(world, found)}/{'pull' if one.pull else 'issues'}/{one.number}"
    shown = {
        "id": one.id,
        "node_id": node("PR" if one.pull else "I", one.id),
        "url": url,
        "repository_url": api(world, found),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": page,
        "number": one.number,
        "title": one.title,
        "user": user(world, one.by),
        "labels": [label(world, found, each) for each in one.labels],
        "state": one.state,
        "state_reason": one.state_reason,
        "locked": one.locked,
        "active_lock_reason": None,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(one.comments),
        "created_at": moment(one.created),
        "updated_at": moment(one.updated),
        "closed_at": moment_or_none(one.closed),
        "closed_by": user(world, one.closed_by) if one.closed_by else None,
        "author_association": association(found, one.by),
        "body": one.body,
        "reactions": rollup(one.reactions, f"{url}/reactions"),
        "performed_via_github_app": integration(world) if one.app else None,
    }
    if pull := one.pull:
        urls = {"url": f"{api(world, found)}/pulls/{one.number}", "html_url": page}
        patches = {"diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}
        shown["pull_request"] = {**urls, **patches, "merged_at": moment_or_none(pull.merged)}
        shown["draft"] = pull.draft
    return shown


def comment(world: World, one: Comment) -> Json:
    """https://docs.github.com/en/rest/issues/comments#get-an-issue-comment."""
    found = one.issue.repository
    url = f"{api(world, found)}/issues/comments/{one.id}"
    kind = "pull" if one.issue.pull else "issues"
    return {
        "id": one.id,
        "node_id": node("IC", one.id),
        "url": url,
        "html_url": f"{html(world, found)}/{kind}/{one.issue.number}#issuecomment-{one.id}",
        "issue_url": f"{api(world, found)}/issues/{one.issue.number}",
        "user": user(world, one.by),
        "created_at": moment(one.created),
        "updated_at": moment(one.updated),
        "author_association": association(found, one.by),
        "body": one.body,
        "reactions": rollup(one.reactions, f"{url}/reactions"),
        "performed_via_github_app": integration(world) if one.app else None,
    }


def happening(world: World, found: Repository, one: Happening) -> Json:
    """https://docs.github.com/en/rest/issues/events#list-issue-events."""
    return {
        "id": one.id,
        "node_id": node("IE", one.id),
        "url": f"{api(world, found)}/issues/events/{one.id}",
        "actor": user(world, one.by),
        "event": one.event,
        "commit_id": None,
        "commit_url": None,
        "created_at": moment(one.created),
        "performed_via_github_app": None,
        **one.detail,
    }
