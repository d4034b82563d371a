"""What GitHub tells us, parsed once at the door into a closed union."""

from enum import StrEnum

from bot.words.job import Person, Repository
from bot.words.value import Value


class IssueText(Value):
    """An issue as the delivery showed it."""

    number: int
    title: str
    body: str
    open: bool
    locked: bool
    pull_request: bool
    author: Person


class Labeled(Value):
    """Somebody put a label on an issue (`issues`, action `labeled`)."""

    repository: Repository
    archived: bool
    issue: IssueText
    label: str
    sender: Person
    human: bool


class Unlabeled(Value):
    """A label was taken off an issue or a pull request (`issues`, action `unlabeled`), by whoever may do that."""

    repository: Repository
    issue: int
    label: str
    sender: Person


class Left(StrEnum):
    """How an issue went."""

    CLOSED = "closed"
    DELETED = "deleted"
    TRANSFERRED = "transferred"


class IssueLeft(Value):
    """An issue was closed, deleted or moved to another repository (`issues`, the action is the same word)."""

    repository: Repository
    issue: int
    how: Left
    sender: Person


class Lost(StrEnum):
    """How we lost what we worked on."""

    UNINSTALLED = "uninstalled"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    DELETED = "deleted"
    ARCHIVED = "archived"


class AccessLost(Value):
    """We can't work in these repositories any more.

    The App was uninstalled or suspended (`installation`, actions `deleted` and `suspend`), repositories were taken
    from it (`installation_repositories`, action `removed`), or one was deleted or archived (`repository`). GitHub
    sends the first two to every App: https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation

    Attributes:
        installation: the App's installation.
        repositories: their ids; empty means all of the installation's.
        how: what happened.
    """

    installation: int
    repositories: tuple[int, ...] = ()
    how: Lost


class Commented(Value):
    """Somebody wrote a comment on an issue or pull request (`issue_comment`, action `created`)."""

    repository: Repository
    archived: bool
    issue: IssueText
    comment: int
    text: str
    sender: Person
    human: bool


class Asked(Value):
    """A `workflow_dispatch` of the Action named an issue by its number."""

    repository: Repository
    issue: int
    sender: Person
    human: bool


class PullClosed(Value):
    """Somebody merged or closed a pull request (`pull_request`, action `closed`).

    `commit` is what a merge made on the base branch, and "" without one; `head` the branch's last commit;
    `head_repository` the id of the repository that holds the branch, 0 when that is gone.
    """

    repository: Repository
    pull: int
    branch: str
    head: str
    head_repository: int
    merged: bool
    commit: str
    closed: str


class Irrelevant(Value):
    """Everything else. Leaves no trace."""

    why: str


Event = Labeled | Unlabeled | Commented | Asked | IssueLeft | PullClosed | AccessLost | Irrelevant
