import ast
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.code.segments import cut
from bot.decisions.editing.asked import Asked
from bot.decisions.editing.unasked import without_unasked

BEFORE = '''\
#!/usr/bin/env python
"""Shapes."""

import os
import sys  # for those who import it from here

LIMIT = 3  # metres


# --- areas ---


def area(a: float) -> float:
    """The area of a square."""
    # exact
    return a * a


class Circle:
    """A circle."""

    r: float = 1.0

    def area(self) -> float:
        return 3 * self.r ** 2  # roughly

    def name(self):
        """Its name."""
        return 'circle'


def _half(a):
    return a / 2


def half(a):
    return _half(a)


if __name__ == '__main__':
    print(area(LIMIT), os.name)
'''
NAMED = Asked(("half",))


def kept(after: str, asked: Asked = NAMED, before: str = BEFORE) -> str:
    return without_unasked(before, after, asked).text


def changed(old: str, new: str, text: str = BEFORE) -> str:
    assert old in text
    return text.replace(old, new)


WANTED = changed("    return _half(a)", "    return _half(a) + 0")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    # exact\n", ""),
        ("    # exact\n", "    # not exact\n"),
        ("'circle'", '"circle"'),
        ("self.r ** 2  # roughly", "self.r**2"),
        ('"""The area of a square."""', '"""Return the area."""'),
        ('    """Its name."""\n', ""),
        ('"""Shapes."""', '"""Shapes and such."""'),
        ('"""Shapes."""\n\n', ""),
        ("# --- areas ---\n\n\n", ""),
        ("\n\n\n# ---", "\n# ---"),
        ("LIMIT = 3  # metres", "LIMIT = 3"),
        ("import sys  # for those who import it from here\n", ""),
        ("import os\nimport sys  # for those who import it from here", "import sys\nimport os"),
        ("#!/usr/bin/env python\n", ""),
        ("area(self) -> float:\n        return", "area(self) -> float:\n        return (\n           "),
        ('    """A circle."""\n\n    r', '    """A round one."""\n\n    r'),
        ('    def name(self):\n        """Its name."""\n        return \'circle\'\n', ""),
        ('\n\ndef area(a: float) -> float:\n    """The area of a square."""\n    # exact\n    return a * a\n', ""),
    ],
)
def test_what_nobody_asked_for_goes_back(old: str, new: str) -> None:
    after = changed(old, new, WANTED)
    if new.endswith("(\n           "):
        after = after.replace("# roughly", "\n        )")
    assert after != WANTED
    assert kept(after) == WANTED


def test_a_file_in_another_style_throughout_is_as_it_was() -> None:
    assert kept(ast.unparse(ast.parse(WANTED)) + "\n").replace("\n\n\ndef half", "\n\ndef half") == WANTED.replace(
        "\n\n\ndef half", "\n\ndef half"
    )


HALF = "def half(a):\n    return _half(a)\n\n\n"


def test_what_was_moved_stands_where_it_stood() -> None:
    moved = changed(HALF, "", BEFORE).replace("class Circle", HALF + "class Circle")
    assert kept(moved.replace("a * a", "a ** 2"), Asked(("area",))) == BEFORE.replace("a * a", "a ** 2")
    assert kept(moved) == moved
    assert kept(moved, Asked(("area",), "half moves above Circle")) == moved


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("@app.get('/users/me')\ndef read_me(): ...\n", "@app.get('/users/{name}')\ndef read_user(name): ...\n"),
        ("@register\nclass A: ...\n", "@register\nclass B: ...\n"),
        ("class A(Base): ...\n", "class B(Base): ...\n"),
        ("class A(metaclass=Meta): ...\n", "class B(metaclass=Meta): ...\n"),
        ("from b import x\n", "from a import x\n"),
        ("import settings\n", "sys.path.insert(0, 'here')\n"),
    ],
)
def test_an_order_that_may_mean_something_stays(one: str, other: str) -> None:
    before = f"import app\n\nLIMIT = 1\n\n\n{other}\n\n{one}"
    after = f"import app\n\nLIMIT = 2\n\n\n{one}\n\n{other}"
    for asked in (Asked(("LIMIT",)), Asked(("LIMIT",), again=True), Asked(whole=True), Asked(("read_me", "LIMIT"))):
        assert kept(after, asked, before) == after


