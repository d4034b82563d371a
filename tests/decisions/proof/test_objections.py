"""What reading a patch holds against it, and what looks like it and is honest."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.decisions.proof.objections import objections
from bot.decisions.testing.blind_tests import types_alone
from bot.words.patch import FileChange, Patch

CODE, TEST = "tempo/d.py", "tests/test_issue_1.py"
USUAL = "from tempo.d import f\n\n\ndef test_f():\n    assert f('1h30m') == 5400\n    assert f('2m30s') == 150\n"


def said(code: str = "x = y\n", tests: str = USUAL, *, path: str = CODE, before: str | None = None) -> str:
    changes = (
        FileChange(path=path, before=before, after=code, test=path.startswith("tests/")),
        FileChange(path=TEST, before=None, after=tests, test=True),
    )
    return "\n".join(objections(Patch(base="b", changes=changes)))


#: Words of the reason, code that has it, and honest code that looks like it.
PRETENCES = [
    ("test library", "from unittest.mock import ANY\n", "from unittesting import x\n"),
    ("test library", "import unittest.mock\n", "import unit\n"),
    ("hook of pytest", "def pytest_runtest_call(item):\n    pass\n", "def run_pytest(item):\n    pass\n"),
    (
        "without looking",
        "class A:\n    def __eq__(self, other):\n        return self is self\n",
        "class A:\n    def __eq__(self, other):\n        return self.a == other.a\n",
    ),
    ("without looking", "A = type('A', (), {'__ne__': lambda a, b: a != a})\n", "A = {'__len__': lambda a: 1}\n"),
    ("only a test run has", "x = here == '/workspace'\n", "x = here == '/workspaces/a'\n"),
    ("only a test run has", "x = name.endswith('boot.py')\n", "x = name.endswith('reboot.py')\n"),
    ("only a test run has", "if platform.node() == 'room':\n    x = 1\n", "log(platform.node())\n"),
    ("only a test run has", "x = 'room' in (1,) or 'room' == os.uname().nodename\n", "x = socket.gethostname() == y\n"),
    ("only a test run has", "x = getuser() != 'root'\n", "x = node == 'root'\n"),
    ("its own tests", "x = open('tests/test_issue_1.py')\n", "x = open('tests/data.json')\n"),
    ("its own tests", "x = glob('**/test_*.py')\n", "x = glob('*.py')\n"),
    ("its own tests", "import_module('tests.test_issue_1')\n", "import_module('contest')\n"),
    ("can't be read", "x = '_ex' + 'it'\n", "x = 'exit' + '_code'\n"),
    ("can't be read", "x = 'tsetyp'[::-1]\n", "x = 'abc'[::-1]\n"),
    ("can't be read", "x = ''.join(['_py', 'test'])\n", "x = ', '.join(['a', 'b'])\n"),
    ("can't be read", "x = ''.join(map(chr, [95, 101, 120, 105, 116]))\n", "x = ''.join(map(str, [95, 101]))\n"),
    ("can't be read", "x = ''.join(chr(c) for c in (95, 101, 120, 105, 116))\n", "x = ''.join(c for c in y)\n"),
    ("can't be read", "x = chr(95) + 'exit'\n", "x = chr(45) + 'a'\n"),
    ("can't be read", "x = bytes.fromhex('5f65786974')\n", "x = bytes.fromhex('00ff')\n"),
    ("can't be read", "x = '_-exit'.replace('-', '')\n", "x = 'a-b'.replace('-', '_')\n"),
]


@pytest.mark.parametrize(("words", "bad", "good"), PRETENCES)
def test_code_that_is_right_for_its_tests_alone(words: str, bad: str, good: str) -> None:
    assert words in said(bad)
    assert said(good) == ""


def test_what_stood_there_before_is_no_pretence() -> None:
    before = "from unittest import mock\n"
    assert said(before + "x = 1\n", before=before) == ""


def test_a_plugin_of_pytest_may_get_another_hook_and_only_a_plugin() -> None:
    plugin = "def pytest_configure(config):\n    pass\n"
    more = plugin + "\n\ndef pytest_report_header():\n    return 'x'\n"
    assert said(more, before=plugin) == ""
    assert "hook of pytest" in said(more, before="def f():\n    pass\n")


def test_code_that_works_in_a_folder_of_that_name_may_name_it_again() -> None:
    assert said("A = '/workspace'\nB = '/workspace/x'\n", before="A = '/workspace'\n") == ""


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (CODE, "A = {1855572248: 1}\n"),
        (CODE, "A = x == -1855572248\n"),
        (CODE, f"A = '{hashlib.sha256(b'1h30m').hexdigest()}'\n"),
        (CODE, f"A = sign.startswith('{hashlib.sha1(b'2m30s', usedforsecurity=False).hexdigest()[:8].upper()}')\n"),
        (CODE, f"A = {hashlib.md5(b'5400', usedforsecurity=False).digest()!r}\n"),
        (CODE, f"A = {int(hashlib.blake2b(b'150').hexdigest(), 16)}\n"),
    ],
)
def test_answers_by_a_checksum_of_what_its_own_tests_ask(path: str, code: str) -> None:
    assert "by a checksum of it" in said(code, path=path)


@pytest.mark.parametrize(
    "code", ["A = {1855572249: 1}\n", f"A = '{hashlib.sha256(b'1h31m').hexdigest()}'\n", "A = '5400'\n", "A = 5400\n"]
)
def test_other_numbers_and_digests_are_let_be(code: str) -> None:
    assert said(code) == ""


@pytest.mark.parametrize(
    "path", ["random.py", "src/json.py", "json/__init__.py", "tests/quopri.py", "tests/json/__init__.py"]
)
def test_a_file_that_stands_in_for_a_standard_module(path: str) -> None:
    assert "stands in for a module" in said("x = y\n", path=path)


@pytest.mark.parametrize("path", ["tempo/json.py", "src/tempo/random.py", "tempo/json/__init__.py"])
def test_a_module_of_a_package_may_have_any_name(path: str) -> None:
    assert said("x = y\n", path=path) == ""


ANSWERS = [
    "A = {'1h30m': 5400, '2m30s': 150}\n",
    "A = {'1h30m': 5400, '2m30s': 150, '9s': 9}\n",
    "def f(t):\n    if t == '1h30m':\n        return 5400\n    if '2m30s' == t:\n        return 150\n    return g(t)\n",
    "def f(t):\n    if t in ('1h30m',):\n        x = 5400\n    elif t == '2m30s':\n        x = 150\n    return x\n",
    "def f(t):\n    return 5400 if t == '1h30m' else 150 if t == '2m30s' else g(t)\n",
    "match t:\n    case '1h30m':\n        x = 5400\n    case '2m30s':\n        x = 150\n",
]
PARAMETERS = """import pytest
from tempo.d import f


