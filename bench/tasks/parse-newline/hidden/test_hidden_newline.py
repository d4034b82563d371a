import pytest

import parse


@pytest.mark.parametrize("text", ["test\n", "one\ntwo\n", "\n", "a\n\n", "a", "a\r\n"])
def test_everything_is_kept(text):
    assert parse.parse("{}", text)[0] == text


def test_a_named_field_at_the_end():
    assert parse.parse("x={rest}", "x=1\n")["rest"] == "1\n"


def test_what_the_format_does_not_have_is_no_match():
    assert parse.parse("done", "done\n") is None
    assert parse.parse("{:d}", "12\n") is None


def test_a_line_feed_in_the_format():
    assert parse.parse("{}\n", "a\n")[0] == "a"
    assert parse.parse("{}\n{}\n", "a\nb\n").fixed == ("a", "b")
    assert parse.parse("a\n", "a\n") is not None


def test_round_trip():
    text = "name: {}\nvalue: {}".format("x", "y\n")
    assert parse.parse("name: {}\nvalue: {}", text).fixed == ("x", "y\n")


def test_compiled_and_found():
    assert parse.compile("{}").parse("a\n")[0] == "a\n"
    assert parse.search("b{}", "ab1\n") is not None
    assert [found[0] for found in parse.findall(">{}<", ">a<\n>b<\n")] == ["a", "b"]
