"""Tax by rate."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from invoicer.discount import spread
from invoicer.lines import Line

HUNDRED = Decimal(100)
PLACES = Decimal("0.01")


def taxes(lines: Iterable[Line]) -> dict[Decimal, Decimal]:
    """The tax of each rate, on the sum after the discount; the lowest rate first."""
    kept = list(lines)
    sums: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line, less in zip(kept, spread(kept)):
        sums[line.rate] += line.amount - less
    return {rate: (sums[rate] * rate / HUNDRED).quantize(PLACES) for rate in sorted(sums)}
