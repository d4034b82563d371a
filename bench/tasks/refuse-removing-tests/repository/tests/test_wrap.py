import pytest

from weft import Hyphenator, justify, wrap


def test_whole_words():
    assert wrap("the quick  brown\nfox", 9) == ["the quick", "brown fox"]
    assert wrap("", 9) == []
    assert wrap("incomprehensible x", 5) == ["incomprehensible", "x"]


def test_divided_words():
    assert wrap("the nation sleeps", 7, Hyphenator()) == ["the na-", "tion", "sleeps"]


def test_no_width():
    with pytest.raises(ValueError, match="two"):
        wrap("a", 1)


def test_justified():
    assert justify("a b c", 8) == "a  b   c"
    assert justify("alone", 8) == "alone"
