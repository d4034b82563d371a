"""Measures of a Python file: complexity by function, and names that are defined again."""

import pytest

from bot.decisions.code.measures import complexities, duplicates


def test_complexity_is_told_for_each_function_and_method() -> None:
    source = (
        "def f(a):\n    if a and a > 1:\n        return [x for x in a if x]\nclass C:\n    async def g(self): ...\n"
    )
    assert complexities(source) == {("f", 1): 5, ("C.g", 5): 1}


def test_a_function_inside_of_another_counts_for_itself() -> None:
    assert complexities("def f():\n    def g(a):\n        if a:\n            pass\n    return g\n") == {("f", 1): 1}


def test_what_replaces_another_is_told() -> None:
    source = "class C:\n    def f(self): ...\n    def f(self): ...\n\n\ndef g(): ...\nclass g: ...\n"
    assert duplicates(source) == {"C.f": [2, 3], "g": [6, 7]}


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    from a import f\nexcept ImportError:\n    def f(): ...\n",
        "if x:\n    def f(): ...\nelse:\n    def f(): ...\n",
        "@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a): ...\n",
        "class C:\n    @property\n    def f(self): ...\n    @f.setter\n    def f(self, value): ...\n",
        "@g.register\ndef _(a: int): ...\n@g.register\ndef _(a: str): ...\n",
        "x = 1\nx = 2\n",
        "def f(:\n",
    ],
)
def test_what_stands_twice_on_purpose_is_not(source) -> None:
    assert duplicates(source) == {}


def test_a_class_inside_of_a_branch_has_its_own_names() -> None:
    assert duplicates("if x:\n    class C:\n        def f(self): ...\n        def f(self): ...\n") == {"C.f": [3, 4]}
