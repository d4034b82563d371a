"""Errors say whose fault it is and speak to that person: each message is one line that says what to do."""


class InternError(Exception):
    """The root of the bot's own errors."""


class ConfigurationError(InternError):
    """The operator's fault: a setting is missing or wrong. The program refuses to start (exit code 2)."""


class Refusal(InternError):
    """Nobody's fault: this issue or repository can't be worked on. Shown in the status comment."""


class ModelError(InternError):
    """The model or its server failed for good: unreachable, out of context, or nothing but malformed replies."""


class GitHubError(InternError):
    """GitHub refused or could not be reached after bounded retries."""


class StopWork(BaseException):
    """Work must end now. Not an `Exception`, so that no retry loop of a library can swallow it."""


class BudgetSpent(StopWork):
    """The budget is used up; the message names the part ("12 of 12 model calls")."""


class DaySpent(BudgetSpent):
    """The day's budget is used up, not the job's own; the message is a sentence that says when there is more."""


class Later(StopWork):
    """Nothing is wrong: the same piece of work can be done anew later.

    Attributes:
        until: from when on, in seconds since the epoch.
        patience: seconds that one job may wait in this way in total.
    """

    def __init__(self, message: str, until: float, patience: float) -> None:
        super().__init__(message)
        self.until, self.patience = until, patience


class Cancelled(StopWork):
    """The job was stopped from outside."""


class Broken(StopWork):
    """What the work can't go on without failed for good: a model's server, the sandbox, the database."""
