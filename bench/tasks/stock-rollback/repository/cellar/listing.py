"""Lists for the people in the shop."""

from datetime import date, timedelta

from cellar.lot import Lot
from cellar.stock import Cellar


def shelf_list(cellar: Cellar, on: date) -> str:
    """One line for each article: its name and how many are free."""
    return "\n".join(f"{article:<24}{cellar.free(article, on):>5}" for article in cellar.articles())


def expiring(lots: list[Lot], on: date, days: int = 14) -> list[Lot]:
    """Lots with free bottles that must be sold within so many days, the most urgent in front."""
    limit = on + timedelta(days=days)
    found = [lot for lot in lots if lot.free and lot.best_before and on <= lot.best_before <= limit]
    return sorted(found, key=lambda lot: (lot.best_before, lot.number))
