"""Which changed lines count, and how they are told."""

from bot.decisions.proof.reach import coverage_of, declarations, spoken
from bot.decisions.proof.respelling import respelled
from bot.words.coverage import FileCoverage
from bot.words.patch import FileChange, Patch
from sandbox.suite.trace import Trace, TracedFile

SOURCE = '''"""A module."""
import os
LIMIT = 3

@decorated
def f(a,
      b):
    """Say."""
    if a:
        return b
    return LIMIT

class A:
    size = 7
    def g(self): return 1
'''


def coverage(after: str, before: str | None, missing: tuple[int, ...], *, disturbed: bool = False) -> object:
    lines = tuple(number for number, line in enumerate(after.split("\n"), 1) if line.strip())
    traced = TracedFile(lines=lines, missing=missing, ways=((9, 2, 1), (3, 2, 2)))
    patch = Patch(
        base="b",
        changes=(
            FileChange(path="a.py", before=before, after=after),
            FileChange(path="tests/test_a.py", before=None, after="def test_a(): ...\n", test=True),
        ),
    )
    return coverage_of(patch, Trace(disturbed=disturbed, files={"a.py": traced, "b.py": None, "other.py": traced}))


def test_lines_that_only_declare_do_not_count() -> None:
    assert declarations(SOURCE) == {1, 2, 5, 6, 7, 8, 13}
    assert declarations("def f(:") == set()


def test_where_functions_change_only_what_is_in_them_counts() -> None:
    (file,) = coverage(SOURCE, None, (10, 11)).files
    assert file == FileCoverage(path="a.py", lines=(9, 10, 11, 15), covered=(9, 15), ways=2, taken=1, half=(9,))
    assert file.missed == (10, 11)


def test_where_no_function_changes_the_rest_counts() -> None:
    (file,) = coverage(SOURCE, SOURCE.replace("LIMIT = 3", "LIMIT = 2"), ()).files
    assert (file.lines, file.covered) == ((3,), (3,))


def test_what_was_not_measured_says_so() -> None:
    patch = Patch(base="b", changes=(FileChange(path="a.py", before=None, after=SOURCE),))
    assert coverage_of(patch, None).trouble
    assert coverage(SOURCE, None, (), disturbed=True).trouble
    assert not coverage(SOURCE, None, ()).trouble


def test_lines_are_spoken_in_spans() -> None:
    assert spoken([7]) == "line 7"
    assert spoken([3, 4, 5]) == "lines 3-5"
    assert spoken([3, 4, 9, 12]) == "lines 3-4, 9 and 12"
    assert spoken(range(1, 40, 2)) == "lines 1, 3, 5, 7, 9, 11 and 14 more places"


def test_the_same_code_is_spelled_differently() -> None:
    patch = Patch(
        base="b",
        changes=(
            FileChange(path="a.py", before=None, after="# why\nx = {  'a':1 }\n"),
            FileChange(path="b.py", before=None, after="# coding: latin-1\nx = 1  # ä\n"),
            FileChange(path="c.py", before=None, after="def f(:\n"),
            FileChange(path="d.py", before="x = 1\n", after=None),
            FileChange(path="tests/test_a.py", before=None, after="x = 1\n", test=True),
        ),
    )
    assert respelled(patch) == {"a.py": "x = {'a': 1}\n''\n"}
