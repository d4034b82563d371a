"""What can be done on GitHub, by a person or through the API: it changes the state and announces a webhook.

The payloads follow https://docs.github.com/en/webhooks/webhook-events-and-payloads.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.standins.github.accounts import Account
from bot.standins.github.git import ZERO, File
from bot.standins.github.issues import Comment, Happening, Issue, Pull, Reaction, Review, ReviewComment
from bot.standins.github.repositories import Repository
from bot.standins.github.shapes import issue as issues
from bot.standins.github.shapes import pull as pulls
from bot.standins.github.shapes.account import moment, user
from bot.standins.github.shapes.repository import html, label, repository
from bot.standins.github.world import Delivery, World

Json = dict[str, Any]


def announce(world: World, found: Repository, event: str, sender: Account, **payload: object) -> Delivery:
    """Announce a webhook about a repository with what every payload carries."""
    whole: Json = {**payload, "repository": repository(world, found), "sender": user(world, sender)}
    if installation := world.installed_on(found):
        whole["installation"] = {"id": installation.id, "node_id": f"MDIz{installation.id}"}
    return world.announce(found, event, whole)


def about_issue(world: World, one: Issue, action: str, sender: Account, **extra: object) -> Delivery:
    """Announce `issues`, or `pull_request` if it is one."""
    one.updated = world.clock()
    if one.pull:
        shown: Json = {"number": one.number, "pull_request": pulls.pull(world, one.pull)}
        return announce(world, one.repository, "pull_request", sender, action=action, **shown, **extra)
    shown = {"issue": issues.issue(world, one)}
    return announce(world, one.repository, "issues", sender, action=action, **shown, **extra)


def open_issue(world: World, found: Repository, title: str, body: str | None, by: Account) -> Issue:
    """A new issue."""
    one = found.issue(title, body, by=by)
    about_issue(world, one, "opened", by)
    return one


def open_pull(
    world: World,
    found: Repository,
    title: str,
    body: str | None,
    by: Account,
    *,
    head: str,
    base: str,
    draft: bool,
) -> Pull:
    """A new pull request; both branches are there."""
    one = found.pull(title, body, by=by, head=head, base=base, draft=draft)
    one.app = by.type == "Bot"
    about_issue(world, one, "opened", by)
    return one


def edit(world: World, one: Issue, by: Account, *, title: str | None = None, body: str | None = None) -> None:
    """Change the title or the text."""
    changed: dict[str, dict[str, str | None]] = {}
    if title is not None and title != one.title:
        changed["title"] = {"from": one.title}
        note(world, one, "renamed", by, rename={"from": one.title, "to": title})
        one.title = title
    if body is not None and body != one.body:
        changed["body"] = {"from": one.body}
        one.body = body
    if changed:
        about_issue(world, one, "edited", by, changes=changed)


def close(world: World, one: Issue, by: Account, reason: str = "completed") -> None:
    """Close an issue or a pull request."""
    if one.pull:
        one.pull.follow()
    one.state, one.closed, one.closed_by = "closed", world.clock(), by
    one.state_reason = None if one.pull else reason
    about_issue(world, one, "closed", by)


def merge(world: World, one: Pull, by: Account) -> None:
    """Merge a pull request with a merge commit.

    Raises:
        GitError: there is a conflict.
    """
    one.follow()
    git, who = one.repository.git, world.signature(by)
    tree = git.text("merge-tree", "--write-tree", one.base_sha, one.head_sha)
    message = f"Merge pull request #{one.number} from {one.repository.owner.login}/{one.head}"
    sha = git.commit(tree, (one.base_sha, one.head_sha), message, who, who)
    one.merged, one.merged_by, one.merge_commit = world.clock(), by, sha
    close(world, one, by)
    git.set_ref(f"refs/heads/{one.base}", sha)
    pushed(world, one.repository, f"refs/heads/{one.base}", one.base_sha, sha, by)


def reopen(world: World, one: Issue, by: Account) -> None:
    """Open it again."""
    one.state, one.closed, one.closed_by = "open", None, None
    one.state_reason = None if one.pull else "reopened"
    about_issue(world, one, "reopened", by)


def lock(world: World, one: Issue, by: Account, *, locked: bool) -> None:
    """Lock or unlock the conversation: only writers may comment on a locked one."""
    one.locked = locked
    note(world, one, "locked" if locked else "unlocked", by, **({"lock_reason": None} if locked else {}))
    about_issue(world, one, "locked" if locked else "unlocked", by)


def delete(world: World, one: Issue, by: Account) -> None:
    """Delete an issue for good."""
    about_issue(world, one, "deleted", by)
    one.repository.gone[one.number] = None
    del one.repository.issues[one.number]


def transfer(world: World, one: Issue, to: Repository, by: Account) -> Issue:
    """Move an issue to another repository, where it gets a number and comments of its own."""
    made = to.issue(one.title, one.body, by=one.by)
    made.comments = [replace(said, id=next(world.ids), issue=made) for said in one.comments]
    changes = {"new_issue": issues.issue(world, made), "new_repository": repository(world, to)}
    about_issue(world, one, "transferred", by, changes=changes)
    one.repository.gone[one.number] = made
    del one.repository.issues[one.number]
    return made


def note(world: World, one: Issue, event: str, by: Account, **detail: object) -> None:
    """Write an entry into the issue's history."""
    one.history.append(Happening(next(world.ids), event, by, world.clock(), detail))


