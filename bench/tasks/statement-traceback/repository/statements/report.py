"""Sums by month and by category."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from statements.entry import Entry

OTHER = "other"


def category_of(entry: Entry, rules: Mapping[str, str]) -> str:
    """The category of the first rule whose word is in the entry's text, whatever its case."""
    text = entry.text.casefold()
    return next((category for word, category in rules.items() if word.casefold() in text), OTHER)


def by_month(entries: Iterable[Entry]) -> dict[str, Decimal]:
    """The sum of each month, in the order of the months."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        sums[entry.month] += entry.amount
    return dict(sorted(sums.items()))


def by_category(entries: Iterable[Entry], rules: Mapping[str, str]) -> dict[str, Decimal]:
    """The sum of each category, the largest debit first."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        sums[category_of(entry, rules)] += entry.amount
    return dict(sorted(sums.items(), key=lambda item: item[1]))
