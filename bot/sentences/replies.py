"""Answers to commands. Each is one comment."""

from datetime import date

from bot.sentences.harmless import one_line
from bot.words.pressure import Pressure, Turned

_HELP = """\
I turn an issue into a draft pull request that carries its own proof. People with write access can ask me:

| Say | Where | What happens |
|---|---|---|
| the label `intern` | an issue | I work on it. `.github/intern.yml` can name another label. |
| `/intern start` | an issue | The same, without the label. |
| `/intern refine <what to change>` | a pull request of mine | I change it and prove it again. |
| `/intern stop` | an issue, or a pull request of mine | I stop within seconds. So I do when the label is taken \
off that began the work, or the issue is closed. |
| `/intern retry` | the same | The same again, after it ended without success. |
| `/intern status` | the same | Where I am, or how it ended. |
| `/intern help` | anywhere | This answer. |

A command stands at the start of a line, outside of quotes and code. I open a pull request only when new \
tests fail without the change and pass with it, and nothing else broke."""


def help_text() -> str:
    """What a person with write access can say, and what comes of it."""
    return _HELP


def not_taken_up(why: str) -> str:
    """A command that failed by no fault of the person's; `why` is a line of an error of ours."""
    line = one_line(why, 300).rstrip(".")
    return f"**Something went wrong on my side, so I did not get to it.** {line}. Ask me again a little later."


def hint(hint: str) -> str:
    """A command that could not be read; `hint` says what to do."""
    line = one_line(hint, 500) or "I don't know that command."
    return line if "/intern help" in line else f"{line} Say `/intern help` to see what I understand."


def label_on_pull_request() -> str:
    """The start command or the label, on a pull request."""
    return (
        "This is a pull request, and I start from issues. Open an issue that says what should change and ask "
        "me there. To change a pull request of mine, comment `/intern refine <what to change>` on it."
    )


def refine_needs_pull_request() -> str:
    """The refine command, on an issue."""
    return (
        "I refine pull requests, and this is an issue. Comment `/intern refine <what to change>` on the pull "
        "request that I opened for it. If there is none yet, say `/intern start` here."
    )


def not_my_pull_request() -> str:
    """The refine command, on somebody else's pull request."""
    return (
        "I didn't open this pull request, or its branch lies in a fork, so I leave it alone. "
        "I refine only what I opened myself."
    )


def turned_away(why: Turned, pressure: Pressure, tomorrow: date) -> str:
    """A wish that nothing comes of now; said once, however often it is repeated."""
    match why:
        case Turned.BUSY:
            return already_working()
        case Turned.PERSON:
            when = f"{tomorrow.isoformat()} 00:00 UTC"
            asked = f"{pressure.person_day} time" + ("s" if pressure.person_day != 1 else "")
            return f"You have asked me {asked} today, and I take no more from one person; ask again after {when}."
        case Turned.REPOSITORY:
            beside = f" and {pressure.waiting} waiting" if pressure.waiting else ""
            return (
                f"This repository has a job at work{beside}, and I take no more; ask again when one of them has ended."
            )


def nothing_to_repeat() -> str:
    """The retry command, on an issue that nothing was asked for."""
    return "There is nothing to try again: nobody has asked me to work on this issue yet. Say `/intern start`."


def no_refinement_to_repeat() -> str:
    """The retry command, on a pull request whose last refinement succeeded, or that has had none."""
    return (
        "There is no refinement here that ended without success. To have something changed, say "
        "`/intern refine <what to change>`."
    )


def already_proposed(number: int) -> str:
    """The retry command, while the pull request is open that came of it."""
    return (
        f"Pull request #{number} is open for this issue. Ask for changes there with `/intern refine <what to change>`, "
        "or close it and try again."
    )


def already_working() -> str:
    """A second request while a job for the same issue runs."""
    return "I am at work on this issue already. Ask again when that has ended; the status comment tells."
