"""The cellar: all lots, and who may have what of them."""

from collections.abc import Iterable
from datetime import date

from cellar.errors import Shortage, UnknownArticle
from cellar.lot import Lot
from cellar.order import Line, Order
from cellar.reservation import Part, Reservation


class Cellar:
    """All lots of the shop.

    Args:
        lots: what lies on the shelves.
        margin: days that a bottle must keep after it was sold.
    """

    def __init__(self, lots: Iterable[Lot] = (), margin: int = 0) -> None:
        self._lots = {lot.number: lot for lot in lots}
        self._reservations: dict[int, Reservation] = {}
        self.margin = margin

    def deliver(self, lot: Lot) -> None:
        """A lot comes in."""
        if lot.number in self._lots:
            raise ValueError(f"lot {lot.number} is there already")
        self._lots[lot.number] = lot

    def articles(self) -> list[str]:
        """Everything that we ever had, by name."""
        return sorted({lot.article for lot in self._lots.values()})

    def free(self, article: str, on: date) -> int:
        """Bottles of an article that can be promised on a day."""
        return sum(lot.free for lot in self._sellable(article, on))

    def reserve(self, order: Order, on: date) -> Reservation:
        """Set aside everything that an order asks for.

        Args:
            order: what is wanted.
            on: the day of the sale.

        Returns:
            The reservation; it is kept until it is released or taken.

        Raises:
            UnknownArticle: there never was such an article.
            Shortage: there is too little of one.
        """
        reservation = Reservation(order.number)
        self._reservations[order.number] = reservation
        for line in order.lines:
            self._fill(reservation, line, on)
        return reservation

    def reservation(self, number: int) -> Reservation | None:
        """The open reservation of an order."""
        found = self._reservations.get(number)
        return found if found is not None and found.open else None

    def waiting(self) -> list[int]:
        """Numbers of the orders that have something set aside."""
        return sorted(number for number, one in self._reservations.items() if one.open)

    def _fill(self, reservation: Reservation, line: Line, on: date) -> None:
        """Set aside what a line asks for, from the lots that expire first."""
        missing = line.quantity
        for lot in self._sellable(line.article, on):
            quantity = min(missing, lot.free)
            if quantity:
                lot.set_aside(quantity)
                reservation.parts.append(Part(lot, quantity))
                missing -= quantity
            if not missing:
                return
        raise Shortage(line.article, line.quantity, line.quantity - missing)

    def _sellable(self, article: str, on: date) -> list[Lot]:
        """Lots of an article that may be sold, the first to expire in front."""
        lots = [lot for lot in self._lots.values() if lot.article == article]
        if not lots:
            raise UnknownArticle(article)
        last = date.fromordinal(on.toordinal() + self.margin)
        kept = [lot for lot in lots if lot.sellable(last)]
        return sorted(kept, key=lambda lot: (lot.best_before is None, lot.best_before or date.max, lot.number))
