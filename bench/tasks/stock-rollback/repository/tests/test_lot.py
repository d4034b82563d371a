from datetime import date

import pytest

from cellar import Lot


def test_a_bottle_can_be_sold_on_its_last_day():
    lot = Lot(1, "riesling", 6, best_before=date(2024, 5, 1))
    assert lot.sellable(date(2024, 5, 1))
    assert not lot.sellable(date(2024, 5, 2))


def test_reserving_and_taking():
    lot = Lot(1, "riesling", 6)
    lot.set_aside(4)
    assert lot.free == 2
    lot.take(3)
    assert (lot.quantity, lot.reserved, lot.free) == (3, 1, 2)


@pytest.mark.parametrize("quantity", [0, -1, 7])
def test_what_cant_be_set_aside(quantity):
    with pytest.raises(ValueError, match="set aside"):
        Lot(1, "riesling", 6).set_aside(quantity)
