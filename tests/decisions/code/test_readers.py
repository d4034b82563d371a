"""What of a repository reads a file that is no Python: a judge's data, a program's words, or nobody but people."""

import pytest

from bot.decisions.code.readers import read_by_code, read_by_tests_alone
from bot.decisions.editing.text_files import documentation_of, is_documentation
from bot.decisions.proof.judges import documented_code, judging_files
from bot.words.patch import FileChange, Patch
from sandbox.files import File, Tree
from sandbox.room import Outcome
from sandbox.suite.report import SuiteReport

NO_TESTS = SuiteReport(outcome=Outcome.FINISHED)


def tree(**texts: str) -> Tree:
    names = {"code": "pkg/mod.py", "test": "tests/test_mod.py", "setup": "setup.py", "script": "scripts/release.py"}
    return {names[key]: File(text.encode()) for key, text in texts.items()}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fixtures/expected.json", 'json.load(open("fixtures/expected.json"))'),
        ("fixtures/expected.json", 'HERE / "fixtures" / name'),
        ("fixtures/expected.json", "open(f'fixtures/{name}.json')"),
        ("golden/a/one.txt", 'Path("golden").rglob("*.txt")'),
        ("golden/one.txt", 'glob.glob("golden/*.txt")'),
        ("expected.csv", "pathlib.Path('expected.csv').read_text()"),
    ],
)
def test_data_that_only_tests_name_judges(path: str, text: str) -> None:
    files = {**tree(test=text, code='"""See fixtures, golden and expected.csv."""\n'), path: File(b"1")}
    assert path in judging_files(files, NO_TESTS, [path])
    assert path not in judging_files({**files, **tree(code=text)}, NO_TESTS, [path]), "code reads it as well"
    assert path not in judging_files({**files, **tree(test="x = 1")}, NO_TESTS, [path]), "no test reads it"


def test_documentation_that_a_test_looks_into_may_be_written() -> None:
    files = {**tree(test='assert "--quiet" in open("README.md").read()'), "README.md": File(b"--quiet")}
    assert "README.md" not in judging_files(files, NO_TESTS, ["README.md"])


def test_a_collected_file_that_is_named_otherwise_is_a_test_here_as_well() -> None:
    files = {"spec/mod.py": File(b'open("cases.json")'), "cases.json": File(b"{}")}
    assert not read_by_tests_alone("cases.json", files)
    suite = NO_TESTS.model_copy(update={"collected": ("spec/mod.py::test_one",)})
    assert "cases.json" in judging_files(files, suite, ["cases.json"])


def test_prose_whose_examples_are_run_judges_and_docstrings_do_not() -> None:
    suite = NO_TESTS.model_copy(update={"collected": ("README.md::README.md", "pkg/mod.py::pkg.mod.f")})
    files = {"README.md": File(b">>> 1\n1\n"), "pkg/mod.py": File(b"")}
    assert judging_files(files, suite) == {"README.md"}
    assert documented_code(suite) == {"pkg/mod.py"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docs/help.txt", '(ROOT / "docs" / "help.txt").read_text()'),
        ("docs/help.md", 'ROOT.joinpath("docs/help.md")'),
        ("prompt.md", "open('prompt.md')"),
        ("README.rst", '__doc__ = open(f"{ROOT}/README.rst").read()'),
        ("docs/en/help.md", 'Path("docs").rglob("*.md")'),
        ("CHANGES.txt", 'VERSION = open("../CHANGES.txt").readline()'),
    ],
)
def test_what_code_names_is_no_documentation(path: str, text: str) -> None:
    files = {**tree(code=text), path: File(b"words")}
    assert read_by_code(path, files)
    assert not is_documentation(path, files)
    for who in ("test", "setup"):
        assert is_documentation(path, {**tree(**{who: text}), path: File(b"words")})


@pytest.mark.parametrize(
    "text", ['URL = "/docs"', '"""Read README.md and docs."""', "# docs/use.md", 'x = "docs/x.md"']
)
def test_words_about_documentation_read_none(text: str) -> None:
    for path in ("README.md", "docs/use.md"):
        assert is_documentation(path, {**tree(code=text), path: File(b"words")})


def test_a_script_and_a_list_of_what_is_installed_are_no_documentation() -> None:
    script = File(b"#!/bin/sh\nrm -r build\n")
    assert not is_documentation("install", {"install": script})
    assert is_documentation("INSTALL", {"INSTALL": File(b"Run make.\n")})
    for reader in ("Makefile", ".github/workflows/docs.yml", "requirements.txt"):
        files = {reader: File(b"-r docs/wanted.txt"), "docs/wanted.txt": File(b"sphinx")}
        assert not is_documentation("docs/wanted.txt", files), reader
    new = FileChange(path="install", before=None, after="#!/bin/sh\n")
    assert documentation_of(Patch(base="b", changes=(new,)), {}) == ()


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("A\n\n.. program-output:: curl example.org\n", True),
        ("```{code-cell} python\nprint(1)\n```\n", True),
        ('```python exec="on"\nprint(1)\n```\n', True),
        ("::: {jupyter-execute}\n", True),
        (".. ipython:: python\n\n   1 + 1\n", True),
        ("```python\nexec('x')\n```\n", False),
        (".. code-block:: python\n\n   plot(1)\n", False),
        ("We plot:: things\n", False),
    ],
)
def test_a_page_of_which_a_build_runs_something_is_no_documentation(text: str, runs: bool) -> None:
    change = FileChange(path="docs/use.md", before="# use\n", after=text)
    assert documentation_of(Patch(base="b", changes=(change,)), {}) == (() if runs else ("docs/use.md",))


def test_a_hostile_file_takes_no_long_to_read() -> None:
    """No pattern may go back, again and again, over what it has read."""
    for text in ("'" + "docs/" * 80_000, "'docs/" + "x" * 400_000, "'" * 400_000, "'docs/x" * 60_000):
        assert not read_by_code("docs/use.md", {"pkg/mod.py": File(text.encode())}), text[:9]
    change = FileChange(path="docs/use.md", before=None, after="\n" * 400_000 + " " * 400_000)
    assert documentation_of(Patch(base="b", changes=(change,)), {}) == ("docs/use.md",)
