"""A repository with everything that belongs to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.standins.github.accounts import WRITERS, Account, Role
from bot.standins.github.git import Commit, Entry, Git
from bot.standins.github.issues import Comment, Issue, Label, Pull, ReviewComment


@dataclass(eq=False)
class CheckRun:
    """A check run of an App; `fields` holds what was sent, by GitHub's names."""

    id: int
    head: str
    suite: int
    started: float
    fields: dict[str, object]
    annotations: list[dict[str, object]] = field(default_factory=list)


@dataclass(eq=False)
class Status:
    """A commit status of another service; `state` is "success", "failure", "error" or "pending"."""

    id: int
    sha: str
    context: str
    state: str
    description: str
    created: float


@dataclass(eq=False)
class Repository:
    """One repository.

    Attributes:
        roles: role by account id; the owner is always "admin".
        drafts: whether draft pull requests are supported (not on private repositories of free plans).
        actions_open_pulls: the setting "Allow GitHub Actions to create and approve pull requests".
        restricted: refs that a ruleset lets nobody write, as a pattern ("refs/heads/intern/*").
        gone: numbers of issues that were deleted (None) or transferred.
        verified: SHAs of commits that GitHub signed.
        ids: where new numbers come from.
        clock: seconds since 1970.
    """

    id: int
    owner: Account
    name: str
    git: Git
    created: float
    ids: Iterator[int] = field(repr=False)
    clock: Callable[[], float] = field(repr=False)
    private: bool = False
    archived: bool = False
    default_branch: str = "main"
    drafts: bool = True
    actions_open_pulls: bool = True
    restricted: str = ""
    gone: dict[int, Issue | None] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    checks: list[CheckRun] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    verified: set[str] = field(default_factory=set)

    @property
    def full_name(self) -> str:
        """The repository as "owner/name"."""
        return f"{self.owner.login}/{self.name}"

    @property
    def empty(self) -> bool:
        """Whether it has no commit yet."""
        return not self.git.refs()

    @property
    def pulls(self) -> list[Pull]:
        """Every pull request, the oldest first, each up to date with its branches."""
        pulls = [issue for issue in self.issues.values() if isinstance(issue, Pull)]
        for pull in pulls:
            pull.follow()
        return pulls

    @property
    def branches(self) -> dict[str, str]:
        """SHA of the head by the name of the branch."""
        return {ref.removeprefix("refs/heads/"): sha for ref, sha in self.git.refs("refs/heads/").items()}

    @property
    def comments(self) -> list[Comment]:
        """Every comment of every conversation."""
        return [comment for issue in self.issues.values() for comment in issue.comments]

    @property
    def review_comments(self) -> list[ReviewComment]:
        """Every comment on a diff."""
        return [comment for pull in self.pulls for comment in pull.review_comments]

    def issue(self, title: str, body: str | None = "", *, by: Account) -> Issue:
        """A new issue, without a webhook."""
        now = self.clock()
        one = Issue(next(self.ids), self._next_number(), self, title, body, by, now, now)
        self.issues[one.number] = one
        return one

    def pull(
        self,
        title: str,
        body: str | None = "",
        *,
        by: Account,
        head: str,
        base: str = "",
        draft: bool = False,
    ) -> Pull:
        """A new pull request from one branch to another, without a webhook."""
        now, branches, base = self.clock(), self.branches, base or self.default_branch
        number = self._next_number()
        one = Pull(
            next(self.ids),
            number,
            self,
            title,
            body,
            by,
            now,
            now,
            head=head,
            base=base,
            draft=draft,
            head_sha=branches[head],
            base_sha=branches[base],
        )
        self.issues[number] = one
        return one

    def status(self, ref: str, context: str, state: str, description: str = "") -> Status:
        """A commit status that another service gave."""
        one = Status(next(self.ids), self.git.resolve(ref) or ref, context, state, description, self.clock())
        self.statuses.append(one)
        return one

    def _next_number(self) -> int:
        return max([*self.issues, *self.gone], default=0) + 1

    def role(self, account: Account) -> Role:
        """The role of an account here; anybody reads a public repository."""
        if account is self.owner:
            return "admin"
        return self.roles.get(account.id, "none" if self.private else "read")

    def writer(self, account: Account) -> bool:
        """Whether the account may write here."""
        return self.role(account) in WRITERS

    def read(self, ref: str) -> dict[str, bytes]:
        """The files at a branch or commit, from git itself; a symlink is its target, a submodule its SHA."""
        return {path: entry.data for path, entry in self.git.read(ref).items()}

    def entries(self, ref: str) -> dict[str, Entry]:
        """Like `read`, with modes."""
        return self.git.read(ref)

    def log(self, ref: str) -> list[Commit]:
        """The commits that lead to a branch or commit, the newest first."""
        return self.git.log(ref)
