"""Orders, as the shop front sends them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """So many bottles of one article."""

    article: str
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"{self.quantity} bottles can't be ordered")


@dataclass(frozen=True)
class Order:
    """What one customer wants; an article may stand on several lines.

    Attributes:
        number: identity of the order.
        lines: in the order of the basket.
    """

    number: int
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, number: int, basket: Mapping[str, int]) -> "Order":
        """An order from a basket."""
        return cls(number, tuple(Line(article, quantity) for article, quantity in basket.items()))
