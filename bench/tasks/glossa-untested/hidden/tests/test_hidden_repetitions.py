import pytest

from glossa import CatalogueError, merge, parse

FILE = """# the shop
[cart]
empty = Your cart is empty.
items[one] = {count} bottle
items[other] = {count} bottles

EMPTY = Nothing.
"""


def refused(text):
    with pytest.raises(CatalogueError) as caught:
        parse(text, "en")
    return caught.value


def test_the_file_of_the_issue():
    error = refused(FILE)
    assert str(error) == 'line 7: "cart.empty" is there already (line 3)'
    assert error.line == 7


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\na = 1\n",
        "a-b = 1\na_b = 2\n",
        "A.b = 1\n[a]\nb = 2\n",
        "[a]\nb = 1\n[c]\nd = 1\n[a]\nb = 2\n",
        "a =\na = x\n",
    ],
)
def test_the_same_key_however_it_is_written(text):
    assert "is there already (line " in str(refused(text))


def test_the_same_plural_form_twice():
    error = refused("a[one] = 1\na[other] = 2\na[one] = 3\n")
    assert error.line == 3
    assert "(line 1)" in str(error)


def test_lines_that_go_on_are_counted_where_they_begin():
    error = refused("a = one \\\n  two\nb = 1\n\na = 2\n")
    assert error.line == 5
    assert "(line 1)" in str(error)


def test_what_is_no_repetition():
    found = parse("a[one] = 1\na[other] = 2\n[s]\na = 3\n[t]\na = 4\n", "en")
    assert sorted(found) == ["a", "s.a", "t.a"]
    assert found.text("a", count=1) == "1"
    assert found.text("a", count=5) == "2"


def test_a_section_may_come_again():
    assert len(parse("[a]\nb = 1\n[c]\nd = 1\n[a]\ne = 2\n", "en")) == 3


def test_merging_still_lets_the_second_win():
    assert merge(parse("a = 1\n", "en"), parse("a = 2\n", "en")).text("a") == "2"


@pytest.mark.parametrize("text", ["a\n", "[a\n", "1a = 2\n", "a[lots] = 1\n"])
def test_other_errors_are_as_before(text):
    assert refused(text).line == 1
