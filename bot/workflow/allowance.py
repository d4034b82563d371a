"""Allowance: what a piece of work may still spend."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.engine.account import NO_ACCOUNT, Account
from bot.words.budget import Budget, Usage


@dataclass(frozen=True)
class Allowance:
    """What is left when a piece of work begins, and how to learn that the job was stopped.

    Attributes:
        budget: of the job's own budget; no more minutes than the day has left.
        stopped: whether the job was stopped.
        account: the day's, which every call has to pass as well.
    """

    budget: Budget
    stopped: Callable[[], bool]
    account: Account = NO_ACCOUNT

    @classmethod
    def left(
        cls, budget: Budget, usage: Usage, minutes: float, stopped: Callable[[], bool], account: Account
    ) -> "Allowance":
        """The budget less what was spent; never below zero."""
        return cls(
            budget.model_copy(
                update={
                    "calls": max(0, budget.calls - usage.calls),
                    "tokens": max(0, budget.tokens - usage.tokens),
                    "money": max(0.0, budget.money - usage.money),
                    "minutes": max(0.0, min(budget.minutes - minutes, account.minutes())),
                }
            ),
            stopped,
            account,
        )
