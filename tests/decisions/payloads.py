"""Payloads as GitHub documents them, cut to what matters, and copies with one field changed."""

import json
from typing import Any

ALICE = {"login": "alice", "id": 11, "type": "User", "site_admin": False}
REPOSITORY = {
    "id": 5,
    "name": "tally",
    "full_name": "alice/tally",
    "private": True,
    "archived": False,
    "default_branch": "main",
    "owner": ALICE,
    "fork": False,
}
ISSUE = {
    "number": 7,
    "title": "Add subtraction",
    "body": "Please.",
    "state": "open",
    "locked": False,
    "user": ALICE,
    "labels": [],
    "performed_via_github_app": None,
}
EVERY = {"repository": REPOSITORY, "sender": ALICE, "installation": {"id": 3, "node_id": "x"}}
LABELED = {"action": "labeled", "issue": ISSUE, "label": {"id": 1, "name": "intern"}, **EVERY}
COMMENT = {"id": 99, "body": "/intern start", "user": ALICE, "performed_via_github_app": None}
COMMENTED = {"action": "created", "issue": ISSUE, "comment": COMMENT, **EVERY}
ASKED = {"inputs": {"issue": "7"}, "ref": "refs/heads/main", "workflow": "x.yml", **EVERY}
PULL_CLOSED = {
    "action": "closed",
    "number": 8,
    "pull_request": {
        "number": 8,
        "merged": True,
        "merge_commit_sha": "b" * 40,
        "closed_at": "2026-11-26T01:02:03Z",
        "head": {"ref": "intern/issue-7", "sha": "a" * 40, "repo": REPOSITORY},
    },
    **EVERY,
}
INSTALLATION = {
    "action": "deleted",
    "installation": {"id": 3, "account": ALICE, "repository_selection": "all", "suspended_at": None},
    "repositories": [{"id": 5, "name": "tally", "full_name": "alice/tally", "private": True}],
    "requester": None,
    "sender": ALICE,
}
REMOVED = {
    "action": "removed",
    "installation": {"id": 3, "account": ALICE},
    "repository_selection": "selected",
    "repositories_added": [],
    "repositories_removed": [{"id": 5, "name": "tally"}, {"id": 6, "name": "abacus"}],
    "requester": None,
    "sender": ALICE,
}
PAYLOADS: dict[str, dict[str, Any]] = {
    "issues": LABELED,
    "issue_comment": COMMENTED,
    "pull_request": PULL_CLOSED,
    "workflow_dispatch": ASKED,
    "installation": INSTALLATION,
    "installation_repositories": REMOVED,
    "repository": {"action": "deleted", **EVERY},
}


def but(payload: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy with one field set; "issue.user" is a path."""
    changed: dict[str, Any] = json.loads(json.dumps(payload))
    *above, last = path.split(".")
    place = changed
    for key in above:
        place = place[key]
    place[last] = value
    return changed


def without(payload: dict[str, Any], path: str) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(payload))
    *above, last = path.split(".")
    place = changed
    for key in above:
        place = place[key]
    del place[last]
    return changed
