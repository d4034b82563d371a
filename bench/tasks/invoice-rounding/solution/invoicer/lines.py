"""Lines of an invoice."""

from dataclasses import dataclass
from decimal import Decimal

from invoicer.rounding import round_money


@dataclass(frozen=True)
class Line:
    """So much of something.

    Attributes:
        text: what it is.
        quantity: hours, pieces, kilograms; negative for a return.
        price: of one.
        rate: tax rate in percent.
    """

    text: str
    quantity: Decimal
    price: Decimal
    rate: Decimal = Decimal(19)

    @property
    def amount(self) -> Decimal:
        """Quantity times price, in cents."""
        return round_money(self.quantity * self.price)
