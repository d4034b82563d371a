"""What is shown of files that are too large: what a change is about, in the form in which it is to be written."""

import pytest

from bot.decisions.code.undefined import undefined_names
from bot.programs.excerpt import excerpt
from bot.programs.stub import stub_of

SOURCE = (
    '''\
"""Doc."""
import math

WIDTH = 8


def mean(values):
    """The mean."""
    return sum(values) / len(values)


def _private(): ...


class Series:
    """A series."""

    def __init__(self, values):
        self._values = values

    @property
    def size(self):
        return len(self._values)

    @size.setter
    def size(self, new):
        self._values = self._values[:new]

    def median(self):
        return pad(self.size)


def pad(value):
    return str(value).rjust(WIDTH)

'''
    + "\n".join(f"def other_{i}(x):\n    return x + {i}\n\n" for i in range(100))
    + "\nif __name__ == '__main__':\n    pad(1)\n"
)


def test_what_changes_comes_first_under_its_heading_then_what_it_builds_on() -> None:
    told = excerpt(SOURCE, ("Series.median", "Series.percentile"), "a function beside `mean`", 8000)
    assert "# >>> Series.median\n    def median(self):\n        return pad(self.size)\n" in told
    assert told.startswith("# Its imports:\nimport math\n")
    orientation = told.split("# For orientation:")[1].split("# All definitions")[0]
    assert "self._values = values" in orientation, "how the class begins"
    assert "@size.setter" in orientation, "what the method uses, getter and setter"
    assert "rjust(WIDTH)" in orientation
    assert "sum(values) / len(values)" in orientation, "what the text names"
    assert "return x + 7" not in told
    assert "def other_7(x)" in told


@pytest.mark.parametrize("limit", [1000, 3000, 20_000])
def test_an_excerpt_is_no_longer_than_it_may_be(limit) -> None:
    assert len(excerpt(SOURCE, ("Series", "other_3"), "mean " * 100, limit)) <= limit * 1.3


def test_an_excerpt_without_a_hint_is_the_beginning_of_the_file() -> None:
    assert "def mean(values):" in excerpt(SOURCE, (), "", 2000)
    assert excerpt("def broken(:\n", (), "", 500) == "def broken(:\n"


def test_a_long_stub_tells_first_of_what_it_is_about() -> None:
    told = stub_of(SOURCE, "the median of a Series", 900)
    assert told.index("class Series") < told.index("def other_7(x)")
    assert '"""A series."""' in told
    assert "_private" not in told
    assert "__name__" not in told
    assert len(told) <= 900
    assert "other_99" in stub_of(SOURCE)


@pytest.mark.parametrize(
    ("source", "undefined"),
    [
        ("import os\nx = os.sep + math.pi", {"math"}),
        ("def f():\n    return later()\n\n\ndef later(): ...", set()),
        ("class A:\n    def f(self):\n        return [b for b in B if __class__]", {"B"}),
        ("def f():\n    global made\n    made = 1\n\n\nprint(made)", set()),
        ("from a import *\nx = y", set()),
        ("try:\n    import a\nexcept ImportError:\n    a = None\nwith open(a) as b:\n    print(b, __file__)", set()),
        ("def f(a, *b, c=1, **d):\n    lambda e: (a, b, c, d, e, (g := 1), g)\n    del a", set()),
        ("def f(x: 'Missing') -> Gone: ...", {"Gone"}),
        ("match x:\n    case [y, *z] if y:\n        print(z)", {"x"}),
        ("def broken(", set()),
    ],
)
def test_names_that_nobody_defines_are_found(source, undefined) -> None:
    assert undefined_names(source) == undefined


def test_names_are_looked_for_among_as_many_functions_as_that_takes_no_long() -> None:
    source = "missing\n" + "".join(f"def f{number}(): 0\n" for number in range(1000))
    assert undefined_names(source) == {"missing"}
    assert undefined_names(source + "".join(f"def g{number}(): 0\n" for number in range(20_000))) == frozenset()
