"""Letters: what is kept of a delivery that is our business."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from bot.store.inbox import Letter
from bot.words.delivery import Delivery
from bot.words.events import Asked, Commented, Event, Labeled
from bot.workflow.admission import may_be_ours, read_desire
from bot.workflow.halting import place_of as halting_place
from bot.workflow.halting import read_halting

EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def may_concern(name: str, payload: Mapping[str, Any]) -> bool:
    """Whether a delivery is worth to be read: not if it tells of a label that is nobody's of ours.

    Most repositories have many labels, and each costs a server only this look. What has another shape is read, and
    refused there.
    """
    if name != "issues" or payload.get("action") not in ("labeled", "unlabeled"):
        return True
    label = payload.get("label")
    text = label.get("name") if isinstance(label, dict) else None
    return not isinstance(text, str) or may_be_ours(text)


def concerns(event: Event) -> bool:
    """Whether it is our business. Pure: decides what is stored; everything else leaves no trace."""
    return read_desire(event) is not None or read_halting(event) is not None


def place_of(event: Event) -> str:
    """Names the issue, pull request or installation that an event is about: at each, one delivery after the other."""
    if isinstance(event, Labeled | Commented):
        return place_at(event.repository.id, event.issue.number)
    if isinstance(event, Asked):
        return place_at(event.repository.id, event.issue)
    halting = read_halting(event)
    return halting_place(halting) if halting is not None else "none"


def place_at(repository: int, issue: int) -> str:
    """Names an issue or a pull request."""
    return f"{repository}-{issue}"


def meaning_of(event: Event, digest: str) -> str:
    """Names what an event tells: the same for whatever tells it once more.

    A comment has an id. Everything else is looked up on GitHub when it is admitted, so its body is enough: an old one
    that is sent again under another delivery's id tells nothing new.
    """
    if isinstance(event, Commented):
        return f"comment-{event.repository.id}-{event.issue.number}-{event.comment}"
    return body_meaning(digest)


def body_meaning(digest: str) -> str:
    """Names what a body tells that nobody knows by an id."""
    return f"body-{digest}"


def letter_of(delivery: Delivery, event: Event) -> Letter:
    """What is kept: only what was read; the rest of a payload is neither needed nor checked."""
    text = EVENT.dump_json(event).decode()
    twins = not isinstance(event, Commented)
    return Letter(delivery.id, meaning_of(event, delivery.digest), place_of(event), text, twins)
