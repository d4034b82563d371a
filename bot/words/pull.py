"""PullRequest and Pull: what was opened, and what is known of one that is to be refined."""

from bot.words.job import Person
from bot.words.value import Value


class PullRequest(Value):
    """A pull request that was opened (or found)."""

    number: int
    url: str


class Pull(Value):
    """A pull request as it stands now.

    Attributes:
        number: its number.
        open: whether it is open (neither closed nor merged).
        merged: whether it was merged.
        author: who opened it.
        head: SHA of its head commit.
        branch: name of its head branch.
        head_repository: id of the repository that holds the branch; 0 when that is gone. A fork differs.
        base_branch: name of the branch that it is to be merged into.
        merge_base: SHA of the commit where the branch left the base branch.
        title: its title.
        body: its text.
    """

    number: int
    open: bool
    author: Person
    head: str
    branch: str
    head_repository: int
    base_branch: str
    merge_base: str
    title: str = ""
    body: str = ""
    merged: bool = False
