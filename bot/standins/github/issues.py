"""Issues, comments, reactions, labels and what happened to them, as the stand-in remembers them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.standins.github.accounts import Account

if TYPE_CHECKING:
    from bot.standins.github.repositories import Repository


@dataclass(eq=False)
class Label:
    """A label of a repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str = ""


@dataclass(eq=False)
class Reaction:
    """One reaction; `content` is "+1", "eyes", ..."""

    id: int
    content: str
    by: Account
    created: float


@dataclass(eq=False)
class Comment:
    """A comment in the conversation of an issue or a pull request.

    Attributes:
        app: whether it was made through an App.
        edits: every earlier text, the oldest first.
    """

    id: int
    issue: "Issue"
    by: Account
    body: str
    created: float
    updated: float
    app: bool = False
    reactions: list[Reaction] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Happening:
    """One entry of an issue's history: `event` is "labeled", "unlabeled", "locked", "renamed", ...

    Attributes:
        detail: what the event carries beside its actor (`label`, `rename`, ...).
    """

    id: int
    event: str
    by: Account
    created: float
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(eq=False)
class Issue:
    """An issue; a pull request is one too."""

    id: int
    number: int
    repository: "Repository"
    title: str
    body: str | None
    by: Account
    created: float
    updated: float
    app: bool = False
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    closed: float | None = None
    closed_by: Account | None = None
    locked: bool = False
    labels: list[Label] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    history: list[Happening] = field(default_factory=list)

    @property
    def pull(self) -> "Pull | None":
        """The same thing as a pull request, if it is one."""
        return self if isinstance(self, Pull) else None

    def labeled(self, name: str) -> bool:
        """Whether it carries a label of that name (GitHub ignores case)."""
        return any(label.name.lower() == name.lower() for label in self.labels)


@dataclass(eq=False)
class ReviewComment:
    """A comment on a line of a pull request's diff."""

    id: int
    pull: "Pull"
    review: int
    by: Account
    body: str
    path: str
    line: int
    commit: str
    created: float
    answers: int | None = None
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(eq=False)
class Review:
    """A submitted review; `state` is "APPROVED", "CHANGES_REQUESTED" or "COMMENTED"."""

    id: int
    pull: "Pull"
    by: Account
    body: str
    state: str
    commit: str
    submitted: float


@dataclass(eq=False, kw_only=True)
class Pull(Issue):
    """A pull request from one branch to another of the same repository."""

    head: str
    base: str
    draft: bool
    head_sha: str
    base_sha: str
    merged: float | None = None
    merged_by: Account | None = None
    merge_commit: str | None = None
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[ReviewComment] = field(default_factory=list)

    def follow(self) -> None:
        """Take over where its branches point to now; a deleted branch leaves it as it was."""
        if self.state == "open":
            self.head_sha = self.repository.git.resolve(f"refs/heads/{self.head}") or self.head_sha
            self.base_sha = self.repository.git.resolve(f"refs/heads/{self.base}") or self.base_sha