def test_an_order_stays_where_only_looks_go_back() -> None:
    before = "import b\nimport a\n\n\ndef one(): ...\n\n\ndef two(): ...\n"
    after = "import a\nimport b\n\n\ndef two(): ...\n\n\ndef one(): ...\n"
    for asked in (Asked(("one",), again=True), Asked(whole=True), Asked(("x",), "functions in alphabetical order")):
        assert kept(after, asked, before) == after
    assert kept(after, Asked(("x",)), before) == before


def test_what_is_named_stays_as_the_model_left_it() -> None:
    after = changed("def half(a):\n", 'def half(a):\n    """Half of it."""\n\n', WANTED)
    assert kept(after) == after


def test_a_class_is_named_with_all_that_is_in_it() -> None:
    after = changed('"""Its name."""', '"""How it is called."""')
    assert kept(after, Asked(("Circle",))) == after
    assert kept(after, Asked(("Circle.name",))) == after
    assert kept(after, Asked(("Circle.area",))) == BEFORE


def test_what_the_words_of_the_plan_name_stays_away() -> None:
    after = changed("def half(a):\n    return _half(a)\n\n\n", "")
    assert kept(after, Asked(("area",), words="area replaces half, which goes")) == after
    assert kept(after, Asked(("area",))) == BEFORE


def test_what_means_something_else_stays_and_is_told() -> None:
    after = changed("return a * a", "return a * a * 1", WANTED)
    result = without_unasked(BEFORE, after, NAMED)
    assert (result.text, result.also) == (after, ("area",))


def test_a_changed_example_in_a_docstring_is_a_test_and_stays() -> None:
    before = changed('"""The area of a square."""', '"""The area.\n\n    >>> area(2)\n    4\n    """')
    after = changed(">>> area(2)\n    4", ">>> area(2)\n    5", before)
    assert without_unasked(before, after, NAMED).also == ("area",)


def test_helpers_and_imports_that_are_new_stay() -> None:
    after = changed("import os\n", "import math\nimport os\n", WANTED).replace(
        "def half(a):", "def _third(a):\n    return math.floor(a)\n\n\ndef half(a):"
    )
    assert kept(after) == after


def test_a_helper_that_the_change_no_longer_needs_may_go() -> None:
    after = changed("def _half(a):\n    return a / 2\n\n\n", "").replace("return _half(a)", "return a / 2")
    assert kept(after) == after


def test_an_import_that_the_change_no_longer_needs_may_go() -> None:
    before = BEFORE.replace("return _half(a)", "return _half(a) + os.getpid()").replace(", os.name", "")
    after = before.replace(" + os.getpid()", "").replace("import os\n", "")
    assert kept(after, before=before) == after


def test_an_import_comes_back_with_what_uses_it() -> None:
    tool = "\n\ndef dump(x):\n    return json.dumps(x)\n"
    before = BEFORE.replace("import os\n", "import json\nimport os\n").replace(
        "\n\n# --- areas", tool + "\n\n# --- areas"
    )
    assert kept(WANTED, before=before) == before.replace("return _half(a)", "return _half(a) + 0")


def test_nothing_goes_back_that_would_be_defined_too_late() -> None:
    before = "def make(f):\n    return f\n\n\ndef use(a):\n    return a\n\n\ndef deco(f):\n    return f\n"
    after = "def deco(f):\n    return f\n\n\ndef make(f):\n    return f\n\n\n@deco\ndef use(a):\n    return a\n"
    assert kept(after, Asked(("use",)), before) == after


def test_nothing_goes_back_whose_names_are_gone() -> None:
    before = "from a import b\n\n\ndef one():\n    return b\n\n\ndef two():\n    return 2\n"
    after = "from a import c as b2\n\n\ndef two():\n    return b2\n"
    text = kept(after, Asked(("two", "b")), before)
    assert "one" not in text or "from a import b\n" in text


def test_of_a_file_that_is_named_as_a_whole_only_looks_go_back() -> None:
    after = changed("    # exact\n", "", changed('"""Its name."""', '"""How it is called."""'))
    result = without_unasked(BEFORE, after.replace("a / 2", "a / 3"), Asked(whole=True))
    assert result.also == ()
    assert "# exact" in result.text
    assert "How it is called" in result.text
    assert "a / 3" in result.text
    shorter = changed("def half(a):\n    return _half(a)\n\n\n", "")
    assert kept(shorter, Asked(whole=True)) == shorter


