"""Command: what a person typed after `/intern`."""

from bot.words.value import Value


class Start(Value):
    """Solve this issue (the label, or `/intern start`)."""


class Refine(Value):
    """Change the pull request: `/intern refine <request>`."""

    request: str


class Help(Value):
    """Say what can be said: `/intern help`."""


class Unknown(Value):
    """A word after `/intern` that means nothing, or a command without what it needs; `hint` says what to do."""

    word: str
    hint: str


Command = Start | Refine | Help | Unknown
