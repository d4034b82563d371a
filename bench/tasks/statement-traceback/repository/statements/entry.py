"""One booking."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Entry:
    """A booking of a statement.

    Attributes:
        day: when it was booked.
        text: what the bank wrote.
        amount: positive for money that came in, with exactly two places.
        line: where it stands in the file, from 1.
    """

    day: date
    text: str
    amount: Decimal
    line: int = 0

    @property
    def month(self) -> str:
        """The month as "2024-04"."""
        return f"{self.day:%Y-%m}"
