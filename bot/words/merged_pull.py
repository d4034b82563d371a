"""MergedPull: a pull request that was merged, as a repository's history tells of it."""

from bot.words.value import Value


class MergedPull(Value):
    """A pull request that was merged.

    Attributes:
        number: of the pull request.
        title: of the pull request.
        body: its text.
        commit: SHA of the commit that brought it into the base branch.
    """

    number: int
    title: str
    body: str
    commit: str
