"""Halting: which events end work that is under way, which jobs they mean, and whether they still hold.

Who takes the label off or closes the issue needs no more right than GitHub asked for. But deliveries come late and out
of order, so GitHub is asked whether it is so. The label ends the job that it began; one that a comment began goes on.
"""

from typing import Protocol

from bot.sentences import stopping
from bot.words.events import AccessLost, Event, IssueLeft, Left, Lost, PullClosed, Unlabeled
from bot.words.job import Job, Kind, Repository
from bot.workflow.admission import may_be_ours
from bot.workflow.aftermath import own_pull_closed

Halting = Unlabeled | IssueLeft | PullClosed | AccessLost

#: What can't be taken back, and so need not be asked about.
FOR_EVER = {Left.DELETED, Left.TRANSFERRED, Lost.UNINSTALLED, Lost.DELETED}


class Witness(Protocol):
    """What is asked of GitHub before a job is ended."""

    def taken_off(self, issue: int, label: str, event: int) -> bool:
        """Whether that label was put on by that entry of the issue's history, and taken off since."""

    def issue_is_open(self, number: int) -> bool:
        """Whether the issue is there and open."""

    def pull_is_open(self, number: int) -> bool:
        """Whether the pull request is there and open."""

    def within_reach(self) -> bool:
        """Whether we can still work in the repository: it is there, not archived, and the App is on it."""


def read_halting(event: Event) -> Halting | None:
    """The event, where it may end work; None where it can't. Pure: decides what is stored."""
    match event:
        case Unlabeled(label=label) if may_be_ours(label):
            return event
        case IssueLeft() | AccessLost():
            return event
        case PullClosed():
            return own_pull_closed(event)
        case _:
            return None


def means(event: Halting, job: Job) -> bool:
    """Whether this is a job that the event may end. Pure."""
    match event:
        case AccessLost(installation=installation, repositories=lost):
            own = job.repository.installation == installation
            return own and (not lost or job.repository.id in lost)
        case PullClosed(repository=repository, pull=pull):
            return job.repository.id == repository.id and job.kind is Kind.REFINE and job.pull == pull
        case Unlabeled(repository=repository, issue=issue):
            return job.repository.id == repository.id and job.issue == issue and label_event_of(job) > 0
        case IssueLeft(repository=repository, issue=issue):
            return job.repository.id == repository.id and job.issue == issue and job.kind is Kind.SOLVE


def holds(event: Halting, job: Job, witness: Witness) -> bool:
    """Whether the event still ends this job, by what GitHub says now. Raises GitHubError."""
    match event:
        case AccessLost(how=how) | IssueLeft(how=how) if how in FOR_EVER:
            return True
        case AccessLost():
            return not witness.within_reach()
        case PullClosed(pull=pull):
            return not witness.pull_is_open(pull)
        case Unlabeled(issue=issue, label=label):
            return witness.taken_off(issue, label, label_event_of(job))
        case IssueLeft(issue=issue):
            return not witness.issue_is_open(issue)


def why(event: Halting) -> str:
    """The sentence that says why a job ends."""
    match event:
        case Unlabeled(sender=sender):
            return stopping.label_taken_off(sender.login)
        case IssueLeft(sender=sender, how=how):
            return stopping.issue_left(sender.login, how)
        case PullClosed():
            return stopping.pull_closed(merged=event.merged)
        case AccessLost(how=how):
            return stopping.access_lost(how)


def repository_of(event: Halting) -> Repository | None:
    """Where it happened; None for what is about an installation."""
    return None if isinstance(event, AccessLost) else event.repository


def place_of(event: Halting) -> str:
    """Names what the event is about: at each place, one delivery after the other."""
    match event:
        case AccessLost(installation=installation):
            return f"installation-{installation}"
        case PullClosed(repository=repository, pull=pull):
            return f"{repository.id}-{pull}"
        case Unlabeled(repository=repository, issue=issue) | IssueLeft(repository=repository, issue=issue):
            return f"{repository.id}-{issue}"


def label_event_of(job: Job) -> int:
    """The entry of the issue's history by which the label began this job; 0 where it began otherwise."""
    digits = job.id.removeprefix(f"{job.repository.id}-{job.issue}-label-")
    return int(digits) if digits.isdecimal() and digits.isascii() else 0


def outdated_by(job: Job, newer: Job) -> bool:
    """Whether a job was begun by a label that must have been taken off before it was put on again for the newer one."""
    same = (job.repository.id, job.issue) == (newer.repository.id, newer.issue)
    return same and 0 < label_event_of(job) < label_event_of(newer)
