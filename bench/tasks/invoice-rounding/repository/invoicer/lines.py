"""Lines of an invoice."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


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
        return (self.quantity * self.price).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
