"""Repositories that mean harm: nothing but a sentence may come of any bytes, and no file fills time or memory."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.environment.detect import detect
from sandbox.environment.needs import Needs
from sandbox.environment.repository import LARGEST, LONGEST_NOTE, MOST_NOTES
from sandbox.environment.requirement import PLAIN
from sandbox.files import File
from sandbox.room import SandboxError
from tests.sandbox.environment.trees import needs_of, said

TOML_FILES = [
    "pyproject.toml",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "Pipfile",
    "hatch.toml",
    "tox.toml",
]
INI_FILES = ["setup.cfg", "tox.ini", "pytest.ini"]
CODE_FILES = ["setup.py", "noxfile.py", "tests/test_it.py", "conftest.py"]
TEXT_FILES = ["requirements.txt", "requirements/test.in", "tests/requirements.txt", ".python-version", "runtime.txt"]
FILES = [*TOML_FILES, *INI_FILES, *CODE_FILES, *TEXT_FILES, "Pipfile.lock", "pytest.toml"]
PROJECT = '[project]\nname = "shop"\ndependencies = ["six"]\n'

#: The words that readers look for, so that random data gets far.
WORDS = [
    *(
        "project",
        "tool",
        "poetry",
        "name",
        "version",
        "dependencies",
        "optional-dependencies",
        "extras",
        "group",
        "groups",
        "test",
        "dev",
        "dependency-groups",
    ),
    *(
        "include-group",
        "build-system",
        "requires",
        "build-backend",
        "backend-path",
        "uv",
        "sources",
        "git",
        "path",
        "index",
        "workspace",
        "package",
        "source",
    ),
    *(
        "registry",
        "virtual",
        "editable",
        "marker",
        "markers",
        "extra",
        "wheels",
        "sdist",
        "hash",
        "hashes",
        "hatch",
        "envs",
        "features",
        "pdm",
        "dev-dependencies",
    ),
    *(
        "flit",
        "metadata",
        "module",
        "requires-extra",
        "pytest",
        "ini_options",
        "addopts",
        "required_plugins",
        "setuptools",
        "dynamic",
        "file",
        "files",
    ),
    *(
        "packages",
        "dev-packages",
        "default",
        "develop",
        "_meta",
        "category",
        "optional",
        "python",
        "url",
        "default-groups",
        "requires-python",
        "python",
    ),
    *(
        "manifest",
        "members",
        "resolution-markers",
        "directory",
        "vcs",
        "archive",
        "requires_python",
        "packaging",
        "six",
    ),
]
TEXTS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(
        ["six>=1", "^1.2", "==1.0", "pytest; python_version < '3'", "shop[test]", ".", "-r x", ">=3.9", "*"]
    ),
    st.text(max_size=30),
)
VALUES = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.integers(-(2**63), 2**63 - 1)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)),
    max_leaves=30,
)
TABLES = st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=6)


def as_toml(value: object) -> str:
    """A value in TOML's inline form."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value).replace("\x7f", "")


def check(files: dict[str, bytes]) -> Needs | None:
    """Needs that keep every promise, or an error that is one sentence."""
    said = ""
    try:
        needs = detect({path: File(data) for path, data in files.items()})
    except SandboxError as error:
        said = str(error)
    if said:
        assert said.isprintable()
        assert len(said) < 500
        return None
    assert all(PLAIN.fullmatch(line) for line in needs.requirements)
    assert list(needs.requirements) == sorted(set(needs.requirements))
    assert len({"--hash" in line for line in needs.requirements}) < 2
    assert all(PLAIN.fullmatch(line) for line in (needs.project.build_requires if needs.project else ()))
    assert all(note.isprintable() and len(note) <= LONGEST_NOTE for note in needs.notes)
    assert len(needs.notes) <= MOST_NOTES
    assert set(needs.sources) <= set(files)
    return needs


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FILES), st.binary(max_size=300), max_size=6))
def test_any_bytes(files: dict[str, bytes]) -> None:
    check(files)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*TOML_FILES, "Pipfile.lock"]), TABLES, min_size=1, max_size=4))
