"""Aftermath: what people made of a pull request of ours, once it is merged or closed."""

from collections.abc import Mapping
from typing import Any

from bot.words.events import Event, PullClosed
from bot.words.pull_outcome import PullOutcome
from bot.workflow.admission import issue_of


def own_pull_closed(event: Event) -> PullClosed | None:
    """The event, if it may be about a pull request of ours: by its branch, which must be no fork's. Pure."""
    own = isinstance(event, PullClosed) and event.head_repository == event.repository.id and issue_of(event.branch)
    return event if own and isinstance(event, PullClosed) else None


def outcome_of(event: PullClosed, endings: Mapping[str, Any]) -> PullOutcome | None:
    """What became of our work; None where no job of ours published to this pull request.

    Args:
        event: what GitHub told.
        endings: of the jobs of its issue, oldest first: what the engine keeps of each ending, by the job's id.
    """
    published = {
        job: str(ending["published"]["commit"])
        for job, ending in endings.items()
        if isinstance(ending, dict) and (ending.get("published") or {}).get("number") == event.pull
    }
    if not published:
        return None
    last = next((job for job, commit in published.items() if commit == event.head), list(published)[-1])
    return PullOutcome(
        repository=event.repository.id,
        name=event.repository.full_name,
        pull=event.pull,
        issue=issue_of(event.branch),
        job=last,
        merged=event.merged,
        edited=event.head not in published.values(),
        commit=event.commit,
        closed=event.closed,
    )
