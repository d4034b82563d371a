from decimal import Decimal as D

import pytest

from invoicer import Invoice, Line
from invoicer.discount import discount, percent_for, spread
from invoicer.payment import early_payment, instalments, reminder_fee
from invoicer.tax import taxes


def test_lines_are_rounded_away_from_zero():
    assert Line("wood", D("0.5"), D("0.01")).amount == D("0.01")
    assert Line("wood", D("-0.5"), D("0.01")).amount == D("-0.01")


@pytest.mark.parametrize(("total", "percent"), [("499.99", "0"), ("500", "1.5"), ("1000", "3"), ("99999", "5")])
def test_steps(total, percent):
    assert percent_for(D(total)) == D(percent)


def test_discounts_add_up():
    lines = [Line("a", D(1), D("333.33")), Line("b", D(1), D("333.33")), Line("c", D(1), D("333.35"))]
    assert sum(spread(lines)) == discount(lines) == D("30.00")


def test_tax_by_rate():
    assert taxes([Line("a", D(1), D(100)), Line("b", D(1), D(50), D(7))]) == {D(7): D("3.50"), D(19): D("19.00")}


def test_instalments():
    assert instalments(D("100.00"), 3) == [D("33.33"), D("33.33"), D("33.34")]
    with pytest.raises(ValueError, match="one part"):
        instalments(D(1), 0)


def test_early_and_late():
    assert early_payment(D("119.00"), D(2)) == D("116.62")
    assert reminder_fee(D("1000"), 30) == D("7.40")
    assert reminder_fee(D("1"), 30) == D("0.04")


def test_the_whole():
    invoice = Invoice("2024-017", (Line("hours", D("7.5"), D(68)), Line("wood", D("2.25"), D("31.40"))))
    assert invoice.net == D("571.94")
    assert invoice.total == D("680.61")
    assert invoice.text().splitlines()[-1].split() == ["total", "680.61"]
