"""Mutants: which faults are put into a patch, and that nothing else of it changes."""

import ast
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.code.definitions import lines_of
from bot.decisions.mutants.choice import Mutant, mutants, mutated
from bot.decisions.proof.changed_lines import changed_lines
from bot.words.patch import FileChange, Patch


def patch(after: str, before: str | None = None, *, path: str = "pkg/mod.py", test: bool = False) -> Patch:
    return Patch(base="b", changes=(FileChange(path=path, before=before, after=after, test=test),))


def made(after: str, before: str | None = None, most: int = 200) -> dict[str, str]:
    """What became of a source, by what was done to it."""
    return {one.what: mutated(after, one) for one in mutants(patch(after, before), most=most)}


#: A line in a function, and what must be made of it among other things.
FAULTS = [
    ("return a < b", "return a <= b"),
    ("return a > b", "return a >= b"),
    ("return a == b", "return a != b"),
    ("return (a) == (b)", "return (a) != (b)"),
    ("return a in b", "return a not in b"),
    ("return a not  in b", "return a in b"),
    ("return a is  not b", "return a is b"),
    ("return a and b", "return a or b"),
    ("return not a", "return (a)"),
    ("return a + b", "return a - b"),
    ("return a // b", "return a * b"),
    ("return a % b", "return a * b"),
    ("return -a", "return (a)"),
    ("a += b", "a -= b"),
    ("return 7", "return 8"),
    ("return -1", "return -2"),
    ("return True", "return False"),
    ("return 'x'", "return ''"),
    ("return ''", "return 'XX'"),
    ("return b'x'", "return b''"),
    ("return f'{a}'", "return ''"),
    ("return a", "return None"),
    ("return a[1:b]", "return a[1:(b) + 1]"),
    ("return a[0]", "return a[1]"),
    ("return f(a, b)", "return f(b, a)"),
    ("return f(a, key=b)", "return f(a)"),
    ("return f(key = b)", "return f()"),
    ("return min(a, b)", "return max(a, b)"),
    ("return a.startswith(b)", "return a.endswith(b)"),
    ("return a if b else c", "return a if True else c"),
    ("return [x for x in a if b]", "return [x for x in a if True]"),
    ("raise ValueError('no')", "pass"),
    ("raise ValueError('no')", "raise Exception('no')"),
    ("f(a)", "pass"),
    ("a.b = c", "pass"),
    ("del a[b]", "pass"),
    ("if a: b()", "if True: b()"),
    ("if a: b()", "if False: b()"),
    ("while a: b()", "while False: b()"),
]


@pytest.mark.parametrize(("line", "fault"), FAULTS)
def test_each_kind_of_fault_is_made_where_it_stands_and_nowhere_else(line: str, fault: str) -> None:
    head, tail = "# ä\r\ndef g(a, b, c):\r\n    ", "  # keep\r\n\r\nz = 3\r\n"
    before = f"{head}...{tail}"
    assert f"{head}{fault}{tail}" in made(f"{head}{line}{tail}", before).values()
    assert all(text.startswith(head) and text.endswith(tail) for text in made(f"{head}{line}{tail}", before).values())


def test_a_function_that_returns_at_once() -> None:
    source = 'def f(a):\n    """Say."""\n    b = a\n    return b\n'
    assert 'def f(a):\n    """Say."""\n    return None\n    b = a\n    return b\n' in made(source).values()


def test_an_error_that_is_not_caught_any_more() -> None:
    source = "try:\n    f()\nexcept KeyError:\n    a = 1\n    b = 2\n"
    assert "try:\n    f()\nexcept KeyError:\n    raise\n" in made(source).values()


@pytest.mark.parametrize(
    "source",
    [
        '"""Only 1 < 2."""\n',
        "import typing\nif typing.TYPE_CHECKING:\n    x = 1 < 2\n",
        'if __name__ == "__main__":\n    f(1 < 2)\n',
        "def f(a: 'int' = None) -> list[3]:\n    ...\n",
        "a: dict[str, 7]\n",
        "class A:\n    def __repr__(self):\n        return f(1 < 2)\n",
        "log.info('x %s', 1 < 2)\n",
        "self.log.info('x %s', 1 < 2)\n",
        "print('x', 1 < 2)\n",
        "__all__ = ['a', 'b']\n",
        "from a import b\n",
    ],
)
def test_what_nobody_is_expected_to_test_has_no_mutant(source: str) -> None:
    assert made(source) == {}


