import pytest

import parse


def test_a_path():
    result = parse.parse("/users/{user-id}/orders/{order-id}", "/users/17/orders/x-1")
    assert result["user-id"] == "17"
    assert result["order-id"] == "x-1"
    assert result.named == {"user-id": "17", "order-id": "x-1"}


def test_a_type_behind():
    result = parse.parse("{user-id:d} {x-y:.2}", "17 ab")
    assert result is not None
    assert (result["user-id"], result["x-y"]) == (17, "ab")
    assert parse.parse("{user-id:d}", "abc") is None


def test_after_a_dot():
    result = parse.parse("{user.first-name} {user.age}", "ada 36")
    assert (result["user.first-name"], result["user.age"]) == ("ada", "36")


def test_search_and_findall():
    assert parse.search("id={the-id:d};", "x id=5; y")["the-id"] == 5
    assert [found["a-b"] for found in parse.findall("<{a-b}>", "<1><2>")] == ["1", "2"]


@pytest.mark.parametrize(
    "names",
    [
        ("user-id", "user_id", "user.id"),
        ("user_id", "user-id", "user.id"),
        ("user.id", "user_id", "user-id"),
        ("a-b", "a_b"),
        ("a_b", "a-b"),
    ],
)
def test_like_names_are_different_fields(names):
    template = "/".join("{%s}" % name for name in names)
    result = parse.parse(template, "/".join(str(n) for n in range(len(names))))
    assert [result[name] for name in names] == [str(n) for n in range(len(names))]


def test_the_same_name_twice_must_match_twice():
    assert parse.parse("{a-b} {a-b}", "x x")["a-b"] == "x"
    assert parse.parse("{a-b} {a-b}", "x y") is None


def test_other_names_are_as_before():
    assert parse.parse("{a_b} {c.d} {e[f]}", "1 2 3").named == {"a_b": "1", "c.d": "2", "e": {"f": "3"}}
    assert parse.parse("a-b {}", "a-b x")[0] == "x"
    assert parse.parse("{:d}-{:d}", "1-2").fixed == (1, 2)
