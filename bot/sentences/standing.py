"""Where the work on an issue stands: the answer to `/intern status`."""

from bot.sentences.harmless import inline_code
from bot.sentences.spending import spending
from bot.words.progress import Progress, State


def at_work(requester: str, progress: Progress | None) -> str:
    """A job is at work; `progress` where it is known."""
    asked = f"{inline_code(requester)} asked for it."
    if progress is None:
        return f"**I am at work on this.** {asked}"
    running = next((line.phase.value for line in progress.lines if line.state is State.RUNNING), "")
    where = f": {running[0].lower()}{running[1:]}" if running else ""
    return f"**I am at work on this{where}.** {spending(progress)}. {asked}"


def stopping(requester: str) -> str:
    """A job was stopped and ends now."""
    return f"**I am stopping the work that {inline_code(requester)} asked for.**"


def waiting(requester: str, before: int) -> str:
    """A job waits; `before` jobs of the repository come first."""
    if before:
        line = f"{before} job{'' if before == 1 else 's'} of this repository come{'s' if before == 1 else ''} first."
    else:
        line = "It is the next one of this repository; other repositories' jobs are at work now."
    return f"**This waits.** {line} {inline_code(requester)} asked for it."


def ended(sentence: str) -> str:
    """Nothing is at work; `sentence` is the first paragraph of the last word."""
    last = sentence or "The last job ended without a word; whoever runs me finds more in the log."
    return f"Nothing of mine is at work or waiting here. This is how the last job ended:\n\n{last}"


def nothing() -> str:
    """There never was a job here, or it is long ago."""
    return "Nobody has asked me for anything here that I know of. `/intern help` says what I understand."
