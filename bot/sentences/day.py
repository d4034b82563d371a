"""What a day's budget has left, for a reader."""

from datetime import date

from bot.decisions.admission.day_budget import Part
from bot.words.day import DayBudget, DayUsage, Today

_PARTS = {
    "jobs": "{used:,.0f} of {limit:,.0f} jobs",
    "minutes": "{used:.0f} of {limit:g} minutes",
    "calls": "{used:,.0f} of {limit:,.0f} model calls",
    "tokens": "{used:,.0f} of {limit:,.0f} tokens",
    "money": "${used:.2f} of ${limit:.2f}",
}
_WORDS = {"jobs": "jobs", "minutes": "minutes", "calls": "model calls", "tokens": "tokens", "money": "money"}


def day_spent(part: Part, tomorrow: date, *, whole: bool) -> str:
    """Say "This repository has used 20 of 20 jobs today; ask again after 2026-11-27 00:00 UTC.".

    Of all repositories together no amount is told: a public one's readers need not know what private ones spend.
    """
    nearly = part.name == "tokens" and part.used < part.limit
    if whole:
        none = f"too few {part.name} left today for the next prompt" if nearly else f"no {_WORDS[part.name]} left today"
        said = f"All repositories together have {none}"
    else:
        how = _PARTS[part.name].format(used=part.used, limit=part.limit)
        said = f"This repository has used {how} today{' and the next prompt needs more' if nearly else ''}"
    return f"{said}; ask again after {tomorrow.isoformat()} 00:00 UTC."


def told_today(today: Today | None) -> str:
    """A line of the status comment: the repository's own day; "" where no days are counted."""
    return f"This repository today: {_told(today.usage, today.budget)}" if today else ""


def _told(usage: DayUsage, budget: DayBudget) -> str:
    return " · ".join(
        text.format(used=getattr(usage, name), limit=getattr(budget, name)) for name, text in _PARTS.items()
    )
