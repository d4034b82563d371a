"""Tax by rate."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from invoicer.discount import spread
from invoicer.lines import Line
from invoicer.rounding import round_money

HUNDRED = Decimal(100)


def taxes(lines: Iterable[Line]) -> dict[Decimal, Decimal]:
    """The tax of each rate, on the sum after the discount; the lowest rate first."""
    kept = list(lines)
    sums: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line, less in zip(kept, spread(kept)):
        sums[line.rate] += line.amount - less
    return {rate: round_money(sums[rate] * rate / HUNDRED, half="even") for rate in sorted(sums)}
