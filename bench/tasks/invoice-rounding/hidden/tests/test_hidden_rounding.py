import ast
from decimal import Decimal as D
from pathlib import Path

import pytest

import invoicer
from invoicer import Line
from invoicer.discount import discount, spread
from invoicer.payment import early_payment, reminder_fee
from invoicer.rounding import round_money
from invoicer.tax import taxes

MODULES = {path.stem: path.read_text() for path in Path(invoicer.__file__).parent.glob("*.py")}


@pytest.mark.parametrize(
    ("amount", "up", "even"),
    [("0.005", "0.01", "0.00"), ("0.015", "0.02", "0.02"), ("-0.005", "-0.01", "0.00"), ("2.675", "2.68", "2.68"),
     ("2.665", "2.67", "2.66"), ("7", "7.00", "7.00"), ("1.0049", "1.00", "1.00")],
)
def test_rounding(amount, up, even):
    assert round_money(D(amount)) == round_money(D(amount), half="up") == D(up)
    assert round_money(D(amount), half="even") == D(even)
    assert str(round_money(D(amount))) == up


@pytest.mark.parametrize("half", ["down", "", "UP", None])
def test_other_ways_are_refused(half):
    with pytest.raises(ValueError):
        round_money(D(1), half=half)


@pytest.mark.parametrize("name", ["lines", "discount", "tax", "payment"])
def test_each_module_uses_it(name):
    used = [node for node in ast.walk(ast.parse(MODULES[name])) if isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "round_money"]
    assert used


def test_nobody_else_quantizes():
    places = [name for name, text in MODULES.items() for node in ast.walk(ast.parse(text))
              if isinstance(node, ast.Attribute) and node.attr == "quantize"]
    assert set(places) == {"rounding"}


def test_tax_stays_half_to_even():
    assert taxes([Line("a", D(1), D("0.50"), D(1))]) == {D(1): D("0.00")}
    assert taxes([Line("a", D(1), D("1.50"), D(1))]) == {D(1): D("0.02")}
    assert taxes([Line("a", D(1), D("2.50"), D(1))]) == {D(1): D("0.02")}


def test_the_rest_stays_half_up():
    assert Line("a", D("0.5"), D("0.05")).amount == D("0.03")
    assert Line("a", D("-0.5"), D("0.05")).amount == D("-0.03")
    assert discount([Line("a", D(1), D("501.00"))]) == D("7.52")
    assert spread([Line("a", D(1), D("167.00")), Line("b", D(1), D("334.00"))]) == [D("2.51"), D("5.01")]
    assert early_payment(D("0.25"), D(50)) == D("0.13")
    assert reminder_fee(D("36.50"), 5, D(1)) == D("0.01")
