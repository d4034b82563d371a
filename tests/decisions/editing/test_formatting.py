import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.editing.formatting import formatted_where_changed, same_code

BEFORE = "x = {  'a':1 }\n\n\ndef f( a ):\n    return a\n"
WRITTEN = BEFORE + "\ndef g( b ):\n    return {'b' :b}\n"
FORMATTED = 'x = {"a": 1}\n\n\ndef f(a):\n    return a\n\n\ndef g(b):\n    return {"b": b}\n'


def test_only_lines_that_the_patch_touches_are_formatted() -> None:
    made = formatted_where_changed(BEFORE, WRITTEN, FORMATTED)
    assert made == BEFORE + '\n\ndef g(b):\n    return {"b": b}\n'


def test_every_line_of_a_new_file_is() -> None:
    assert formatted_where_changed(None, WRITTEN, FORMATTED) == FORMATTED


def test_a_place_where_lines_were_taken_away_is_touched() -> None:
    before = "a = 1\n\n\ndef f():\n    pass\n\n\nb = 2\n"
    written = "a = 1\n\n\n\n\nb = 2\n"
    assert formatted_where_changed(before, written, "a = 1\n\n\nb = 2\n") == "a = 1\n\n\nb = 2\n"


@pytest.mark.parametrize(
    "formatted",
    ["", "x = 1\n", FORMATTED.replace("return a", "return 2"), "import os\n" + FORMATTED, "(", FORMATTED + "y = 1\n"],
)
def test_what_would_mean_something_else_is_not_taken(formatted: str) -> None:
    assert formatted_where_changed(None, WRITTEN, formatted) == WRITTEN


def test_an_old_line_beside_a_new_one_stays() -> None:
    before = "def f(a):\n    if a: pass\n    raise E( 'no' )\n"
    written = before.replace("    if a: pass\n", "    b = g( 'a', 'b' )\n")
    formatted = 'def f(a):\n    b = g(\n        "a",\n        "b",\n    )\n    raise E("no")\n'
    made = formatted_where_changed(before, written, formatted)
    assert made == formatted.replace('raise E("no")', "raise E( 'no' )")


def test_line_endings_and_a_missing_final_newline_stay() -> None:
    written = WRITTEN.replace("\n", "\r\n").rstrip("\r\n")
    made = formatted_where_changed(BEFORE.replace("\n", "\r\n"), written, FORMATTED)
    assert made == (BEFORE + '\n\ndef g(b):\n    return {"b": b}').replace("\n", "\r\n")
    assert formatted_where_changed(None, "\ufeffx = '1'\n", 'x = "1"\n').startswith("\ufeff")


def test_what_is_the_same_code_and_what_not() -> None:
    assert same_code("import b, a\nu'x'\n", 'import a\nimport b\n"x"\n')
    assert same_code('def f():\n    """ A.\n       b  \n    """\n', 'def f():\n    """A.\n    b\n    """\n')
    assert not same_code("from a import b\n", "from a import b as c\n")
    assert not same_code("x = 'a '\n", "x = 'a'\n")


LINES = st.sampled_from(["a = 1", "b = ( 2 )", "", "def f( ): return 3", "# c", "x = 'y'"])


@given(st.lists(LINES, min_size=1), st.lists(LINES, min_size=1))
def test_lines_that_the_patch_does_not_touch_stay(before: list[str], added: list[str]) -> None:
    old, new = "".join(f"{line}\n" for line in before), "".join(f"{line}\n" for line in added)
    formatted = (old + new).replace("( 2 )", "2").replace("f( )", "f()").replace("'y'", '"y"')
    assert formatted_where_changed(old, old + new, formatted).startswith("".join(f"{x}\n" for x in before[:-1]))
