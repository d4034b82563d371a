"""Why a job was stopped, and what is said of it where the job itself can't say anything."""

from bot.sentences.harmless import inline_code, one_line
from bot.words.events import Left, Lost

_LEFT = {
    Left.CLOSED: "closed the issue",
    Left.DELETED: "deleted the issue",
    Left.TRANSFERRED: "moved the issue to another repository",
}
_LOST = {
    Lost.UNINSTALLED: "The App was uninstalled.",
    Lost.SUSPENDED: "The App was suspended.",
    Lost.REMOVED: "The repository was taken from the App.",
    Lost.DELETED: "The repository was deleted.",
    Lost.ARCHIVED: "The repository was archived.",
}


def commanded(login: str) -> str:
    """Somebody gave the command."""
    return f"{one_line(login, 100)} said `/intern stop`."


def label_taken_off(login: str) -> str:
    """Somebody took off the label that began it."""
    return f"{one_line(login, 100)} took the label off."


def label_again() -> str:
    """The label was taken off and put on again, so another job begins."""
    return "The label was taken off, and put on again."


def issue_left(login: str, how: Left) -> str:
    """The issue was closed, or went."""
    return f"{one_line(login, 100)} {_LEFT[how]}."


def pull_closed(*, merged: bool) -> str:
    """The pull request that was to be refined is closed."""
    return f"The pull request was {'merged' if merged else 'closed'}."


def access_lost(how: Lost) -> str:
    """We can't work there any more; only a log shows this."""
    return _LOST[how]


def never_begins(why: str, requesters: tuple[str, ...]) -> str:
    """What waited was stopped; `requesters` are the logins of those who asked for it."""
    whose = " and ".join(dict.fromkeys(inline_code(login) for login in requesters))
    return f"**Stopped before it began.** {why} {whose} asked for it. To start over, ask again."


def nothing_to_stop() -> str:
    """The command came when nothing was at work or waiting."""
    return "Nothing of mine is at work or waiting here, so there is nothing to stop."


def elsewhere() -> str:
    """A command about jobs, to an Action, which remembers none."""
    return (
        "I run as a GitHub Action here and remember nothing from one run to the next. The status comment and the "
        "*Actions* tab say where I am, cancelling the run there stops me, and `/intern start` begins again."
    )
