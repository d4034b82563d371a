"""Place: where a local job's files are, so that they can be read again."""

from bot.words.value import Value


class Place(Value):
    """A directory, or a commit of its git history.

    Attributes:
        root: absolute path; "" when the files are nowhere on this machine.
        commit: SHA in the history of `root`; "" for the files that lie there.
    """

    root: str = ""
    commit: str = ""