def test_after_a_failed_attempt_only_looks_go_back() -> None:
    after = changed('"""Its name."""', '"""How it is called."""', changed("    # exact\n", "")).replace(
        "def half(a):\n    return _half(a)\n\n\n", ""
    )
    assert kept(after, Asked(("Circle.area",), again=True)) == after.replace(
        '"""The area of a square."""\n', '"""The area of a square."""\n    # exact\n'
    )


@pytest.mark.parametrize(
    "asked", [Asked(("half",), "say in the docstring"), Asked(("half",), documented=True), Asked(("half",), "--help")]
)
def test_docstrings_stay_where_they_are_asked_for(asked: Asked) -> None:
    after = changed('"""Its name."""', '"""How it is called."""', WANTED)
    assert kept(after, asked) == after


def test_docstrings_stay_where_the_code_reads_them() -> None:
    before = BEFORE + "    print(__doc__)\n"
    after = changed('"""Shapes."""', '"""Shapes: half."""', before)
    assert kept(after, before=before) == after


def test_the_order_of_what_is_no_definition_may_mean_something() -> None:
    before = "first()\nsecond()\n\n\nclass Point:\n    x: int\n    y: int\n\n\ndef half(a):\n    return a\n"
    for old, new in (("first()\nsecond()", "second()\nfirst()"), ("    x: int\n    y: int", "    y: int\n    x: int")):
        after = changed(old, new, before)
        assert kept(after, before=before) == after


def test_a_statement_that_uses_what_is_named_may_go() -> None:
    before = BEFORE + "\n\nregister(half)\nregister(area)\n"
    after = before.replace("register(half)\n", "").replace("register(area)\n", "")
    result = without_unasked(before, after, NAMED)
    assert (result.text.rstrip("\n"), result.also) == (after.rstrip("\n"), ("register(area)",))


ASIDE = "\n\ndef use():\n    return json.dumps(1)\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import json\n" + ASIDE, ASIDE.replace("    return", "    import json\n\n    return")),
        ("import json\n", "if TYPE_CHECKING:\n    import json\n"),
        (
            "try:\n    import simplejson as json\nexcept ImportError:\n    import json\n" + ASIDE,
            "import json\n" + ASIDE,
        ),
        ("from shapes import *\n", "from shapes import circle\n"),
        ("os.environ['A'] = '1'\n", ""),
        ("logging.basicConfig()\n", ""),
        ("def parse(a): ...\n", "from new import parse\n"),
        ("def parse(a): ...\n", "class Parser:\n    def parse(self): ...\n"),
        ("class A:\n    def __eq__(self, other): ...\n\n    x = 1\n", "class A:\n    x = 1\n"),
    ],
)
def test_what_may_have_been_asked_for_stays_away(old: str, new: str) -> None:
    before, after = (f"{text}\n\ndef half(a):\n    return a{more}\n" for text, more in ((old, ""), (new, " + 1")))
    assert kept(after, NAMED, before) == after


def test_what_went_back_and_what_stayed_away_is_told() -> None:
    after = changed("\n\nif __name__ == '__main__':\n    print(area(LIMIT), os.name)\n", "", WANTED).replace(
        "LIMIT = 3  # metres\n", ""
    )
    result = without_unasked(BEFORE, after, NAMED)
    assert (result.also, result.back) == (("if __name__ == '__main__':",), ("LIMIT",))
    assert result.text.count("LIMIT = 3  # metres\n") == 1


MODELINE = "# vim: set ts=4 :\n"