def test_any_data_of_any_shape(files: dict[str, dict[str, object]]) -> None:
    def spelled(path: str, data: dict[str, object]) -> str:
        if path == "Pipfile.lock":
            return json.dumps(data)
        return "".join(f"{json.dumps(key)} = {as_toml(value)}\n" for key, value in data.items())

    check({path: spelled(path, data).encode("utf-8", "replace") for path, data in files.items()} | {"Pipfile": b""})


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([*INI_FILES, *TEXT_FILES]),
    st.lists(
        st.one_of(
            TEXTS,
            st.sampled_from(
                [
                    "[options]",
                    "[metadata]",
                    "[testenv]",
                    "[tox:tox]",
                    "[tool:pytest]",
                    "deps =",
                    " {[testenv]deps}",
                    "name = x",
                    "install_requires =",
                    "[options.extras_require]",
                    "test = six",
                    "addopts = '",
                    "-e .[x]",
                    "-c requirements.txt",
                ]
            ),
        ),
        max_size=20,
    ),
)
def test_any_lines(path: str, lines: list[str]) -> None:
    check({path: "\n".join(lines).encode("utf-8", "replace")})


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_words_in_the_settings(python: str, package: str, debian: str) -> None:
    said, needs = "", Needs()
    try:
        needs = detect({}, python=python, packages=[package], debian=[debian])
    except SandboxError as error:
        said = str(error)

    assert not said or (said.isprintable() and len(said) < 500)
    assert all(PLAIN.fullmatch(line) for line in needs.requirements)


INCLUDE = '{include-group = "test0"}, '
EDGES = ", ".join(f'{{name = "{other}"}}' for other in range(150))

BOMBS: dict[str, Callable[[], dict[str, str]]] = {
    "a key with dots": lambda: {"pyproject.toml": "a." * 400_000 + "b = 1"},
    "keys with dots": lambda: {"pyproject.toml": "".join("a." * 30 + f"k{n} = 1\n" for n in range(2_000))},
    "nested lists": lambda: {"pyproject.toml": "a = " + "[" * 500_000},
    "nested tables": lambda: {"pyproject.toml": "a = " + "{a = " * 100_000},
    "a number": lambda: {"pyproject.toml": "a = " + "9" * 100_000, "Pipfile": "", "Pipfile.lock": "9" * 100_000},
    "nested json": lambda: {"Pipfile": "", "Pipfile.lock": "[" * 1_000_000},
    "blanks in a line": lambda: {"setup.cfg": "[options]\nx" + " " * 200_000 + "y\n"},
    "broken lines": lambda: {"setup.cfg": "[options]\n" + "x\n" * 100_000},
    "keys for all sections": lambda: {"tox.ini": "[DEFAULT]\n" + "".join(f"k{n}=1\n[s{n}]\n" for n in range(10_000))},
    "references": lambda: {
        "tox.ini": "[testenv]\ndeps = {[b0]deps}\n"
        + "".join(f"[b{n}]\ndeps =\n {{[b{n + 1}]deps}}\n {{[b{n + 1}]deps}}\n" for n in range(1_000))
    },
    "a doubling list": lambda: {"setup.py": "a = ['x']\n" + "a = a + a\n" * 60 + "setup(install_requires=a)"},
    "a doubling text": lambda: {"setup.py": "a = 'x'\n" + "a += a\n" * 60 + "setup(name=a)"},
    "a starred list": lambda: {"setup.py": f"a = [{'1,' * 1_900}]\nb = [{'*a,' * 5_000}]\nsetup(install_requires=b)"},
    "parentheses": lambda: {"setup.py": "setup(name=" + "(" * 50_000, "noxfile.py": "-" * 50_000 + "1"},
    "dots of code": lambda: {"setup.py": "a" + ".a" * 50_000 + "\nsetup()", "noxfile.py": "1" + "+1" * 50_000},
    "requirements that include themselves": lambda: {
        "requirements.txt": "-r requirements.txt\n-r ./requirements.txt\n"
    },
    "a chain of requirement files": lambda: {
        "requirements.txt": "-r requirements/0.txt",
        **{f"requirements/{n}.txt": f"-r {n + 1}.txt" for n in range(300)},
    },
    "lines": lambda: {"requirements.txt": "six\n" * 500_000},
    "one long line": lambda: {"requirements.txt": "six" + " " * 2_000_000 + "x"},
    "hashes": lambda: {"requirements.txt": "six==1" + (" --hash=sha256:" + "a" * 64) * 10_000},
    "a long version": lambda: {"requirements.txt": "six==" + "9" * 900, ".python-version": "3." + "9" * 1_000},
    "one name many times": lambda: {"requirements.txt": "".join(f"six=={n}; os_name=='{n}'\n" for n in range(3_000))},
    "extras of extras": lambda: {
        "pyproject.toml": PROJECT
        + "[project.optional-dependencies]\n"
        + "".join(f'test{n} = ["shop[test{n + 1}]"]\n' for n in range(10_000))
    },
    "groups of groups": lambda: {
        "pyproject.toml": PROJECT
        + "[dependency-groups]\n"
        + "".join(f"test{n} = [{INCLUDE * 100}]\n" for n in range(200))
    },
    "a dense lock file": lambda: {
        "pyproject.toml": PROJECT,
        "uv.lock": "".join(
            f'[[package]]\nname = "{"shop" if n == 0 else n}"\nversion = "1"\nsource = {{editable = "."}}\n'
            f"dependencies = [{EDGES}]\n"
            for n in range(150)
        ),
    },
    "one name with many versions": lambda: {
        "pyproject.toml": PROJECT,
        "uv.lock": '[[package]]\nname = "shop"\nsource = {editable = "."}\ndependencies = ['
        + ", ".join(f'{{name = "six", version = "{n}"}}' for n in range(1_000))
        + "]\n"
        + "".join(f'[[package]]\nname = "six"\nversion = "{n}"\n' for n in range(1_000)),
    },
    "a long marker": lambda: {
        "pyproject.toml": PROJECT,
        "uv.lock": '[[package]]\nname = "shop"\nsource = {editable = "."}\ndependencies = [{name = "six", marker = "'
        + "os_name == 'a' and " * 100_000
        + 'os_name == \'b\'"}]\n[[package]]\nname = "six"\nversion = "1"\n',
    },
    "words of test files": lambda: {
        "test_a.py": "from " + "a" * 500_000,
        "test_b.py": ("def t(" + "a," * 1_000) * 200,
        "test_c.py": " " * 500_000,
        "test_d.py": "import " + "a," * 200_000,
    },
    "paths": lambda: {f"d{n % 100}/f{n}.py": "" for n in range(50_000)},
}


