from datetime import date

import pytest

from cellar import Cellar, Line, Lot, Order, Shortage, UnknownArticle
from cellar.listing import expiring, shelf_list

DAY = date(2024, 5, 1)


def lots():
    return [
        Lot(1, "riesling", 6),
        Lot(2, "riesling", 6, best_before=date(2024, 6, 1)),
        Lot(3, "riesling", 6, best_before=date(2024, 4, 1)),
        Lot(4, "cider", 10, best_before=date(2024, 5, 10)),
    ]


def test_what_expires_first_goes_first():
    reservation = Cellar(lots()).reserve(Order.of(7, {"riesling": 8}), DAY)
    assert [(part.lot.number, part.quantity) for part in reservation.parts] == [(2, 6), (1, 2)]


def test_expired_bottles_are_not_free():
    cellar = Cellar(lots())
    assert cellar.free("riesling", DAY) == 12
    assert Cellar(lots(), margin=10).free("cider", DAY) == 0


def test_a_released_reservation_gives_back():
    cellar = Cellar(lots())
    reservation = cellar.reserve(Order.of(7, {"riesling": 8, "cider": 1}), DAY)
    assert cellar.waiting() == [7]
    reservation.release()
    assert (cellar.free("riesling", DAY), cellar.free("cider", DAY)) == (12, 10)
    assert cellar.reservation(7) is None
    with pytest.raises(ValueError, match="closed"):
        reservation.release()


def test_a_taken_reservation_leaves_the_shelf():
    cellar = Cellar(lots())
    cellar.reserve(Order.of(7, {"cider": 4}), DAY).take()
    assert cellar.free("cider", DAY) == 6


def test_too_little():
    with pytest.raises(Shortage) as caught:
        Cellar(lots()).reserve(Order.of(7, {"riesling": 13}), DAY)
    assert (caught.value.wanted, caught.value.free) == (13, 12)


def test_unknown():
    with pytest.raises(UnknownArticle):
        Cellar(lots()).reserve(Order.of(7, {"beer": 1}), DAY)
    with pytest.raises(ValueError, match="bottles"):
        Line("cider", 0)


def test_lists():
    assert shelf_list(Cellar(lots()), DAY).splitlines() == ["cider" + " " * 22 + "10", "riesling" + " " * 19 + "12"]
    assert [lot.number for lot in expiring(lots(), DAY)] == [4]
