"""Lots: what came in one delivery."""

from dataclasses import dataclass
from datetime import date


@dataclass
class Lot:
    """Bottles of one article that came together.

    Attributes:
        number: identity of the lot.
        article: what it is.
        quantity: bottles that lie on the shelf.
        reserved: those of them that are set aside for orders.
        best_before: the last day on which it may be sold; None for what keeps.
    """

    number: int
    article: str
    quantity: int
    reserved: int = 0
    best_before: date | None = None

    @property
    def free(self) -> int:
        """Bottles that can be promised to somebody."""
        return self.quantity - self.reserved

    def sellable(self, on: date) -> bool:
        """Whether it may be sold on that day."""
        return self.best_before is None or on <= self.best_before

    def set_aside(self, quantity: int) -> None:
        """Reserve bottles of this lot."""
        if not 0 < quantity <= self.free:
            raise ValueError(f"lot {self.number}: {quantity} of {self.free} can't be set aside")
        self.reserved += quantity

    def give_back(self, quantity: int) -> None:
        """Undo a reservation."""
        if not 0 < quantity <= self.reserved:
            raise ValueError(f"lot {self.number}: {quantity} of {self.reserved} can't be given back")
        self.reserved -= quantity

    def take(self, quantity: int) -> None:
        """Bottles that were reserved leave the shelf."""
        self.give_back(quantity)
        self.quantity -= quantity
