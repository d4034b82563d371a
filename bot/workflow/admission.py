"""Admission: an event becomes a job, an answer, or nothing. Authority is looked up, never inferred."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.decisions.admission.authorize import labelled_by
from bot.decisions.admission.commands import read_command
from bot.decisions.admission.repository_settings import read_settings
from bot.errors import Refusal
from bot.sentences import replies
from bot.sentences.pull_request import ASKED
from bot.words.budget import Budget
from bot.words.command import Command, Help, Refine, Retry, Start, Status, Stop, Unknown
from bot.words.events import Asked, Commented, Event, IssueText, Labeled
from bot.words.job import Job, Kind, Person, Repository
from bot.words.label_event import LabelEvent
from bot.words.pull import Pull
from bot.words.value import Value


class Registry(Protocol):
    """What admission asks GitHub: only reading."""

    def permission(self, person: Person) -> bool:
        """Whether the person may write; every error means no."""

    def newest_label_event(self, issue: int, label: str) -> LabelEvent | None:
        """Who put this label there last; None when it is not there."""

    def issue(self, number: int) -> IssueText:
        """The issue as it is now."""

    def pull(self, number: int) -> Pull:
        """The pull request as it is now."""

    def settings_file(self) -> bytes | None:
        """`.github/intern.yml` of the default branch."""

    def account(self) -> str:
        """Login of the account that this bot writes as."""


class Accepted(Value):
    """A job to be done."""

    job: Job


class Answered(Value):
    """A comment to be written, once: `marker` keeps it from being doubled."""

    issue: int
    text: str
    comment: int = 0


class Ignored(Value):
    """Nothing is done and nothing is said.

    Attributes:
        why: for the log.
        stranger: whether that is because the sender may not write there.
    """

    why: str
    stranger: bool = False


class About(StrEnum):
    """What is wanted of jobs that there are or were."""

    STOP = "stop"
    RETRY = "retry"
    STATUS = "status"


class AboutJobs(Value):
    """A command about jobs; whoever knows them has to follow it.

    Attributes:
        what: the command.
        issue: number of the issue that the jobs are for.
        pull: number of the pull request of ours where the command was given; 0 for an issue.
    """

    what: About
    issue: int
    pull: int = 0


Admission = Accepted | Answered | AboutJobs | Ignored


@dataclass(frozen=True, slots=True)
class Desire:
    """What admission makes of an event before it asks anybody: a command, and where it was given."""

    repository: Repository
    sender: Person
    human: bool
    command: Command
    number: int
    on_pull: bool
    label: str = ""
    comment: int = 0
    issue: IssueText | None = None


def may_be_ours(label: str) -> bool:
    """Whether a label may be the bot's: a repository names its own, with this word in it."""
    return "intern" in label.casefold()


def read_desire(event: Event) -> Desire | None:
    """What a person wants by this event; None when it is none of our business. Pure: decides what is stored."""
    match event:
        case Labeled(archived=False) if may_be_ours(event.label):
            return Desire(
                event.repository,
                event.sender,
                event.human,
                Start(),
                event.issue.number,
                on_pull=event.issue.pull_request,
                label=event.label,
                issue=event.issue,
            )
        case Commented(archived=False):
            command = read_command(event.text)
            if command is None:
                return None
            return Desire(
                event.repository,
                event.sender,
                event.human,
                command,
                event.issue.number,
                on_pull=event.issue.pull_request,
                comment=event.comment,
                issue=event.issue,
            )
        case Asked():
            return Desire(event.repository, event.sender, event.human, Start(), event.issue, on_pull=False)
        case _:
            return None