def test_the_words_of_an_error_are_free_and_its_kind_is_not() -> None:
    assert set(made("raise KeyError('words')\n").values()) == {"pass\n", "raise Exception('words')\n"}


def test_only_changed_lines_of_code_that_is_no_test() -> None:
    before = "a = 1\nb = 2\nc = 3\n"
    after = "a = 1\nb = 5\nc = 3\n"
    assert [one.line for one in mutants(patch(after, before))] == [2]
    assert mutants(patch(after, before, test=True)) == ()
    assert mutants(patch(after, before, path="notes.txt")) == ()
    assert mutants(patch("def f(:\n")) == ()
    assert mutants(Patch(base="b", changes=(FileChange(path="a.py", before=before, after=None),))) == ()


def test_what_stayed_in_a_changed_line_is_not_the_patchs() -> None:
    before = 'A = {"s": 1, "m": 60}\n'
    assert set(made('A = {"s": 1, "m": 60, "h": 3600}\n', before).values()) == {
        'A = {"s": 1, "m": 60, \'\': 3600}\n',
        'A = {"s": 1, "m": 60, "h": 3601}\n',
    }
    rewritten = made("def f(a):\n    return a < 1\n", "x = 5\ny = a\n")
    assert "def f(a):\n    return a <= 1\n" in rewritten.values()


def test_a_table_is_emptied_and_its_entries_are_left_alone() -> None:
    many = "A = {" + ", ".join(f"'k{n}': {n}" for n in range(30)) + "}\n"
    assert list(made(many).values()) == ["A = {}\n"]
    assert list(made("A = [" + "(1, 'b'), " * 9 + "]\n").values()) == ["A = []\n"]
    assert len(made("A = {'k': 1, 'l': 2}\n")) == 4
    assert len(made("A = [" + "f(1), " * 9 + "]\n")) >= 1


def test_a_long_change_does_not_take_them_all() -> None:
    long = "def f(a):\n" + "".join(f"    g(a < {n})\n" for n in range(100))
    both = Patch(
        base="b",
        changes=(
            FileChange(path="a.py", before=None, after=long),
            FileChange(path="b.py", before=None, after="def g(a):\n    return a < 1\n"),
        ),
    )
    chosen = mutants(both)
    assert len(chosen) == 20
    assert {one.path for one in chosen} == {"a.py", "b.py"}
    assert len({one.line for one in chosen if one.path == "a.py"}) > 12


def test_lines_that_never_run_are_left_out_unless_there_are_no_others() -> None:
    source = "def f(a):\n    return a < 1\n\ndef g(a):\n    return a > 2\n"
    assert {one.line for one in mutants(patch(source), {"pkg/mod.py": [2]})} == {5}
    assert {one.line for one in mutants(patch(source), {"pkg/mod.py": [2, 5]})} == {2, 5}


def test_a_number_that_python_writes_in_no_decimal_has_a_mutant() -> None:
    assert len(made(f"X = 0x{'f' * 4000}\n")) == 1


def test_a_byte_order_mark_stays() -> None:
    assert set(made("\ufeffa = 1\n").values()) == {"\ufeffa = 2\n"}


OURS = sorted(Path(__file__).parents[3].glob("bot/decisions/**/*.py"))


@pytest.mark.parametrize("file", OURS[::6], ids=lambda file: file.stem)
def test_every_mutant_of_real_code_compiles_and_is_another_program(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    chosen = mutants(patch(source), most=60)
    assert chosen == mutants(patch(source), most=60)
    assert len(chosen) >= 5 or len(source) < 1500
    for one in chosen:
        assert differs(source, one)


def differs(source: str, one: Mutant) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = mutated(source, one)
        compile(text, "mutant", "exec")
        return ast.dump(ast.parse(text)) != ast.dump(ast.parse(source))


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "d\r", "\x0c\n", "e"]), max_size=12).map("".join)


@given(LINES, LINES)
def test_lines_that_are_not_changed_are_in_both_files(before: str, after: str) -> None:
    lines = lines_of(after)
    changed = changed_lines(FileChange(path="a.py", before=before, after=after))
    assert changed <= set(range(1, len(lines) + 1))
    kept = iter(lines_of(before))
    assert all(line in kept for number, line in enumerate(lines, 1) if number not in changed)  # in this order


@given(st.text(alphabet="abc()[]<>=+- \n:'\"notifreturn", max_size=60))
def test_nothing_raises(source: str) -> None:
    for one in mutants(patch(source)):
        assert mutated(source, one) != source
