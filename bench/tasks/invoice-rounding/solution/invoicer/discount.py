"""Discounts."""

from collections.abc import Iterable
from decimal import Decimal

from invoicer.lines import Line
from invoicer.rounding import round_money

#: From this sum on, so many percent; the highest step that is reached counts.
STEPS = ((Decimal(500), Decimal("1.5")), (Decimal(1000), Decimal(3)), (Decimal(5000), Decimal(5)))


def percent_for(total: Decimal) -> Decimal:
    """The discount in percent for a sum."""
    return max((percent for limit, percent in STEPS if total >= limit), default=Decimal(0))


def discount(lines: Iterable[Line]) -> Decimal:
    """What is taken off, as a positive amount."""
    total = sum((line.amount for line in lines), Decimal(0))
    taken = total * percent_for(total) / 100
    return round_money(taken)


def spread(lines: Iterable[Line]) -> list[Decimal]:
    """The discount of each line; together exactly the whole one, the last line takes the difference."""
    kept = list(lines)
    percent = percent_for(sum((line.amount for line in kept), Decimal(0)))
    parts = [round_money(line.amount * percent / 100) for line in kept]
    if parts:
        parts[-1] += discount(kept) - sum(parts)
    return parts
