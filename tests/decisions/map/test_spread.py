"""Spread: relevance flows along references."""

import pytest

from bot.decisions.map.spread import both_ways, spread


def test_what_a_hit_refers_to_becomes_likelier_than_what_it_does_not() -> None:
    hit, used, far, alone = spread([{1: 1.0}, {2: 1.0}, {}, {}], [1, 0, 0, 0])
    assert hit > used > far > alone == 0


def test_heavier_references_carry_more() -> None:
    _, heavy, light = spread([{1: 3.0, 2: 1.0}, {}, {}], [1, 0, 0])
    assert heavy == pytest.approx(3 * light)


def test_the_scores_add_up_to_one() -> None:
    assert sum(spread([{1: 1.0}, {0: 0.5, 2: 2.0}, {}], [3, 1, 0])) == pytest.approx(1)
    assert spread([{}, {}], [0, 0]) == [0, 0]


def test_users_are_reached_backwards() -> None:
    graph = both_ways([{1: 1.0}, {}], 0.5)
    assert graph == [{1: 1.0}, {0: 0.5}]
    assert spread(graph, [0, 1])[0] > 0


def test_the_order_of_references_does_not_matter() -> None:
    assert spread([{1: 0.1, 2: 0.2}, {}, {}], [1, 1, 1]) == spread([{2: 0.2, 1: 0.1}, {}, {}], [1, 1, 1])