def add_label(world: World, one: Issue, name: str, by: Account) -> None:
    """Put a label on; nothing happens if it is there."""
    added = one.repository.labels.get(name.lower()) or world.new_label(one.repository, name)
    if added not in one.labels:
        one.labels.append(added)
        note(world, one, "labeled", by, label={"name": added.name, "color": added.color})
        about_issue(world, one, "labeled", by, label=label(world, one.repository, added))


def remove_label(world: World, one: Issue, name: str, by: Account) -> None:
    """Take a label off.

    Raises:
        KeyError: it does not carry that label.
    """
    removed = one.repository.labels[name.lower()]
    if removed not in one.labels:
        raise KeyError(name)
    one.labels.remove(removed)
    note(world, one, "unlabeled", by, label={"name": removed.name, "color": removed.color})
    about_issue(world, one, "unlabeled", by, label=label(world, one.repository, removed))


def react(world: World, reactions: list[Reaction], content: str, by: Account) -> tuple[Reaction, bool]:
    """The reaction and whether it is new; nobody gives the same one twice."""
    for known in reactions:
        if known.by is by and known.content == content:
            return known, False
    made = Reaction(next(world.ids), content, by, world.clock())
    reactions.append(made)
    return made, True


def comment(world: World, one: Issue, by: Account, body: str) -> Comment:
    """A new comment in the conversation."""
    now = world.clock()
    made = Comment(next(world.ids), one, by, body, now, now, app=by.type == "Bot")
    one.comments.append(made)
    about_comment(world, made, "created", by)
    return made


def edit_comment(world: World, one: Comment, by: Account, body: str) -> None:
    """Change a comment's text."""
    one.edits.append(one.body)
    one.body, one.updated = body, world.clock()
    about_comment(world, one, "edited", by, changes={"body": {"from": one.edits[-1]}})


def delete_comment(world: World, one: Comment, by: Account) -> None:
    """Remove a comment."""
    one.issue.comments.remove(one)
    about_comment(world, one, "deleted", by)


def about_comment(world: World, one: Comment, action: str, by: Account, **extra: object) -> Delivery:
    """Announce `issue_comment`."""
    one.issue.updated = world.clock()
    shown = {"issue": issues.issue(world, one.issue), "comment": issues.comment(world, one)}
    return announce(world, one.issue.repository, "issue_comment", by, action=action, **shown, **extra)


