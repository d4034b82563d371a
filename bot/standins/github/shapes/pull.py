"""Pull requests, their reviews and review comments, check runs and statuses as JSON."""

from typing import Any

from bot.standins.github.diff import changes
from bot.standins.github.issues import Pull, Review, ReviewComment
from bot.standins.github.repositories import CheckRun, Repository, Status
from bot.standins.github.shapes import issue as issues
from bot.standins.github.shapes.account import integration, moment, moment_or_none, node, user
from bot.standins.github.shapes.repository import api, html, label, minimal, repository
from bot.standins.github.world import World

Json = dict[str, Any]


def _side(world: World, found: Repository, ref: str, sha: str) -> Json:
    owner = user(world, found.owner)
    repo = repository(world, found)
    return {"label": f"{found.owner.login}:{ref}", "ref": ref, "sha": sha, "user": owner, "repo": repo}


def _links(world: World, one: Pull) -> dict[str, str]:
    found = one.repository
    url = f"{api(world, found)}/pulls/{one.number}"
    issue = f"{api(world, found)}/issues/{one.number}"
    return {
        "html": f"{html(world, found)}/pull/{one.number}",
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api(world, found)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api(world, found)}/statuses/{one.head_sha}",
    }


def simple(world: World, one: Pull) -> Json:
    """https://docs.github.com/en/rest/pulls/pulls#list-pull-requests, one of them."""
    found = one.repository
    url = f"{api(world, found)}/pulls/{one.number}"
    addresses = _links(world, one)
    page = addresses["html"]
    return {
        "id": one.id,
        "node_id": node("PR", one.id),
        "url": url,
        **{f"{name}_url": address for name, address in addresses.items()},
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "number": one.number,
        "state": one.state,
        "locked": one.locked,
        "active_lock_reason": None,
        "title": one.title,
        "user": user(world, one.by),
        "body": one.body,
        "labels": [label(world, found, each) for each in one.labels],
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "created_at": moment(one.created),
        "updated_at": moment(one.updated),
        "closed_at": moment_or_none(one.closed),
        "merged_at": moment_or_none(one.merged),
        "merge_commit_sha": one.merge_commit,
        "draft": one.draft,
        "head": _side(world, found, one.head, one.head_sha),
        "base": _side(world, found, one.base, one.base_sha),
        "_links": {name: {"href": address} for name, address in {"self": url, **addresses}.items()},
        "author_association": issues.association(found, one.by),
        "auto_merge": None,
    }


def pull(world: World, one: Pull) -> Json:
    """https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request."""
    git = one.repository.git
    start = git.merge_base(one.base_sha, one.head_sha) or one.base_sha
    changed = changes(git, start, one.head_sha)
    return {
        **simple(world, one),
        "merged": one.merged is not None,
        "mergeable": True,
        "rebaseable": True,
        "mergeable_state": "draft" if one.draft else "clean",
        "merged_by": user(world, one.merged_by) if one.merged_by else None,
        "comments": len(one.comments),
        "review_comments": len(one.review_comments),
        "maintainer_can_modify": False,
        "commits": int(git.text("rev-list", "--count", f"{one.base_sha}..{one.head_sha}")),
        "additions": sum(file.additions for file in changed),
        "deletions": sum(file.deletions for file in changed),
        "changed_files": len(changed),
    }


def review(world: World, one: Review) -> Json:
    """https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request, one of them."""
    found = one.pull.repository
    page = f"{html(world, found)}/pull/{one.pull.number}#pullrequestreview-{one.id}"
    url = f"{api(world, found)}/pulls/{one.pull.number}"
    return {
        "id": one.id,
        "node_id": node("PRR", one.id),
        "user": user(world, one.by),
        "body": one.body,
        "state": one.state,
        "html_url": page,
        "pull_request_url": url,
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        "submitted_at": moment(one.submitted),
        "commit_id": one.commit,
        "author_association": issues.association(found, one.by),
    }


