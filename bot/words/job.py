"""Job: one wish of one person for one issue or pull request, leading to at most one pull request."""

import hashlib
from enum import StrEnum

from bot.words.value import Value


class Person(Value):
    """A GitHub account. `id` is the identity (a login can be renamed)."""

    id: int
    login: str


class Repository(Value):
    """A repository on GitHub.

    Attributes:
        id: the identity; `owner`/`name` can change.
        owner: login of the owner.
        name: name without the owner.
        default_branch: "main".
        installation: id of the App's installation; 0 in an Action, where a ready token is used.
        private: whether it is private.
    """

    id: int
    owner: str
    name: str
    default_branch: str
    installation: int = 0
    private: bool = False

    @property
    def full_name(self) -> str:
        """The repository as "owner/name"."""
        return f"{self.owner}/{self.name}"


class Kind(StrEnum):
    """What a job is for."""

    SOLVE = "solve"
    REFINE = "refine"


class Job(Value):
    """One accepted request, as it was at the moment it was made: later edits change nothing.

    Attributes:
        id: deterministic, so that the same request can't become two jobs.
        kind: solve an issue, or refine a pull request of ours.
        repository: where.
        issue: number of the issue.
        pull: number of the pull request; 0 when solving.
        title: the issue's title.
        body: the issue's text, as it was in the delivery.
        request: for a refinement: what the person wants changed.
        requester: who asked; their permission is looked up before anything is done.
        comment: id of the comment that gave the command; 0 for a label.
    """

    id: str
    kind: Kind
    repository: Repository
    issue: int
    pull: int = 0
    title: str
    body: str = ""
    request: str = ""
    requester: Person
    comment: int = 0

    @property
    def asked(self) -> str:
        """SHA-256 of the issue's title and text, in hexadecimal: names exactly what was asked."""
        return hashlib.sha256(f"{self.title}\0{self.body}".encode("utf-8", "replace")).hexdigest()
