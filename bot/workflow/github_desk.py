"""The counter of one repository on GitHub: admission's registry, and the desk of its jobs."""

import logging

from bot.decisions.admission.eligibility import check_issue
from bot.decisions.naming import branch_name
from bot.decisions.proof.protection import refused_paths
from bot.errors import GitHubError, Refusal
from bot.github.comments import with_marker
from bot.github.errors import Forbidden, NotFound, Refused, Ungranted
from bot.github.newest_edit import NewestEdit
from bot.github.portal import Portal
from bot.github.publisher import Publisher
from bot.github.repository import RepositoryClient
from bot.github.stage import Credentials
from bot.sentences import obstacles
from bot.sentences.status import status_comment
from bot.words.events import IssueText
from bot.words.job import Job, Kind, Person, Repository
from bot.words.label_event import LabelEvent
from bot.words.patch import Patch
from bot.words.progress import Progress, State
from bot.words.pull import Pull
from bot.words.repository_settings import RepositorySettings
from bot.words.snapshot import Snapshot
from bot.workflow.admission import Answered, Desire
from bot.workflow.desk import Origin, Published

log = logging.getLogger(__name__)

_LABEL_LOOKS = 3


class GitHubDesk:
    """One repository. Reads with one token, publishes with another; both are revoked by `close`.

    Args:
        portal: the connection to GitHub.
        credentials: the App's, or a ready token.
        repository: which repository; no other can be reached through this desk.
    """

    def __init__(self, portal: Portal, credentials: Credentials, repository: Repository) -> None:
        self._portal = portal
        self._reader = RepositoryClient(portal, credentials, repository)
        self._publisher = Publisher(
            portal, credentials, repository, lambda paths: refused_paths(paths, RepositorySettings())
        )
        self._edits = NewestEdit(portal, self._reader.editing)
        self._snapshots: dict[str, Snapshot] = {}

    # What admission asks.

    def permission(self, person: Person) -> bool:
        """Whether the person may write; every error means no."""
        return self._reader.permission(person)

    def newest_label_event(self, issue: int, label: str) -> LabelEvent | None:
        """Who put this label there last. GitHub may record it a moment after it has sent the webhook."""
        for _ in range(_LABEL_LOOKS - 1):
            found = self._reader.newest_label_event(issue, label)
            if found is not None:
                return found
            self._portal.run(self._portal.clock.sleep(1.0))
        return self._reader.newest_label_event(issue, label)

    def taken_off(self, issue: int, label: str, event: int) -> bool:
        """Whether that label was put on by that entry of the history, and taken off since; recorded late, too."""
        for _ in range(_LABEL_LOOKS - 1):
            if self._reader.taken_off(issue, label, event):
                return True
            self._portal.run(self._portal.clock.sleep(1.0))
        return self._reader.taken_off(issue, label, event)

    def issue_is_open(self, number: int) -> bool:
        """Whether the issue is there and open."""
        try:
            return self._reader.issue(number).open
        except NotFound:
            return False

    def pull_is_open(self, number: int) -> bool:
        """Whether the pull request is there and open."""
        try:
            return self._reader.pull(number).open
        except NotFound:
            return False

    def within_reach(self) -> bool:
        """Whether we can still work in the repository."""
        try:
            details = self._reader.details()
        except Refused:
            return False
        return not details.archived and not details.disabled

    def issue(self, number: int) -> IssueText:
        """The issue as it is now."""
        return self._reader.issue(number)

    def pull(self, number: int) -> Pull:
        """The pull request as it is now."""
        return self._reader.pull(number)

    def settings_file(self) -> bytes | None:
        """`.github/intern.yml` of the default branch."""
        return self._reader.file(".github/intern.yml")

    def account(self) -> str:
        """Login of the account that this bot writes as."""
        return self._reader.account()

    def answer(self, answered: Answered, marker: str) -> None:
        """Write a comment, once per marker."""
        self._reader.ensure_comment(answered.issue, f"<!-- intern:{marker}:answer -->", answered.text)

    def acknowledge(self, desire: Desire) -> None:
        """React with eyes to the comment, or to the issue where a label gave the command; a courtesy, no more."""
        try:
            if desire.comment:
                self._reader.react_to_comment(desire.comment)
            else:
                self._reader.react_to_issue(desire.number)
        except GitHubError as error:  # a comment that is gone, or a conversation that is closed to bots
            log.warning("#%d could not be given a reaction: %s", desire.number, error)

    # What the story asks.

    def announce(self, job: Job, progress: Progress) -> int:
        """Post the status comment; its id, or 0 in a locked conversation, where a bot can't comment."""
        try:
            return self._reader.ensure_comment(_conversation(job), _marker(job), status_comment(progress, job))
        except Forbidden as error:
            log.warning("job %s: no status comment can be posted: %s", job.id, error)
            return 0

    def show(self, job: Job, handle: int, progress: Progress) -> None:
        """Edit the status comment, soon; the last word at once. Without one, a confused face says that nothing came."""
        if handle and not progress.ending:
            self._edits.offer(handle, with_marker(status_comment(progress, job), _marker(job)))
        elif handle:
            self._edits.settle()
            self._reader.edit_comment(handle, status_comment(progress, job), _marker(job))
        elif progress.ending and (not progress.lines or any(line.state is State.FAILED for line in progress.lines)):
            self._reader.react_to_issue(_conversation(job), "confused")

    def locate(self, job: Job) -> Origin:
        """Look at the issue or pull request, and find the commits to work from. Raises Refusal."""
        details = self._reader.details()
        if details.archived or details.disabled:
            raise Refusal("This repository is archived or disabled, so nothing can be written to it.")
        return self._refinement(job) if job.kind is Kind.REFINE else self._solution(job, details.repository)

    def snapshot(self, commit: str) -> Snapshot:
        """The files at one commit."""
        if commit not in self._snapshots:
            self._snapshots[commit] = self._reader.snapshot(commit)
        return self._snapshots[commit]

    def objection(self, job: Job) -> str:
        """Why nothing may be published any more; "" when it may. Raises GitHubError where that can't be found out."""
        if self._reader.details().archived:
            return obstacles.archived()
        if not self._reader.may_write(job.requester):
            return obstacles.no_writer(job.requester.login)
        if job.kind is Kind.REFINE:
            pull = self._reader.pull(job.pull)
            return "" if pull.open else obstacles.pull_ended(merged=pull.merged)
        try:
            return "" if self._reader.issue(job.issue).open else obstacles.issue_closed()
        except NotFound:
            return obstacles.issue_gone()

    def commit(self, job: Job, origin: Origin, patch: Patch, message: str) -> str:
        """Commit to the branch; finds a commit that an interrupted try has made already."""
        expected = origin.head if job.kind is Kind.REFINE else None
        try:
            if expected is None:
                self._reader.branch_head(origin.target)
        except NotFound:
            raise Refusal(obstacles.not_published(obstacles.target_gone(origin.target))) from None
        try:
            return self._publisher.publish(job, patch, origin.head, origin.branch, message, expected)
        except Ungranted as error:
            raise Refusal(obstacles.ungranted(error.permissions)) from None

    def committed(self, job: Job, origin: Origin, patch: Patch) -> str:
        """The SHA of that very commit where the branch has it already; "" where it has not."""
        expected = origin.head if job.kind is Kind.REFINE else None
        return self._publisher.published(job, patch, origin.head, origin.branch, expected) or ""

    def open_pull(self, job: Job, origin: Origin, title: str, body: str) -> Published:
        """Open the draft pull request, or bring the existing one's text up to date."""
        if job.kind is Kind.REFINE:
            self._publisher.update_pull_body(job.pull, body)
            return Published(number=job.pull)
        opened = self._publisher.open_pull(origin.branch, origin.target, title, body, draft=True)
        return Published(number=opened.number, url=opened.url)

    def close(self) -> None:
        """Let nothing be under way, and revoke both tokens."""
        try:
            self._edits.settle(seconds=1.0)
        finally:  # an edit that was refused because the process has lost its lease says so here
            self._reader.close()
            self._publisher.close()

    def _solution(self, job: Job, repository: Repository) -> Origin:
        try:
            issue = self._reader.issue(job.issue)
        except NotFound:
            raise Refusal(f"{obstacles.issue_gone()}.") from None
        check_issue(kind=job.kind, open_=issue.open, title=job.title, body=job.body)
        head = self._reader.branch_head(repository.default_branch)
        taken = self._reader.branches(f"intern/issue-{job.issue}")
        for branch in taken:
            existing = self._publisher.find_pull(branch, repository.default_branch)
            if existing is not None:
                raise Refusal(
                    f"Pull request #{existing.number} is already open for this issue. "
                    "Ask for changes there with `/intern refine <what to change>`, or close it and ask again."
                )
        branch = branch_name(job.issue, taken)
        return Origin(base=head, head=head, target=repository.default_branch, branch=branch)

    def _refinement(self, job: Job) -> Origin:
        pull = self._reader.pull(job.pull)
        if not pull.open:
            raise Refusal("This pull request is closed. Reopen it and ask again.")
        remarks = self._reader.review_comments_of_writers(job.pull) + self._reader.failing_checks(pull.head)
        return Origin(
            base=pull.merge_base,
            head=pull.head,
            target=pull.base_branch,
            branch=pull.branch,
            remarks=tuple(remarks),
        )


def _conversation(job: Job) -> int:
    return job.pull if job.kind is Kind.REFINE else job.issue


def _marker(job: Job) -> str:
    return f"<!-- intern:status:{job.id} -->"
