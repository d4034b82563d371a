"""Hints: what an issue's text points at."""

import time

import pytest

from bot.decisions.map.hints import MOST_WORDS, hints_of
from tests.decisions.map.shop import ISSUE


def test_code_counts_more_than_prose_and_parts_of_names_less() -> None:
    words = hints_of("\nThe parser calls `feed` with max_line_size in HTMLWriter").words
    assert words["feed"] == words["max_line_size"] == words["htmlwriter"] > words["parser"]
    assert words["parser"] < words["size"] < words["feed"]
    assert "the" not in words


def test_the_title_counts_twice() -> None:
    words = hints_of("parser breaks\nlexer breaks").words
    assert words["parser"] == 2 * words["lexer"]


def test_names_and_paths_are_found_as_they_are_written() -> None:
    hints = hints_of("See `shop.cart.Cart.total` in (src\\shop\\cart.py:14), ./setup.cfg and https://x.org/a.py.")
    assert "shop.cart.Cart.total" in hints.names
    assert hints.paths == ("src/shop/cart.py", "setup.cfg")


def test_a_message_is_taken_apart_where_it_was_filled_in() -> None:
    assert "no price is known for" in hints_of(ISSUE).quotes
    quotes = hints_of("ValueError: line 3 of 'a.txt' is too long: limit 80").quotes
    assert "is too long" in quotes


def test_an_apostrophe_opens_no_quotation() -> None:
    assert hints_of("It doesn't work and it isn't nice").quotes == ()


def test_an_endless_text_gives_bounded_hints() -> None:
    text = " ".join(f"word{chr(97 + i % 26)}{i}_x a{i}/b{i}.py 'two words {i}'" for i in range(100_000))
    began = time.thread_time()
    hints = hints_of(text)
    assert len(hints.words) <= MOST_WORDS
    assert len(hints.names) <= 2 * MOST_WORDS
    assert len(hints.paths) <= 40
    assert len(hints.quotes) <= 12
    assert time.thread_time() - began < 2


@pytest.mark.parametrize("part", ["'", '"a', "`" * 3, "ValueError: ", "a.", "(" * 200, "1" * 300, "Error: 'x' " * 20])
def test_time_grows_with_the_length_alone(part) -> None:
    began = time.thread_time()
    hints_of(part * (60_000 // len(part)))
    assert time.thread_time() - began < 2


def test_nothing_says_nothing() -> None:
    hints = hints_of("")
    assert (hints.words, hints.paths, hints.frames, hints.quotes) == ({}, (), (), ())
