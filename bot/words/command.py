"""Command: what a person typed after `/intern`."""

from bot.words.value import Value


class Start(Value):
    """Solve this issue (the label, or `/intern start`)."""


class Refine(Value):
    """Change the pull request: `/intern refine <request>`."""

    request: str


class Stop(Value):
    """End the work on this issue or pull request: `/intern stop`."""


class Retry(Value):
    """The same wish again, after it ended without success: `/intern retry`."""


class Status(Value):
    """Say where the work here stands: `/intern status`."""


class Help(Value):
    """Say what can be said: `/intern help`."""


class Unknown(Value):
    """A word after `/intern` that means nothing, or a command without what it needs; `hint` says what to do."""

    word: str
    hint: str


Command = Start | Refine | Stop | Retry | Status | Help | Unknown