@pytest.mark.parametrize("kind", BOMBS)
def test_what_is_made_to_fill_time_or_memory(kind: str) -> None:
    check({path: text.encode() for path, text in BOMBS[kind]().items()})


def test_a_file_that_is_too_large_is_left_out() -> None:
    lock = '[[package]]\nname = "shop"\nsource = {editable = "."}\n'
    files = {"pyproject.toml": PROJECT, "uv.lock": lock + "#" * LARGEST, "requirements.txt": "attrs\n#" + "#" * LARGEST}
    needs = needs_of(files)

    assert needs.requirements == ("six",)
    assert said(needs, "uv.lock is not read: it is larger than 8192 KiB")
    assert said(needs, "requirements.txt is too large")
    with pytest.raises(SandboxError, match="is too large"):
        detect({path: File(text.encode()) for path, text in files.items()}, requirements=["requirements.txt"])


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("pyproject.toml", b"\xff\xfe", "pyproject.toml is not read: no UTF-8 text"),
        ("pyproject.toml", b"[project]\nname = 1\nname = 2\n", "pyproject.toml is not read: Cannot overwrite a value"),
        ("setup.cfg", b"no section\n", "setup.cfg is not read: no sections and keys"),
        ("setup.py", b"def (", "setup.py is not read: "),
        ("setup.py", b"a\x00b", "setup.py is not read: "),
        ("setup.py", b"# coding: rot13\nfrghc()", "setup.py is not read: "),
        ("noxfile.py", b"(" * 1_000, "noxfile.py is not read: "),
        ("Pipfile.lock", b"[1]", "Pipfile.lock is not read: no JSON object"),
        ("tox.ini", b"[x\ny=1\n", "tox.ini is not read: no sections and keys"),
    ],
)
def test_a_broken_file_is_told(path: str, data: bytes, sentence: str) -> None:
    needs = check({path: data, "Pipfile": b"", "requirements.txt": b"six\n"})

    assert needs is not None
    assert needs.requirements == ("six",)
    assert said(needs, sentence)


def test_the_last_of_several_keys_counts_where_a_format_lets_it() -> None:
    needs = needs_of({"setup.cfg": "[options]\ninstall_requires = six\ninstall_requires = attrs\n[options]\nx = 1\n"})

    assert needs.requirements == ("attrs",)


def test_a_note_has_no_signs_that_steer_a_terminal() -> None:
    needs = needs_of({"requirements.txt": "six @ \x1b[2J\u202ehttps://x.example\n"})

    assert all(note.isprintable() for note in needs.notes)
    assert said(needs, "is left out")


def test_the_repository_itself_is_never_taken_from_the_index() -> None:
    needs = needs_of(
        {
            "pyproject.toml": """
                [project]
                name = "My.Pkg"
                dependencies = ["six"]
                optional-dependencies.test = ["my_pkg"]
            """,
            "requirements.txt": "MY-PKG==1.0\nattrs\n",
        }
    )

    assert needs.requirements == ("attrs", "six")
