"""Rounding to cents: the only place that knows how."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
WAYS = {"up": ROUND_HALF_UP, "even": ROUND_HALF_EVEN}


def round_money(amount: Decimal, *, half: str = "up") -> Decimal:
    """An amount in whole cents.

    Args:
        amount: any amount.
        half: where half a cent goes: "up" is away from zero, "even" to the even neighbour.

    Raises:
        ValueError: `half` is something else.
    """
    if half not in WAYS:
        raise ValueError(f"half must be one of {', '.join(WAYS)}, not {half!r}")
    return amount.quantize(CENT, rounding=WAYS[half])
