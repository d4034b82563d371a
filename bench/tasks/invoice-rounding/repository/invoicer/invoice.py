"""The whole invoice."""

from dataclasses import dataclass
from decimal import Decimal

from invoicer.discount import discount
from invoicer.lines import Line
from invoicer.tax import taxes


@dataclass(frozen=True)
class Invoice:
    """An invoice.

    Attributes:
        number: "2024-017".
        lines: in their order.
    """

    number: str
    lines: tuple[Line, ...]

    @property
    def net(self) -> Decimal:
        """The sum after the discount."""
        return sum((line.amount for line in self.lines), Decimal(0)) - discount(self.lines)

    @property
    def total(self) -> Decimal:
        """With tax."""
        return self.net + sum(taxes(self.lines).values())

    def text(self) -> str:
        """The invoice as plain text."""
        rows = [f"{line.text:<30}{line.amount:>12}" for line in self.lines]
        if less := discount(self.lines):
            rows.append(f"{'discount':<30}{-less:>12}")
        rows += [f"{f'tax {rate} %':<30}{tax:>12}" for rate, tax in taxes(self.lines).items()]
        return "\n".join([f"Invoice {self.number}", *rows, f"{'total':<30}{self.total:>12}"])
