"""`intern action`: one request inside of a GitHub Action, with the same checks as the server makes.

The event is read from the file that the runner names; nothing of it is ever part of a shell command.
https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bot.decisions.admission.read import MalformedDelivery, read_event
from bot.engine.inline import InlineSteps
from bot.errors import ConfigurationError
from bot.sentences.harmless import one_line
from bot.sentences.stopping import elsewhere
from bot.words.budget import Budget
from bot.words.job import Job, Repository
from bot.workflow.admission import AboutJobs, Accepted, Answered, Desire, Ignored, admit, read_desire
from bot.workflow.counter import Counter
from bot.workflow.ending import End
from bot.workflow.story import fulfil
from bot.workflow.workshop import Workshop

log = logging.getLogger(__name__)

OpenWorkshop = Callable[[], AbstractContextManager[Workshop]]

#: The events that may start a job. Others run with a stranger's code or text, so they are refused in code.
EVENTS = ("issues", "issue_comment", "workflow_dispatch")


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """What the event asks for; `desire` is None when it is nothing of ours."""

    repository: Repository
    desire: Desire | None


def read_request(environment: Mapping[str, str]) -> ActionRequest:
    """The request in $GITHUB_EVENT_PATH.

    Raises:
        ConfigurationError: not inside of an Action, an event that is not supported, a broken file.
    """
    name, path = environment.get("GITHUB_EVENT_NAME", ""), environment.get("GITHUB_EVENT_PATH", "")
    if not name or not path:
        raise ConfigurationError("GITHUB_EVENT_NAME and GITHUB_EVENT_PATH are not set: this runs in a GitHub Action.")
    if name not in EVENTS:
        raise ConfigurationError(f'The event "{name}" can\'t start a job. Use {", ".join(EVENTS)} in `on:`.')
    payload = _payload(Path(path))
    try:
        event = read_event(name, payload)
    except MalformedDelivery as error:
        raise ConfigurationError(f"GITHUB_EVENT_PATH: {error}") from error
    desire = read_desire(event)
    repository = desire.repository if desire else _NOWHERE
    return ActionRequest(repository, desire)


_NOWHERE = Repository(id=0, owner="", name="", default_branch="")


def _payload(path: Path) -> dict[str, object]:
    try:
        payload = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"GITHUB_EVENT_PATH {path} holds no event.") from error
    if not isinstance(payload, dict):
        raise ConfigurationError(f"GITHUB_EVENT_PATH {path} holds no event.")
    return payload


def act(request: ActionRequest, counter: Counter, workshop: OpenWorkshop, budget: Budget) -> tuple[int, str]:
    """Do what was asked.

    Args:
        request: what the event asks for.
        counter: the repository's.
        workshop: opens the workshop; only called for a job, because it needs an engine and an image.
        budget: the operator's limits.

    Returns:
        0 when it was done, honestly refused, or none of our business; 1 when a job ended without proof.
        With it the last word, as Markdown.

    Raises:
        GitHubError: GitHub could not be asked, or did not take an answer.
    """
    desire = request.desire
    if desire is None:
        return _told(0, "This event is nothing for me.")
    decision = admit(desire, counter, budget)
    match decision:
        case Ignored(why=why):
            return _told(0, f"Nothing to do: {one_line(why)}.")
        case Answered():
            counter.acknowledge(desire)
            counter.answer(decision, f"action-{desire.repository.id}-{desire.number}-{desire.comment}")
            return _told(0, f"Answered in #{decision.issue}.")
        case AboutJobs():
            counter.acknowledge(desire)
            told = Answered(issue=desire.number, text=elsewhere(), comment=desire.comment)
            counter.answer(told, f"action-{desire.repository.id}-{desire.number}-{desire.comment}")
            return _told(0, f"Answered in #{desire.number}.")
        case Accepted(job=job):
            counter.acknowledge(desire)
            return _work(job, counter, workshop, budget)


def _work(job: Job, counter: Counter, workshop: OpenWorkshop, budget: Budget) -> tuple[int, str]:
    with workshop() as opened:
        ending = fulfil(job, counter, opened, InlineSteps(), budget)
    log.info("The job ended: %s.", ending.end.value)
    return (0 if ending.end in {End.PROVEN, End.REFUSED} else 1), ending.sentence


def _told(code: int, sentence: str) -> tuple[int, str]:
    log.info("%s", sentence)
    return code, sentence
