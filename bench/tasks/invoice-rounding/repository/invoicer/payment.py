"""How an invoice is paid."""

from decimal import ROUND_HALF_UP, Decimal


def instalments(total: Decimal, number: int) -> list[Decimal]:
    """Equal parts; the last one takes what is left over."""
    if number < 1:
        raise ValueError("an invoice is paid in at least one part")
    part = Decimal(int(total / number * 100)) / 100
    return [part] * (number - 1) + [total - part * (number - 1)]


def early_payment(total: Decimal, percent: Decimal) -> Decimal:
    """What is to be paid by who pays within ten days."""
    reduced = total - total * percent / 100
    return reduced.quantize(Decimal(".01"), rounding=ROUND_HALF_UP)


def reminder_fee(total: Decimal, days: int, yearly: Decimal = Decimal(9)) -> Decimal:
    """Interest for so many days, at least a cent for each whole week."""
    interest = total * yearly / 100 * days / 365
    fee = interest.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return max(fee, Decimal(days // 7) / 100)
