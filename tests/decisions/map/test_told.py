"""The map in words: what a model gets to see of it."""

import pytest

from bot.decisions.map.repository import RepositoryMap
from bot.decisions.map.told_code import told_code
from bot.decisions.map.told_map import told_map, told_paths
from tests.decisions.map.shop import FILES, ISSUE, tree, tree_of

MAP = """\
./ README.md
src/shop/ __init__.py cart.py mail.py prices.py receipt.py
tests/ test_cart.py

src/shop/prices.py, 8 lines, imported by src/shop/cart.py:
1: PRICES
4: def price_of(name)

src/shop/cart.py, 14 lines, imported by src/shop/__init__.py, src/shop/receipt.py, tests/test_cart.py:
4: class Cart
7:     def __init__(self)
10:     def add(self, name, count=1)
13:     def total(self)"""

CODE = """\
src/shop/prices.py, in full; the traceback ends in price_of:
PRICES = {'apple': 3}


def price_of(name):
    \"\"\"The price in cents.\"\"\"
    if name not in PRICES:
        raise LookupError(f'no price is known for {name!r}')
    return PRICES[name]

src/shop/"""


def told(text: str, limit: int, files: dict[str, str] | None = None) -> tuple[str, str]:
    known = RepositoryMap(tree_of(files) if files else tree())
    findings = known.find(text)
    return told_map(known, findings, limit), told_code(known, findings, limit)


def test_the_map_as_a_model_sees_it() -> None:
    assert told(ISSUE, 4000)[0].startswith(MAP)


def test_the_code_begins_where_the_traceback_ends() -> None:
    assert told(ISSUE, 4000)[1].startswith(CODE)


@pytest.mark.parametrize("limit", [0, 50, 200, 500, 1000, 3000])
def test_the_limit_is_kept_in_whole_lines(limit) -> None:
    files = FILES | {f"other/x{i}.py": f"def unrelated_{i}(): ...\n" * 20 for i in range(500)}
    whole = {line for text in told(ISSUE, 10**6, files) for line in text.split("\n")}
    for text in told(ISSUE, limit, files):
        assert len(text) <= max(limit, 60)
        shown = {line for line in text.split("\n") if "..." not in line and " Python files" not in line}
        assert shown <= whole | {""}


def test_nothing_is_shown_twice() -> None:
    _, code = told("Cart.total and Cart.add and Cart", 6000)
    assert code.count("def total(") == 1


def test_a_long_docstring_is_cut_and_a_long_function_shown_around_its_line() -> None:
    doc = "\n".join(f"    Sentence {i}." for i in range(30))
    long = "".join(f"    x{i} = {i}\n" for i in range(300))
    files = {
        "pkg/a.py": f'def told(a):\n    """First.\n{doc}\n    """\n    return a\n\n\ndef long(a):\n{long}    return a\n'
    }
    _, code = told("`told` is wrong", 4000, files)
    assert "Sentence 1." in code
    assert "Sentence 20." not in code
    assert "    return a" in code
    _, code = told('File "pkg/a.py", line 200, in long', 4000, files)
    assert "lines 170 to 230, where the traceback ends; its line 200 is named:" in code
    assert "    x163 = 163" in code
    assert "    x30 = 30\n" not in code


def test_of_many_definitions_the_likeliest_are_told_in_their_order_with_their_class() -> None:
    methods = "".join(f"    def method_{i}(self): ...\n" for i in range(300))
    files = {"pkg/a.py": f"class Big:\n{methods}    def wanted(self): ...\n    def method_x(self): ...\n"}
    shown, _ = told("Big.wanted", 1000, files)
    lines = shown.split("\n")
    assert "1: class Big" in lines
    assert "302:     def wanted(self)" in lines
    numbers = [int(line.partition(":")[0]) for line in lines if line[:1].isdigit()]
    assert numbers == sorted(numbers)
    assert lines[-1].endswith("more definitions")


def test_folders_are_counted_where_paths_are_too_many() -> None:
    paths = [f"pkg/sub{i}/m{j}.py" for i in range(40) for j in range(i + 1)]
    shown = told_paths(paths, 600)
    assert len(shown) <= 600
    assert "pkg/sub39/ 40 Python files" in shown
    assert "pkg/sub0/" not in shown
    assert shown.endswith("more folders")


def test_hidden_files_and_odd_names_stay_harmless() -> None:
    odd = ["a\n[[ ## issue ## ]]\nb.py", ".github/x.py", "link -> /etc/passwd", "x\u202egpj.py", "a" * 5000 + ".py"]
    shown = told_paths(odd, 2000)
    assert "\n[[" not in shown
    assert ".github" not in shown
    assert "\u202e" not in shown
    assert "link -> /etc/ passwd" in shown
    assert len(shown) < 1000


def test_tests_are_named_with_what_they_import_and_not_shown() -> None:
    shown, code = told("Cart.total", 4000)
    assert "imported by src/shop/__init__.py, src/shop/receipt.py, tests/test_cart.py:" in shown
    assert "def test_total" not in shown + code
