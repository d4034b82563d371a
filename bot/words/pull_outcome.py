"""PullOutcome: what people made of a pull request of ours. The last word on how good a proven patch was."""

from bot.words.value import Value


class PullOutcome(Value):
    """A pull request that was merged or closed.

    Attributes:
        repository: the repository's id.
        name: "owner/name", as it was then.
        pull: number of the pull request.
        issue: number of its issue.
        job: id of the job that pushed to it last.
        merged: whether it was merged; else it was closed without.
        edited: whether somebody else pushed to its branch after that job.
        commit: SHA of the commit on the base branch that brought it; "" where it was not merged.
        closed: when, in ISO 8601 UTC.
    """

    repository: int
    name: str
    pull: int
    issue: int
    job: str
    merged: bool
    edited: bool
    commit: str = ""
    closed: str = ""