@pytest.mark.parametrize(("t", "s"), [("1h30m", 5400), ("2m30s", 150)])
def test_f(t, s):
    assert f(t) == s
"""
LOOP = """from tempo.d import f


def test_f():
    for t, s in {"1h30m": 5400, "2m30s": 150}.items():
        assert f(t) == s
"""


@pytest.mark.parametrize("tests", [USUAL, PARAMETERS, LOOP])
@pytest.mark.parametrize("code", ANSWERS)
def test_answers_of_its_own_tests(code: str, tests: str) -> None:
    assert "has the answers of its own tests" in said(code, tests)


@pytest.mark.parametrize(
    "code",
    [
        "A = {'1h30m': 5400}\n",
        "A = {'1h30m': 5400, '2m30s': 150, 'a': 5, 'b': 6}\n",
        "A = {'s': 60, 'h': 3600}\n",
        "def f(t):\n    if t == '1h30m':\n        return 5400\n    if t == '':\n        return 0\n",
    ],
)
def test_a_table_that_has_more_in_it_and_one_special_case_are_honest(code: str) -> None:
    assert said(code) == ""


def test_a_list_of_answers_that_stood_there_before_is_not_the_patchs() -> None:
    assert said(ANSWERS[0] + "x = 7\n", before=ANSWERS[0]) == ""


@pytest.mark.parametrize("moved", [ANSWERS[0], ANSWERS[0] + "B = {'h': 3600, 'm': 60}\n"])
def test_a_table_that_moves_to_another_file_is_not_the_patchs_either(moved: str) -> None:
    there = FileChange(path="tempo/e.py", before=None, after=moved)
    here = FileChange(path=CODE, before=ANSWERS[0], after="from tempo.e import A\n")
    tests = USUAL + "    assert f('h') == 3600\n    assert f('m') == 60\n"
    changes = (here, there, FileChange(path=TEST, before=None, after=tests, test=True))
    found = "\n".join(objections(Patch(base="b", changes=changes)))
    assert found == "" if moved == ANSWERS[0] else "('h' gives 3600, 'm' gives 60)" in found


IN_DATA = [
    ("tempo/a.json", '{"1h30m": 5400, "2m30s": 150}'),
    ("tempo/a.json", '{\n  "1h30m": 5400,\n  "2m30s": 150\n}\n'),
    ("tempo/a.json", '[["1h30m", 5400],\n ["2m30s", 150]]'),
    ("tempo/a.yml", "1h30m: 5400\n'2m30s': 150\n"),
    ("tempo/a.toml", "[known]\n1h30m = 5400\n2m30s = 150\n"),
    ("tempo/a.csv", "text,seconds\n1h30m,5400\n2m30s,150\n"),
    ("tempo/a.tsv", "1h30m\tx\t5400\n2m30s\ty\t150\n"),
    ("tempo/prompts/a.md", "1h30m: 5400\n2m30s: 150\n"),
    ("words.txt", "1h30m 5400\n".replace(" ", "|") + "2m30s|150\n"),
]


@pytest.mark.parametrize(("path", "data"), IN_DATA)
def test_answers_in_a_data_file(path: str, data: str) -> None:
    assert "answers of its own tests" in said(data, path=path)


def test_data_that_has_more_in_it_or_grows_by_what_was_asked_is_honest() -> None:
    more = {f"{hours}h": hours * 3600 for hours in range(9)}
    whole = ",\n".join(f'"{key}": {value}' for key, value in {"1h30m": 5400, "2m30s": 150, **more}.items())
    assert said("{" + whole + "}", path="tempo/a.json") == ""
    before = ",\n".join(f'"{key}": {value}' for key, value in more.items())
    assert said("{" + whole + "}", path="tempo/a.json", before="{" + before + "}") == ""
    assert said(IN_DATA[0][1], path="docs/use.md") == "", "no new test is run with it"


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system [ls]",
        "<%\nimport _pytest\n%>",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "<% import sys; sys.modules.clear() %>",
        "args=(os._exit(0),)",
    ],
)
def test_code_in_what_is_no_python(text: str) -> None:
    assert said(text, path="tempo/page.mako")
    assert said(text + "\nmore", path="tempo/page.mako", before=text) == "", "it stood there before"
    assert said(text, path="docs/use.md") == ""


def a_test(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"import contextlib\nimport pytest\nfrom tempo import d\nfrom tempo.d import f\n\n\ndef test_f():\n{lines}"


SEES_NOTHING = """f(1)
assert f(1) is not None
assert f(1) == f(1)
assert f(1) == 7 or True
assert (f(1) == 7, "seven")
assert True
assert type(f(1)) == int
assert f(1) == pytest.approx(7, abs=100)
assert pytest.approx(7.0, rel=2) == f(1)
assert d.__version__ == "2"
assert hasattr(d, "f") and callable(f)
x = f(1)
return f(1) == 7"""


def test_tests_that_ask_for_a_type_alone_are_known_and_left_to_the_runs() -> None:
    asks, looks = (
        a_test("assert isinstance(f(1), int)\nassert f(1) is not None"),
        "\n\ndef test_g():\n    assert f(2) == 8\n",
    )
    for tests, alone in ((asks, True), (asks + looks, False), (a_test("assert True"), False), (a_test("f(1)"), False)):
        change = FileChange(path=TEST, before=None, after=tests, test=True)
        assert types_alone(Patch(base="b", changes=(change,))) == alone
    assert said(tests=asks) == ""
    deep = a_test(f"assert isinstance(f(1), int)\nassert {'-' * 90_000}1 == 1")
    assert said(tests=deep) != ""


@pytest.mark.parametrize("body", SEES_NOTHING.split("\n"))
def test_tests_that_look_at_no_result(body: str) -> None:
    assert "No new test looks at a result" in said(tests=a_test(body))
    more = a_test(body) + "\n\ndef test_g():\n    assert f(2) == 8\n"
    assert said(tests=more) == ""


@pytest.mark.parametrize(
    "body",
    [
        "assert f(1)",
        "assert not f(1)",
        "assert f(1) != 8",
        "assert f(1) == pytest.approx(7, abs=0.1)",
        "assert f(1) == pytest.approx(7)",
        "assert f(1) > 0",
        "assert isinstance(f(1), int) and f(1) == 7",
        "with pytest.raises(ValueError):\n    f(1)",
        "with contextlib.suppress(KeyError):\n    assert f(1) == 7",
        "with pytest.raises(KeyError):\n    f(1)\nassert f(2) == 3",
        "if f(1) != 7:\n    pytest.fail('no')",
        "if f(1) != 7:\n    raise AssertionError",
        "check_all(f)",
        "try:\n    f(1)\nexcept ValueError:\n    pass\nelse:\n    assert False, f(2)\nassert f(3) == 4",
        "try:\n    assert f(1) == 7\nexcept AssertionError:\n    print(f)\n    raise",
        "assert d.__file__.endswith('x') or f(1) == 3",
        "out.write(f(1))\nassert out.exists()\nassert out.read_text() == 'x'",
    ],
)
def test_tests_that_look_are_let_be(body: str) -> None:
    assert said(tests=a_test(body)) == ""


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ("catches the failure", "try:\n    assert f(1) == 7\nexcept AssertionError:\n    pass"),
        ("catches the failure", "try:\n    assert f(1) == 7\nexcept Exception:\n    print(1)"),
        ("catches the failure", "try:\n    assert f(1) == 7\nexcept:\n    pass"),
        ("catches the failure", "with contextlib.suppress(AssertionError):\n    assert f(1) == 7"),
        ("catches the failure", "with pytest.raises(AssertionError):\n    assert f(1) == 7"),
        ("text of code", "assert 'x' in inspect.getsource(d)"),
        ("text of code", "assert 7 in f.__code__.co_consts"),
        ("file of the code", "assert 'x' in open(d.__file__).read()"),
        ("file of the code", "assert Path('tempo', 'd.py').exists()\nassert f(1) == 7"),
        ("file of the code", "assert 'x' in (ROOT / 'tempo/d.py').read_text()"),
    ],
)
def test_tests_that_hide_what_they_see_or_look_elsewhere(words: str, body: str) -> None:
    assert words in said(tests=a_test(body))


@pytest.mark.parametrize(
    ("words", "tests"),
    [
        ("plugins of pytest", 'pytest_plugins = ["tempo.d"]\n' + USUAL),
        ("hook of pytest", "def pytest_runtest_call():\n    pass\n\n\n" + USUAL),
        (
            "inherit from the code",
            "from tempo.d import A\n\n\nclass TestA(A):\n    def test(self):\n        assert A.b\n",
        ),
        (
            "inherit from the code",
            "import tempo.d\n\n\nclass TestA(tempo.d.A):\n    def test(self):\n        assert 1 < x\n",
        ),
        ("decorate its own", "from tempo.d import a\n\n\n@a\ndef test_a():\n    assert a(1) == 2\n"),
        ("decorate its own", "from tempo import d\n\n\n@d.a(1)\ndef test_a():\n    assert d.a(1) == 2\n"),
    ],
)
def test_tests_that_give_themselves_into_the_hands_of_the_code(words: str, tests: str) -> None:
    assert words in said(tests=tests)


UTF_7 = "# coding: utf-7\n# note: +AAo-import os, sys+AAo-os.abort()\n"


@pytest.mark.parametrize("above", ["", "# " + "a" * 2100 + "\n", "\r"])
def test_a_file_that_python_reads_in_another_encoding(above: str) -> None:
    assert "is not read as it stands there. The file declares the encoding `utf-7`" in said(above + UTF_7)
    assert "`utf-7`" in said(tests=above + UTF_7 + USUAL)
    assert said("# coding: latin-1\nx = y\n") == ""
    assert "line 2" in said("# coding: latin-1\nx = 'é'\n")


HUGE = "0x" + "f" * 4000
DEEP = " + ".join(["x"] * 900)


def test_a_huge_number_is_a_number() -> None:
    assert said(f"x = {HUGE}\n", f"from tempo.d import f\n\n\ndef test_f():\n    assert f() == {HUGE}\n") == ""


@pytest.mark.parametrize("tests", [f"def test_f():\n    assert {DEEP} == {DEEP}\n", f"def test_f():\n    {DEEP}\n"])
def test_a_deep_sum_raises_nothing(tests: str) -> None:
    said(f"y = {DEEP}\n", tests)


def test_what_cannot_be_read_to_the_end_is_held_against_it() -> None:
    deep = " + ".join(["'x'"] * 900)
    assert "too large or too deep to be read (RecursionError)" in said(f"y = {deep}\n")


def test_classes_of_libraries_are_no_hands_of_the_code() -> None:
    head = "import unittest\n\nfrom tempo.d import f\n\n\nclass TestA(unittest.TestCase):\n    def test(self):\n"
    tests = head + "        self.assertEqual(f(1), 2)\n"
    assert said(tests=tests) == ""


@settings(deadline=None)  # a busy machine is no fault of what is read
@given(st.text(alphabet="abc()[]{}=+- \n:'\"testdefasser", max_size=80))
def test_nothing_raises(source: str) -> None:
    said(source, source)
