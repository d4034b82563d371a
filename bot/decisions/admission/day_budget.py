"""The day's budget: whether it has something left for what is to be done, and if not, what is used up."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.words.day import DayBudget, DayUsage


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a budget: what it counts, how much of it was used, and how much there is."""

    name: str
    used: float
    limit: float


def spent_for_job(usage: DayUsage, budget: DayBudget) -> Part | None:
    """What keeps another job from being begun; None when nothing does."""
    if usage.jobs >= budget.jobs:
        return Part("jobs", usage.jobs, budget.jobs)
    if 0 < budget.money <= usage.money:
        return Part("money", usage.money, budget.money)
    return next(_without_money(usage, budget, 0), None)


def spent_for_call(usage: DayUsage, budget: DayBudget, characters: int, *, costs: bool) -> Part | None:
    """What keeps a call of the model with so many characters from being made; None when nothing does."""
    if costs and usage.money >= budget.money:
        return Part("money", usage.money, budget.money)
    return next(_without_money(usage, budget, characters // 4), None)


def spent_time(usage: DayUsage, budget: DayBudget) -> Part | None:
    """The minutes, when they are used up."""
    return Part("minutes", usage.minutes, budget.minutes) if usage.minutes >= budget.minutes else None


def _without_money(usage: DayUsage, budget: DayBudget, tokens: int) -> Iterator[Part]:
    if part := spent_time(usage, budget):
        yield part
    if usage.calls >= budget.calls:
        yield Part("calls", usage.calls, budget.calls)
    if usage.tokens + tokens > budget.tokens or usage.tokens >= budget.tokens:
        yield Part("tokens", usage.tokens, budget.tokens)