def review_comment(world: World, one: ReviewComment) -> Json:
    """https://docs.github.com/en/rest/pulls/comments#get-a-review-comment-for-a-pull-request."""
    found = one.pull.repository
    url = f"{api(world, found)}/pulls/comments/{one.id}"
    page = f"{html(world, found)}/pull/{one.pull.number}#discussion_r{one.id}"
    pull_url = f"{api(world, found)}/pulls/{one.pull.number}"
    shown = {
        "id": one.id,
        "node_id": node("PRRC", one.id),
        "url": url,
        "html_url": page,
        "pull_request_url": pull_url,
        "pull_request_review_id": one.review,
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull_url}},
        "diff_hunk": f"@@ -1,0 +{one.line},1 @@",
        "path": one.path,
        "line": one.line,
        "original_line": one.line,
        "side": "RIGHT",
        "start_line": None,
        "original_start_line": None,
        "start_side": None,
        "position": 1,
        "original_position": 1,
        "commit_id": one.commit,
        "original_commit_id": one.commit,
        "user": user(world, one.by),
        "body": one.body,
        "created_at": moment(one.created),
        "updated_at": moment(one.created),
        "author_association": issues.association(found, one.by),
        "reactions": issues.rollup(one.reactions, f"{url}/reactions"),
    }
    return shown if one.answers is None else {**shown, "in_reply_to_id": one.answers}


def check_run(world: World, found: Repository, one: CheckRun) -> Json:
    """https://docs.github.com/en/rest/checks/runs#get-a-check-run."""
    url = f"{api(world, found)}/check-runs/{one.id}"
    sent = one.fields
    output: Any = sent.get("output") or {}
    return {
        "id": one.id,
        "node_id": node("CR", one.id),
        "head_sha": one.head,
        "external_id": sent.get("external_id", ""),
        "url": url,
        "html_url": f"{html(world, found)}/runs/{one.id}",
        "details_url": sent.get("details_url", world.url),
        "status": sent.get("status", "queued"),
        "conclusion": sent.get("conclusion"),
        "started_at": sent.get("started_at", moment(one.started)),
        "completed_at": sent.get("completed_at"),
        "name": sent["name"],
        "output": {
            **{name: output.get(name) for name in ("title", "summary", "text")},
            "annotations_count": len(one.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": one.suite},
        "app": integration(world),
        "pull_requests": [_pull_of_check(world, found, pull) for pull in found.pulls if pull.head_sha == one.head],
    }


def _pull_of_check(world: World, found: Repository, one: Pull) -> Json:
    repo = {"id": found.id, "name": found.name, "url": api(world, found)}
    url = f"{api(world, found)}/pulls/{one.number}"
    head = {"ref": one.head, "sha": one.head_sha, "repo": repo}
    base = {"ref": one.base, "sha": one.base_sha, "repo": repo}
    return {"id": one.id, "number": one.number, "url": url, "head": head, "base": base}


def combined_status(world: World, found: Repository, sha: str, statuses: list[Status]) -> Json:
    """https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference."""
    states = {one.state for one in statuses}
    state = "failure" if states & {"failure", "error"} else "success" if states == {"success"} else "pending"
    return {
        "state": state,
        "sha": sha,
        "total_count": len(statuses),
        "statuses": [_status(world, found, one) for one in statuses],
        "repository": minimal(world, found),
        "commit_url": f"{api(world, found)}/commits/{sha}",
        "url": f"{api(world, found)}/commits/{sha}/status",
    }


def _status(world: World, found: Repository, one: Status) -> Json:
    return {
        "id": one.id,
        "node_id": node("SC", one.id),
        "url": f"{api(world, found)}/statuses/{one.sha}",
        "avatar_url": None,
        "state": one.state,
        "description": one.description,
        "target_url": None,
        "context": one.context,
        "created_at": moment(one.created),
        "updated_at": moment(one.created),
    }
