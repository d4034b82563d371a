"""Amounts of money, as banks write them."""

import re
from decimal import Decimal

CENT = Decimal("0.01")
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "€", "$", "£")

_GROUPED = {
    "point": re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?"),
    "comma": re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?"),
}


def parse_amount(text: str, decimal: str = "point") -> Decimal:
    """Read one amount.

    Args:
        text: "1,250.00", "-4.60", "(4.60)", "EUR 12.00".
        decimal: "point" or "comma": which sign is before the cents.

    Returns:
        The amount with two places; a debit is negative.
    """
    plain = text.strip()
    for currency in CURRENCIES:
        plain = plain.removeprefix(currency).removesuffix(currency).strip()
    sign = ""
    if plain.startswith("(") and plain.endswith(")"):
        sign, plain = "-", plain[1:-1].strip()
    elif plain.startswith(("-", "+")):
        sign, plain = plain[0], plain[1:].strip()
    if _GROUPED[decimal].fullmatch(plain):
        plain = plain.replace("," if decimal == "point" else ".", "")
    if decimal == "comma":
        plain = plain.replace(",", ".")
    if not plain:
        raise ValueError("an amount is missing")
    return Decimal(sign + plain).quantize(CENT)


def format_amount(amount: Decimal, decimal: str = "point") -> str:
    """An amount for people: "1,250.00" or "1.250,00"."""
    text = f"{amount:,.2f}"
    return text if decimal == "point" else text.translate(str.maketrans(",.", ".,"))
