import pytest

from weft import Hyphenator


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("nation", ["na", "tion"]),
        ("government", ["gover", "n", "ment"]),
        ("prelude", ["pre", "lude"]),
        ("singing", ["sing", "ing"]),
        ("cat", ["cat"]),
        ("", [""]),
    ],
)
def test_parts(word, parts):
    assert Hyphenator().parts(word) == parts


def test_the_case_of_a_word_does_not_matter():
    assert Hyphenator().parts("NATION") == ["NA", "TION"]


def test_short_ends_stay():
    assert Hyphenator(["1a", "1b"], left=1, right=1).parts("aab") == ["a", "a", "b"]
    assert Hyphenator(["1a", "1b"], left=2, right=2).parts("aaab") == ["aa", "ab"]