@pytest.mark.parametrize("asked", [NAMED, Asked(whole=True), Asked(("half",), again=True)])
def test_what_stands_at_the_end_stands_there_once(asked: Asked) -> None:
    before = f"def half(a):\n    return a\n\n\n{MODELINE}"
    longer = before + "\n\ndef third(a):\n    return a / 3\n"
    assert kept(longer, asked, before) == longer
    below = before.replace(MODELINE, f"def third(a):\n    return a / 3\n\n\n{MODELINE}")
    assert kept(below, asked, before) == below
    above = f"{MODELINE}{before.removesuffix(MODELINE)}".replace("return a", "return a + 1").rstrip("\n") + "\n"
    assert kept(above, asked, before).count(MODELINE) == 1
    assert kept(before.replace(MODELINE, "# end\n"), asked, before).endswith("# end\n")
    assert kept(before.replace("return a\n\n\n" + MODELINE, "return a + 1\n"), asked, before).endswith(MODELINE)
    spoken = Asked(("half",), "the vim modeline goes")
    assert MODELINE not in kept(before.replace(MODELINE, "").replace("return a", "return a + 1"), spoken, before)


def test_a_comment_that_leads_to_a_new_statement_stands_there_once() -> None:
    before = "import os\n\n\n# --- areas ---\n\n\ndef area(a):\n    return a\n\n\ndef half(a): ...\n"
    after = before.replace("def area", "def third(a): ...\n\n\ndef area").replace("...", "return 1")
    assert kept(after, before=before).count("# --- areas ---") == 1


@pytest.mark.parametrize("old", ["\ufeff" + BEFORE, BEFORE.replace("\n", "\r\n"), BEFORE.rstrip("\n")])
def test_byte_order_mark_line_endings_and_final_newline_stay(old: str) -> None:
    wanted = old.replace("return _half(a)", "return _half(a) + 0")
    assert kept(wanted.replace("    # exact", ""), before=old) == wanted


@pytest.mark.parametrize("after", ["def half(:\n", "x = 1\0", "(" * 5000])
def test_what_is_no_python_is_left_alone(after: str) -> None:
    assert kept(after) == after


def test_statements_that_share_a_line_stay_together() -> None:
    before = "import os; import sys\na = 1; b = 2\n\n\ndef half(a):\n    return a\n"
    after = before.replace("return a", "return a / 2").replace("a = 1; b = 2", "a = 1 ; b = 2")
    assert kept(after, before=before) == before.replace("return a", "return a / 2")


@pytest.mark.parametrize("line", ["C{} = {}\n", "def _f{}(): return {}\n", "import m{}  # {}\n", "call({}, {})\n"])
def test_thousands_of_statements_that_were_left_out_are_looked_at_once(line: str) -> None:
    before = "".join(line.format(n, n) for n in range(5000)) + "def half(a): pass\n"
    after = "".join(line.format(n, n) for n in range(0, 5000, 2)) + "def half(a): return a\n"
    expected = after if line.startswith("call") else before.replace("pass", "return a")
    assert kept(after, before=before).split("\n") == expected.split("\n")


def test_a_large_file_takes_no_long_time() -> None:
    before = "".join(f"def f{n}(a):\n    # {n}\n    return a + {n}\n\n\n" for n in range(3000)) + "def half(a): pass\n"
    after = "".join(line + "\n" for line in before.split("\n") if "#" not in line)
    started = time.process_time()
    assert kept(after, before=before) == before
    assert time.process_time() - started < 20


STATEMENTS = [
    "import os\n",
    "LIMIT = 3\n",
    "# about one\ndef one():\n    return 1\n",
    '\n\ndef two():\n    """Two."""\n    return two2(LIMIT)\n',
    "class Three:\n    x = 1\n\n    # inside\n    def four(self):\n        return os\n",
    "print(1)\n",
    "if LIMIT:\n    def five(): pass\n",
]


@given(
    st.lists(st.sampled_from(STATEMENTS), min_size=1, unique=True),
    st.lists(st.sampled_from(STATEMENTS), min_size=1, unique=True),
    st.sampled_from(["one", "two", "Three", "Three.four", "nothing"]),
    st.booleans(),
)
def test_the_result_is_python_and_settled(old: list[str], new: list[str], name: str, whole: bool) -> None:
    before, after = "".join(old), "".join(new)
    asked = Asked((name,), whole=whole)
    result = kept(after, asked, before)
    ast.parse(result)
    assert kept(result, asked, before) == result
    assert kept(before, asked, before) == before


@given(st.lists(st.sampled_from(STATEMENTS), max_size=7), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_cutting_loses_nothing(statements: list[str], ending: str, finished: bool) -> None:
    text = "".join(statements).replace("\n", ending)
    text = text if finished else text.rstrip("\r\n")
    assert cut(text, ast.parse(text)).text == text
