"""What a day's budget has left, for a reader."""

from datetime import date

from bot.decisions.day_budget import Part
from bot.words.day import DayBudget, DayUsage, Today

_PARTS = {
    "jobs": "{used:,.0f} of {limit:,.0f} jobs",
    "minutes": "{used:.0f} of {limit:g} minutes",
    "calls": "{used:,.0f} of {limit:,.0f} model calls",
    "tokens": "{used:,.0f} of {limit:,.0f} tokens",
    "money": "${used:.2f} of ${limit:.2f}",
}


def day_spent(part: Part, tomorrow: date, *, whole: bool) -> str:
    """Say "This repository has used 20 of 20 jobs today; ask again after 2026-11-27 00:00 UTC."."""
    who = "All repositories together have" if whole else "This repository has"
    how = _PARTS[part.name].format(used=part.used, limit=part.limit)
    nearly = " and the next prompt needs more" if part.name == "tokens" and part.used < part.limit else ""
    return f"{who} used {how} today{nearly}; ask again after {tomorrow.isoformat()} 00:00 UTC."


def told_today(today: Today | None) -> str:
    """Two lines of the status comment; "" where no days are counted."""
    if today is None:
        return ""
    own = f"This repository today: {_told(today.usage, today.budget)}"
    return f"{own}\nAll repositories today: {_told(today.whole_usage, today.whole_budget)}"


def _told(usage: DayUsage, budget: DayBudget) -> str:
    return " · ".join(
        text.format(used=getattr(usage, name), limit=getattr(budget, name)) for name, text in _PARTS.items()
    )
