from datetime import date

import pytest

from cellar import Cellar, Line, Lot, Order, Shortage, UnknownArticle

DAY = date(2024, 5, 1)


@pytest.fixture
def cellar():
    return Cellar([Lot(1, "riesling", 6), Lot(2, "riesling", 6), Lot(3, "cider", 10), Lot(4, "port", 1)])


def state(cellar):
    return {article: cellar.free(article, DAY) for article in cellar.articles()}


@pytest.mark.parametrize(
    "lines",
    [
        [("riesling", 13)],
        [("cider", 4), ("riesling", 7), ("port", 2)],
        [("riesling", 7), ("riesling", 6)],
    ],
)
def test_a_shortage_changes_nothing(cellar, lines):
    before = state(cellar)
    with pytest.raises(Shortage):
        cellar.reserve(Order(1, tuple(Line(*line) for line in lines)), DAY)
    assert state(cellar) == before


def test_an_unknown_article_changes_nothing(cellar):
    before = state(cellar)
    with pytest.raises(UnknownArticle):
        cellar.reserve(Order.of(1, {"cider": 4, "beer": 1}), DAY)
    assert state(cellar) == before


def test_a_refused_order_does_not_wait(cellar):
    with pytest.raises(Shortage):
        cellar.reserve(Order.of(1, {"cider": 11}), DAY)
    assert cellar.waiting() == []
    assert cellar.reservation(1) is None


def test_the_next_customer_can_have_it_all(cellar):
    with pytest.raises(Shortage):
        cellar.reserve(Order.of(1, {"riesling": 12, "port": 2}), DAY)
    assert cellar.reserve(Order.of(2, {"riesling": 12}), DAY).quantity_of("riesling") == 12


def test_the_shortage_tells_the_same_numbers(cellar):
    with pytest.raises(Shortage) as caught:
        cellar.reserve(Order.of(1, {"cider": 4, "riesling": 13}), DAY)
    assert (caught.value.article, caught.value.wanted, caught.value.free) == ("riesling", 13, 12)


def test_reservations_of_others_stay(cellar):
    cellar.reserve(Order.of(1, {"cider": 4}), DAY)
    with pytest.raises(Shortage):
        cellar.reserve(Order.of(2, {"cider": 5, "port": 2}), DAY)
    assert cellar.free("cider", DAY) == 6
    assert cellar.reservation(1).quantity_of("cider") == 4