def review(
    world: World, one: Pull, by: Account, body: str, state: str, remarks: Mapping[tuple[str, int], str]
) -> Review:
    """A submitted review; remarks by (path, line)."""
    one.follow()
    now = world.clock()
    made = Review(next(world.ids), one, by, body, state, one.head_sha, now)
    one.reviews.append(made)
    shown: Json = {**pulls.review(world, made), "state": state.lower()}
    about = {"pull_request": pulls.simple(world, one)}
    announce(world, one.repository, "pull_request_review", by, action="submitted", review=shown, **about)
    for (path, line), text in remarks.items():
        review_comment(world, one, by, text, path, line, review=made)
    return made


def review_comment(
    world: World, one: Pull, by: Account, body: str, path: str, line: int, *, review: Review
) -> ReviewComment:
    """A comment on one line, part of a review."""
    now, sha = world.clock(), one.head_sha
    made = ReviewComment(next(world.ids), one, review.id, by, body, path, line, sha, now)
    one.review_comments.append(made)
    about_review_comment(world, made, by)
    return made


def reply(world: World, to: ReviewComment, by: Account, body: str) -> ReviewComment:
    """An answer below a comment on the diff."""
    now, pull = world.clock(), to.pull
    made = ReviewComment(next(world.ids), pull, to.review, by, body, to.path, to.line, to.commit, now, answers=to.id)
    pull.review_comments.append(made)
    about_review_comment(world, made, by)
    return made


def about_review_comment(world: World, one: ReviewComment, by: Account) -> Delivery:
    """Announce `pull_request_review_comment`."""
    shown = {"comment": pulls.review_comment(world, one), "pull_request": pulls.simple(world, one.pull)}
    event = "pull_request_review_comment"
    return announce(world, one.pull.repository, event, by, action="created", **shown)


def push(
    world: World, found: Repository, branch: str, files: Mapping[str, File | None], by: Account, message: str
) -> str:
    """Commit files onto a branch and give the SHA."""
    ref = f"refs/heads/{branch}"
    before = found.git.resolve(ref) or ZERO
    after = world.commit(found, branch, files, message, by)
    pushed(world, found, ref, before, after, by)
    return after


def pushed(world: World, found: Repository, ref: str, before: str, after: str, by: Account) -> None:
    """Announce `push`; pull requests of the branch are told ("synchronize"), or closed if it is gone."""
    commit = found.git.show(after) if after != ZERO else None
    who = {"name": by.login, "email": by.email}
    head = commit and {
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": moment(commit.committer.date),
        "url": f"{html(world, found)}/commit/{commit.sha}",
        "author": {"name": commit.author.name, "email": commit.author.email},
        "committer": {"name": commit.committer.name, "email": commit.committer.email},
        "added": [],
        "removed": [],
        "modified": [],
    }
    facts: Json = {"ref": ref, "before": before, "after": after, "pusher": who, "head_commit": head}
    flags = {"created": before == ZERO, "deleted": after == ZERO, "forced": False, "base_ref": None}
    compare = f"{html(world, found)}/compare/{before[:12]}...{after[:12]}"
    commits = [head] if head else []
    announce(world, found, "push", by, **facts, **flags, compare=compare, commits=commits)
    for pull in found.pulls:
        if pull.state != "open" or f"refs/heads/{pull.head}" != ref or before in {after, ZERO}:
            continue
        if after == ZERO:
            close(world, pull, by)
        else:
            about_issue(world, pull, "synchronize", by, before=before, after=after)


def dispatch(world: World, found: Repository, workflow: str, inputs: Mapping[str, str], by: Account) -> Delivery:
    """Announce `workflow_dispatch`, which only a workflow receives."""
    facts = {"ref": f"refs/heads/{found.default_branch}", "workflow": workflow, "inputs": dict(inputs)}
    return announce(world, found, "workflow_dispatch", by, **facts)
