"""Desk: where a job comes from and where its result goes. GitHub is one, a local directory another."""

from typing import Protocol

from bot.words.budget import Budget
from bot.words.job import Job
from bot.words.patch import Patch
from bot.words.progress import Progress
from bot.words.snapshot import Snapshot
from bot.words.value import Value


class Origin(Value):
    """Where a job starts from.

    Attributes:
        base: SHA of the commit that the evidence compares with (the default branch's head, or where the
            pull request's branch left it).
        head: SHA of the commit that the work goes on from; equal to `base` when an issue is solved.
        target: name of the branch that the pull request goes into; "" without GitHub.
        branch: name of the branch that the result is committed to; "" without GitHub.
        remarks: for a refinement: review comments of writers and failing checks.
        budget: the operator's limits as they were then. A job keeps to them: with others, one that is taken up again
            would take another way than it did. None in jobs that an earlier version began.
    """

    base: str
    head: str
    target: str = ""
    branch: str = ""
    remarks: tuple[str, ...] = ()
    budget: Budget | None = None


class Published(Value):
    """The result as a person finds it: the pull request's number and address, and the commit."""

    number: int = 0
    url: str = ""
    commit: str = ""


class Desk(Protocol):
    """What the story needs of the outside. Each method may be repeated after a crash without doubling anything."""

    def announce(self, job: Job, progress: Progress) -> int:
        """Show that the job was taken up; the handle for `show`."""

    def show(self, job: Job, handle: int, progress: Progress) -> None:
        """Show where the job stands."""

    def locate(self, job: Job) -> Origin:
        """Find where to start. Raises Refusal where the job can't be done here."""

    def snapshot(self, commit: str) -> Snapshot:
        """The files at one commit; kept in memory, so that asking twice costs nothing."""

    def objection(self, job: Job) -> str:
        """Why nothing may be published any more, without a full stop; "" when it may. Asked before each writing."""

    def commit(self, job: Job, origin: Origin, patch: Patch, message: str) -> str:
        """Commit `patch` (against `origin.head`) to `origin.branch`; the commit's SHA."""

    def committed(self, job: Job, origin: Origin, patch: Patch) -> str:
        """The SHA of that very commit where `origin.branch` has it already; "" where it has not."""

    def open_pull(self, job: Job, origin: Origin, title: str, body: str) -> Published:
        """Open the draft pull request, or bring the text of the existing one up to date."""
