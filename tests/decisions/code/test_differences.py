from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.code.differences import differences
from bot.decisions.editing.formatting import formatted_where_changed
from bot.decisions.proof.changed_lines import changed_lines
from bot.words.patch import FileChange

LINES = st.lists(st.sampled_from(["", "a", "b", "return"]), max_size=12)


@given(LINES, LINES, st.sampled_from([0, 5, 40, 10**6]))
def test_the_new_text_can_be_made_of_it_however_little_may_be_compared(
    old: list[str], new: list[str], most: int
) -> None:
    made: list[str] = []
    at = 0
    for what, i, j, k, m in differences(old, new, most):
        assert (i, k) == (at, len(made))
        made += new[k:m] if what != "equal" else old[i:j]
        at = j
    assert (made, at) == (new, len(old))


def test_it_says_what_difflib_says() -> None:
    assert differences("axbyc", "aXbYYc") == [
        ("equal", 0, 1, 0, 1),
        ("replace", 1, 2, 1, 2),
        ("equal", 2, 3, 2, 3),
        ("replace", 3, 4, 3, 5),
        ("equal", 4, 5, 5, 6),
    ]
    assert differences("ab", "ab") == [("equal", 0, 2, 0, 2)]
    assert differences("", "") == []


def test_what_would_take_too_long_is_rewritten_between_the_first_and_the_last_difference() -> None:
    old, new = ["a", "s", *("x", "s") * 2000, "z"], ["a", "t", *("x", "t") * 3000, "z"]
    assert differences(old, new) == [
        ("equal", 0, 1, 0, 1),
        ("replace", 1, 4002, 1, 6002),
        ("equal", 4002, 4003, 6002, 6003),
    ]


def test_what_was_found_before_the_limit_stays_found() -> None:
    old, new = ("s", *("x", "s") * 1400), ("t", *("x", "t") * 1400)
    found = differences(old, new)
    assert sum(what == "equal" for what, *_ in found) < 10
    assert found[-1][1:] == ("replace", len(old) - 1, len(old), len(new) - 1, len(new))[1:] or found[-1][2] == len(old)


TABLE = "table = [\n" + "    0,\n" * 40_000 + "]\n"


def test_a_line_below_a_long_table_is_one_line() -> None:
    change = FileChange(path="a.py", before=f"{TABLE}x = 1\n", after=f"{TABLE}x = 2\n")
    assert changed_lines(change) == {40_003}
    assert formatted_where_changed(f"{TABLE}x = 1\n", f"{TABLE}x=2\n", f"{TABLE}x = 2\n") == f"{TABLE}x = 2\n"


def test_a_table_with_a_change_at_either_end_takes_no_longer() -> None:
    change = FileChange(path="a.py", before=f"a = 1\n{TABLE}x = 1\n", after=f"a = 2\n{TABLE}x = 2\n")
    assert {1, 40_004} <= changed_lines(change)
