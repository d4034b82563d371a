"""Values that only the GitHub worker makes."""

from bot.words.job import Repository
from bot.words.value import Value


class Details(Value):
    """A repository as GitHub describes it now.

    Attributes:
        repository: with its present name and default branch.
        archived: read-only for everybody.
        disabled: switched off by GitHub.
        fork: a copy of another one.
        size: kilobytes of its git data; 0 for an empty one, or a new one not measured yet.
    """

    repository: Repository
    archived: bool
    disabled: bool
    fork: bool
    size: int
