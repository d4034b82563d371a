"""Read: the payload of a delivery, or of an Action's event file, as one of a closed union of events.

The header that names an event is not signed, so it decides nothing alone: the payload's shape must agree.
Unknown fields are passed over; a field that is used must have exactly the type that GitHub documents.
https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import re
from typing import Any, TypeVar

from bot.decisions.admission.authorize import is_human
from bot.words.events import (
    AccessLost,
    Asked,
    Commented,
    Event,
    Irrelevant,
    IssueLeft,
    IssueText,
    Labeled,
    Left,
    Lost,
    PullClosed,
    Unlabeled,
)
from bot.words.job import Person, Repository

#: Names become parts of addresses, so nothing else may be in them. A bot's login ends in "[bot]".
LOGIN = re.compile(r"[A-Za-z0-9_-]{1,100}(\[bot\])?")
SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
MOMENT = re.compile(r"[0-9T:.+Z-]{10,40}")
NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")

#: Actions by which we lose what we work on.
LOSSES = {
    "installation": {"deleted": Lost.UNINSTALLED, "suspend": Lost.SUSPENDED},
    "installation_repositories": {"removed": Lost.REMOVED},
    "repository": {"deleted": Lost.DELETED, "archived": Lost.ARCHIVED},
}

#: What a payload may not hold besides what its name promises.
FOREIGN = {
    "issues": ("comment", "pull_request", "repositories", "inputs", "discussion"),
    "issue_comment": ("label", "pull_request", "inputs", "discussion"),
    "pull_request": ("issue", "comment", "label", "review", "inputs", "discussion"),
    "installation": ("issue", "comment", "label", "pull_request", "repository", "inputs"),
    "installation_repositories": ("issue", "comment", "label", "pull_request", "repository", "inputs"),
    "repository": ("issue", "comment", "label", "pull_request", "repositories", "inputs"),
    "workflow_dispatch": ("action", "issue", "comment", "label", "pull_request"),
}

T = TypeVar("T")
Json = dict[str, Any]


class MalformedDelivery(ValueError):
    """The payload says that it is our business, but a field that is needed is missing or of another type."""


def read_event(name: str, payload: dict[str, Any]) -> Event:
    """What a payload tells.

    Args:
        name: `X-GitHub-Event`, or `GITHUB_EVENT_NAME` of an Action.
        payload: the JSON object.

    Raises:
        MalformedDelivery: a field that is needed is missing or of another type.
    """
    if name not in FOREIGN:
        return Irrelevant(why=f"the event {name[:100]!r} is nothing of ours")
    foreign = [key for key in FOREIGN[name] if key in payload]
    if foreign:
        return Irrelevant(why=f"named {name}, but the payload has {foreign[0]!r} in it")
    action = payload.get("action")
    if name == "issues":
        return _issues(action, payload)
    if name in LOSSES:
        how = LOSSES[name].get(action) if isinstance(action, str) else None
        return _lost(how, payload) if how else Irrelevant(why="nothing is lost by that")
    if name == "issue_comment":
        return _commented(payload) if action == "created" else Irrelevant(why="only `created` counts")
    if name == "pull_request":
        return _closed(payload) if action == "closed" else Irrelevant(why="only `closed` counts")
    return _asked(payload)


def _issues(action: object, payload: Json) -> Event:
    if action == "labeled":
        return _labeled(payload)
    if action == "unlabeled":
        return Unlabeled(
            repository=_repository(payload),
            issue=_number(_object(payload, "issue"), "number", "issue."),
            label=_text(_object(payload, "label"), "name", "label."),
            sender=_person(_object(payload, "sender"), "sender."),
        )
    if not isinstance(action, str) or action not in set(Left) or "issue" not in payload:
        return Irrelevant(why="only labels and the end of an issue count")
    return IssueLeft(
        repository=_repository(payload),
        issue=_number(_object(payload, "issue"), "number", "issue."),
        how=Left(action),
        sender=_person(_object(payload, "sender"), "sender."),
    )


def _lost(how: Lost, payload: Json) -> Event:
    if "installation" not in payload:
        return Irrelevant(why="it tells of no installation")
    found: tuple[int, ...] = ()
    if how is Lost.REMOVED:
        removed = _field(payload, "repositories_removed", list, "")
        found = tuple(_number(_entry(one), "id", "repositories_removed.") for one in removed)
        if not found:
            return Irrelevant(why="no repository was removed")
    elif how in (Lost.DELETED, Lost.ARCHIVED):
        found = (_number(_object(payload, "repository"), "id", "repository."),)
    installation = _number(_object(payload, "installation"), "id", "installation.")
    return AccessLost(installation=installation, repositories=found, how=how)


def _entry(one: object) -> Json:
    if not isinstance(one, dict):
        raise MalformedDelivery("The payload's `repositories_removed` holds what is no repository.")
    return one


def _labeled(payload: Json) -> Labeled:
    repository, sender = _object(payload, "repository"), _object(payload, "sender")
    return Labeled(
        repository=_repository(payload),
        archived=_field(repository, "archived", bool, "repository."),
        issue=_issue(_object(payload, "issue")),
        label=_text(_object(payload, "label"), "name", "label."),
        sender=_person(sender, "sender."),
        human=is_human(sender.get("type"), sender.get("login"), None),
    )


def _commented(payload: Json) -> Commented:
    repository, sender = _object(payload, "repository"), _object(payload, "sender")
    comment = _object(payload, "comment")
    through_app = comment.get("performed_via_github_app")
    by_hand = is_human(sender.get("type"), sender.get("login"), through_app)
    return Commented(
        repository=_repository(payload),
        archived=_field(repository, "archived", bool, "repository."),
        issue=_issue(_object(payload, "issue")),
        comment=_number(comment, "id", "comment."),
        text=_text(comment, "body", "comment."),
        sender=_person(sender, "sender."),
        human=by_hand and _author(comment, "comment.").id == sender.get("id"),
    )


def _asked(payload: Json) -> Asked | Irrelevant:
    inputs = payload.get("inputs")
    if not isinstance(inputs, dict) or "issue" not in inputs:
        return Irrelevant(why="the workflow was started without the input `issue`")
    issue = inputs["issue"]
    if not isinstance(issue, str) or not re.fullmatch(r"[0-9]{1,9}", issue) or not int(issue):
        raise MalformedDelivery('The input `issue` must be the number of an issue, like "7".')
    if _field(_object(payload, "repository"), "archived", bool, "repository."):
        return Irrelevant(why="the repository is archived")
    sender = _object(payload, "sender")
    return Asked(
        repository=_repository(payload),
        issue=int(issue),
        sender=_person(sender, "sender."),
        human=is_human(sender.get("type"), sender.get("login"), None),
    )


def _closed(payload: Json) -> PullClosed:
    pull = _object(payload, "pull_request")
    head = _object(pull, "head", "pull_request.")
    merged = _field(pull, "merged", bool, "pull_request.")
    there = head.get("repo")  # null when the fork is gone
    return PullClosed(
        repository=_repository(payload),
        pull=_number(pull, "number", "pull_request."),
        branch=_text(head, "ref", "pull_request.head."),
        head=_name(head, "sha", SHA, "pull_request.head."),
        head_repository=_number(_object(head, "repo"), "id", "pull_request.head.repo.") if there is not None else 0,
        merged=merged,
        commit=_name(pull, "merge_commit_sha", SHA, "pull_request.") if merged else "",
        closed=_name(pull, "closed_at", MOMENT, "pull_request."),
    )


def _repository(payload: Json) -> Repository:
    repository = _object(payload, "repository")
    installation = payload.get("installation")
    if installation is not None:
        installation = _number(_object(payload, "installation"), "id", "installation.")
    return Repository(
        id=_number(repository, "id", "repository."),
        owner=_name(_object(repository, "owner", "repository."), "login", LOGIN, "repository.owner."),
        name=_name(repository, "name", NAME, "repository."),
        default_branch=_text(repository, "default_branch", "repository."),
        installation=installation or 0,
        private=_field(repository, "private", bool, "repository."),
    )


def _issue(issue: Json) -> IssueText:
    state = _field(issue, "state", str, "issue.")
    if state not in ("open", "closed"):
        raise MalformedDelivery("The payload's `issue.state` is neither open nor closed.")
    return IssueText(
        number=_number(issue, "number", "issue."),
        title=_text(issue, "title", "issue."),
        body=_text(issue, "body", "issue."),
        open=state == "open",
        locked=_field(issue, "locked", bool, "issue."),
        pull_request=issue.get("pull_request") is not None,
        author=_author(issue, "issue."),
    )


def _author(of: Json, place: str) -> Person:
    """Who wrote it; GitHub says null for an account that was deleted, and shows it as @ghost."""
    if of.get("user") is None:
        return Person(id=0, login="ghost")
    return _person(_object(of, "user", place), f"{place}user.")


def _person(account: Json, place: str) -> Person:
    return Person(id=_number(account, "id", place), login=_name(account, "login", LOGIN, place))


def _object(of: Json, key: str, place: str = "") -> Json:
    return _field(of, key, dict, place)


def _field(of: Json, key: str, kind: type[T], place: str) -> T:
    value = of.get(key)
    if not isinstance(value, kind):
        raise MalformedDelivery(f"The payload's `{place}{key}` is missing or no {kind.__name__}.")
    return value


def _number(of: Json, key: str, place: str) -> int:
    value = _field(of, key, int, place)
    if isinstance(value, bool) or not 0 < value < 2**63:
        raise MalformedDelivery(f"The payload's `{place}{key}` is no positive number.")
    return value


def _name(of: Json, key: str, pattern: re.Pattern[str], place: str) -> str:
    value = _field(of, key, str, place)
    if not pattern.fullmatch(value):
        raise MalformedDelivery(f"The payload's `{place}{key}` is no name that GitHub gives.")
    return value


def _text(of: Json, key: str, place: str) -> str:
    """A text; "" for null. Half of a surrogate pair, which no encoding can write, becomes a question mark."""
    if key in of and of[key] is None:
        return ""
    return _field(of, key, str, place).encode("utf-8", "replace").decode()
