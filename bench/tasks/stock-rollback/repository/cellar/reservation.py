"""Reservations: which bottles are set aside for which order."""

from dataclasses import dataclass, field

from cellar.lot import Lot


@dataclass(frozen=True)
class Part:
    """Bottles of one lot."""

    lot: Lot
    quantity: int


@dataclass
class Reservation:
    """What is set aside for one order.

    Attributes:
        order: number of the order.
        parts: by lot, in the order in which they were found.
        open: whether it was neither released nor taken yet.
    """

    order: int
    parts: list[Part] = field(default_factory=list)
    open: bool = True

    def quantity_of(self, article: str) -> int:
        """How many bottles of an article are set aside."""
        return sum(part.quantity for part in self.parts if part.lot.article == article)

    def release(self) -> None:
        """Give everything back."""
        self._close()
        for part in self.parts:
            part.lot.give_back(part.quantity)

    def take(self) -> None:
        """The parcel leaves."""
        self._close()
        for part in self.parts:
            part.lot.take(part.quantity)

    def _close(self) -> None:
        if not self.open:
            raise ValueError(f"the reservation of order {self.order} was closed before")
        self.open = False