def admit(desire: Desire, registry: Registry, budget: Budget) -> Admission:
    """Decide about one desire.

    Args:
        desire: what a person wants.
        registry: answers about people, issues and pull requests of that repository.
        budget: the operator's limits, for reading the repository's settings.

    Raises:
        GitHubError: GitHub could not be asked about the issue or pull request.
    """
    if not desire.human:
        return Ignored(why="not a person")
    if not registry.permission(desire.sender):
        return Ignored(why=f"{desire.sender.login} may not write to {desire.repository.full_name}", stranger=True)
    match desire.command:
        case Start():
            return start(desire, registry, budget)
        case Refine(request=request):
            return refine(desire, request, registry)
        case Stop():
            return _about_jobs(About.STOP, desire, registry)
        case Retry():
            return _about_jobs(About.RETRY, desire, registry)
        case Status():
            return _about_jobs(About.STATUS, desire, registry)
        case Help():
            return Answered(issue=desire.number, text=replies.help_text(), comment=desire.comment)
        case Unknown(hint=hint):
            return Answered(issue=desire.number, text=replies.hint(hint), comment=desire.comment)


def start(desire: Desire, registry: Registry, budget: Budget) -> Admission:
    """A job for an issue, by its label or by a command."""
    if desire.on_pull:
        return Answered(issue=desire.number, text=replies.label_on_pull_request(), comment=desire.comment)
    key = f"comment-{desire.comment}"
    if desire.label:
        event = registry.newest_label_event(desire.number, desire.label)
        if event is None or not labelled_by(event, desire.sender):
            return Ignored(why="the label is gone, or somebody else put it there since")
        if desire.label != _label(registry, budget):
            return Ignored(why=f'"{desire.label}" is not this repository\'s label')
        key = f"label-{event.id}"
    elif not desire.comment:
        key = "dispatch"
    issue = desire.issue or registry.issue(desire.number)
    if issue.pull_request:
        return Answered(issue=desire.number, text=replies.label_on_pull_request(), comment=desire.comment)
    return Accepted(
        job=Job(
            id=f"{desire.repository.id}-{desire.number}-{key}",
            kind=Kind.SOLVE,
            repository=desire.repository,
            issue=desire.number,
            title=issue.title,
            body=issue.body,
            requester=desire.sender,
            comment=desire.comment,
        )
    )


def _about_jobs(what: About, desire: Desire, registry: Registry) -> Admission:
    if not desire.on_pull:
        return AboutJobs(what=what, issue=desire.number)
    pull = registry.pull(desire.number)
    if not _is_ours(pull, desire, registry):
        return Answered(issue=desire.number, text=replies.not_my_pull_request(), comment=desire.comment)
    return AboutJobs(what=what, issue=issue_of(pull.branch), pull=desire.number)


def _is_ours(pull: Pull, desire: Desire, registry: Registry) -> bool:
    own = pull.author.login == registry.account() and pull.head_repository == desire.repository.id
    return own and bool(issue_of(pull.branch))


def refine(desire: Desire, request: str, registry: Registry) -> Admission:
    """A job that changes a pull request of ours as requested."""
    if not desire.on_pull:
        return Answered(issue=desire.number, text=replies.refine_needs_pull_request(), comment=desire.comment)
    pull = registry.pull(desire.number)
    number = issue_of(pull.branch)
    if not _is_ours(pull, desire, registry):
        return Answered(issue=desire.number, text=replies.not_my_pull_request(), comment=desire.comment)
    issue = registry.issue(number)
    job = Job(
        id=f"{desire.repository.id}-{number}-refine-{desire.comment}",
        kind=Kind.REFINE,
        repository=desire.repository,
        issue=number,
        pull=desire.number,
        title=issue.title,
        body=issue.body,
        request=request,
        requester=desire.sender,
        comment=desire.comment,
    )
    if ASKED.format(job.asked) not in pull.body:
        # Somebody has edited the issue since it was approved; the pull request's title is ours, or a writer's.
        job = job.model_copy(update={"title": pull.title, "body": ""})
    return Accepted(job=job)


def _label(registry: Registry, budget: Budget) -> str:
    """The repository's own label; a broken settings file is reported by the job, so the default counts here."""
    try:
        return read_settings(registry.settings_file(), budget).label
    except Refusal:
        return "intern"


def issue_of(branch: str) -> int:
    """7 for "intern/issue-7" and "intern/issue-7-2"; 0 for a branch that is not ours."""
    prefix = "intern/issue-"
    digits = branch.removeprefix(prefix).split("-")[0] if branch.startswith(prefix) else ""
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0
