from decimal import Decimal

import pytest

from statements.money import format_amount, parse_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,250.00", "1250.00"), ("-4.60", "-4.60"), ("(4.60)", "-4.60"), ("EUR 12", "12.00"), ("+3.5", "3.50")],
)
def test_points(text, amount):
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(("text", "amount"), [("1.250,00", "1250.00"), ("-4,60 €", "-4.60"), ("80,00", "80.00")])
def test_commas(text, amount):
    assert parse_amount(text, "comma") == Decimal(amount)


def test_nothing_is_no_amount():
    with pytest.raises(ValueError, match="missing"):
        parse_amount("  ")


def test_format():
    assert format_amount(Decimal("-1250")) == "-1,250.00"
    assert format_amount(Decimal("-1250"), "comma") == "-1.250,00"
