"""Glance: what most deliveries say, seen in one pass over their bytes.

The structures below name all that is looked at, with the rules of `bot.decisions.admission.read`; the parser checks
them as it goes, and makes nothing of the rest. What fits them says what the careful reader would say. Whatever doesn't
fit, and whatever is too rare to be worth it, is UNCLEAR: the careful reader takes it, and it alone refuses.
"""

import re
from enum import Enum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from bot.decisions.admission.authorize import is_human
from bot.decisions.admission.commands import read_command
from bot.decisions.admission.read import LOGIN, LOSSES, NAME
from bot.server.letters import body_meaning, place_at
from bot.store.inbox import Letter
from bot.words.delivery import Delivery
from bot.words.events import Left
from bot.workflow.admission import may_be_ours


class Unclear(Enum):
    """Not seen at a glance."""

    UNCLEAR = 0


UNCLEAR: Final = Unclear.UNCLEAR

#: Python's parser refuses integers of more than 4,300 digits, orjson invalid UTF-8, also where nobody looks; msgspec
#: passes them over. Of so many digits in a row at least four are at places that this far apart.
_STEP, _DIGITS = 1024, re.compile(rb"[0-9]{4}")

_Number = Annotated[int, Meta(gt=0, le=2**63 - 1)]
_Login = Annotated[str, Meta(pattern=rf"\A(?:{LOGIN.pattern})\Z")]
_Name = Annotated[str, Meta(pattern=rf"\A(?:{NAME.pattern})\Z")]


class _Account(Struct, gc=False):
    id: _Number
    login: _Login
    type: str


class _Author(Struct, gc=False):
    id: _Number
    login: _Login


class _Installation(Struct, gc=False):
    id: _Number


class _Label(Struct, gc=False):
    name: str


class _Repository(Struct, gc=False):
    id: _Number
    name: _Name
    owner: _Author
    default_branch: str | None
    private: bool
    archived: bool


class _Present(Struct, gc=False):
    """An object of which only counts that it is there."""


class _Issue(Struct, gc=False):
    number: _Number
    title: str | None
    body: str | None
    state: Literal["open", "closed"]
    locked: bool
    user: _Author | None = None
    pull_request: _Present | None = None


class _Comment(Struct, gc=False):
    id: _Number
    body: str | None
    user: _Author | None = None


class _Issues(Struct, gc=False):
    """`issues`. What must not be in it has no type that anything fits; so in the next one."""

    action: str
    repository: _Repository
    issue: _Issue
    sender: _Account
    label: _Label | UnsetType = UNSET
    installation: _Installation | None = None
    comment: UnsetType = UNSET
    pull_request: UnsetType = UNSET
    repositories: UnsetType = UNSET
    inputs: UnsetType = UNSET
    discussion: UnsetType = UNSET


class _IssueComment(Struct, gc=False):
    action: str
    repository: _Repository
    issue: _Issue
    comment: _Comment
    sender: _Account
    installation: _Installation | None = None
    label: UnsetType = UNSET
    pull_request: UnsetType = UNSET
    inputs: UnsetType = UNSET
    discussion: UnsetType = UNSET


class _Other(Struct, gc=False):
    action: str


_issues = msgspec.json.Decoder(_Issues).decode
_issue_comment = msgspec.json.Decoder(_IssueComment).decode
_other = msgspec.json.Decoder(_Other).decode
_text = msgspec.json.Encoder().encode

#: Actions that count, of events that are looked at no further here.
_ACTIONS = {"pull_request": {"closed"}, **{name: set(actions) for name, actions in LOSSES.items()}}


def glance(delivery: Delivery) -> Letter | Unclear | None:
    """The letter that a delivery makes, None where it is none of our business, or UNCLEAR."""
    body = delivery.body
    try:
        if not body.isascii():
            body.decode()
        if _DIGITS.search(body[::_STEP]):
            return UNCLEAR
        if delivery.name == "issues":
            return _of_issue(_issues(body), delivery)
        if delivery.name == "issue_comment":
            return _of_comment(_issue_comment(body))
        if delivery.name in _ACTIONS:
            return UNCLEAR if _other(body).action in _ACTIONS[delivery.name] else None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass  # the careful reader says what it is
    return UNCLEAR


def _of_issue(seen: _Issues, delivery: Delivery) -> Letter | Unclear | None:
    if seen.action not in ("labeled", "unlabeled"):
        return UNCLEAR if seen.action in set(Left) else None
    if seen.label is UNSET:
        return UNCLEAR
    if not may_be_ours(seen.label.name):
        return None
    if seen.action == "unlabeled":
        return UNCLEAR
    if seen.repository.archived:
        return None
    place = place_at(seen.repository.id, seen.issue.number)
    return Letter(delivery.id, body_meaning(delivery.digest), place, _labeled(seen, seen.label.name), twins=True)


def _of_comment(seen: _IssueComment) -> Unclear | None:
    ours = seen.action == "created" and not seen.repository.archived and read_command(seen.comment.body or "")
    return UNCLEAR if ours else None


def _labeled(seen: _Issues, label: str) -> str:
    """`bot.words.events.Labeled` as it is stored, byte for byte."""
    repository, issue, sender = seen.repository, seen.issue, seen.sender
    author = issue.user
    event = {
        "repository": {
            "id": repository.id,
            "owner": repository.owner.login,
            "name": repository.name,
            "default_branch": repository.default_branch or "",
            "installation": seen.installation.id if seen.installation else 0,
            "private": repository.private,
        },
        "archived": False,
        "issue": {
            "number": issue.number,
            "title": issue.title or "",
            "body": issue.body or "",
            "open": issue.state == "open",
            "locked": issue.locked,
            "pull_request": issue.pull_request is not None,
            "author": {"id": author.id, "login": author.login} if author else {"id": 0, "login": "ghost"},
        },
        "label": label,
        "sender": {"id": sender.id, "login": sender.login},
        "human": is_human(sender.type, sender.login, None),
    }
    return _text(event).decode()
