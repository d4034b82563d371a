"""What GitHub tells us, parsed once at the door into a closed union."""

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


Event = Labeled | Commented | Asked | PullClosed | Irrelevant
