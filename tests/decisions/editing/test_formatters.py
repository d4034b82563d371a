import time

import pytest

from bot.decisions.editing.formatters import formatters_of
from sandbox.files import File

HOOKS = """\
repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v4.6.0
    hooks: [{id: end-of-file-fixer}]
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.6.9
    hooks:
      - id: ruff
        args: [--fix]
      - id: ruff-format
  - repo: https://github.com/PyCQA/isort
    rev: 5.13.2
    hooks:
    - id: isort
"""
BLACK = "repos:\n- repo: https://github.com/psf/black-pre-commit-mirror\n  rev: {}\n  hooks:\n  - id: black\n"


def found(files: dict[str, str]) -> list[tuple[str, bool, str, str]]:
    tools = formatters_of({path: File(text.encode()) for path, text in files.items()})
    return [(tool.name, tool.sorts, tool.requirement, tool.source) for tool in tools]


def test_the_hooks_of_pre_commit_say_which_and_in_which_version() -> None:
    path = ".pre-commit-config.yaml"
    files = {path: HOOKS, "pyproject.toml": "[tool.black]\nline-length = 79\n"}
    assert found(files) == [("isort", True, "isort==5.13.2", path), ("ruff", False, "ruff==0.6.9", path)]


@pytest.mark.parametrize(
    ("rev", "requirement"),
    [
        ("24.3.0", "black==24.3.0"),
        ("'24.3.0'", "black==24.3.0"),
        ("0f3ee9c0e3e8b7c1d0a1  # frozen: v24.2.0", "black==24.2.0"),
        ("main", "black"),
        ("24.3.0;--index-url=http://evil", "black"),
    ],
)
def test_a_revision_that_is_no_version_says_none(rev: str, requirement: str) -> None:
    assert found({".pre-commit-config.yaml": BLACK.format(rev)})[0][2] == requirement


@pytest.mark.parametrize(
    ("files", "tool"),
    [
        ({"pyproject.toml": "[tool.ruff.format]\n"}, ("ruff", False, "ruff", "pyproject.toml")),
        ({"ruff.toml": "[format]\nquote-style = 'single'\n"}, ("ruff", False, "ruff", "ruff.toml")),
        ({"pyproject.toml": "[tool.ruff.lint]\nextend-select = ['I001']\n"}, ("ruff", True, "ruff", "pyproject.toml")),
        ({"pyproject.toml": "[tool.ruff]\nselect = ['ALL']\n"}, ("ruff", True, "ruff", "pyproject.toml")),
        ({".ruff.toml": "lint.select = ['I']\n"}, ("ruff", True, "ruff", ".ruff.toml")),
        ({"pyproject.toml": "[tool.black]\n"}, ("black", False, "black", "pyproject.toml")),
        ({"pyproject.toml": "[tool.yapf]\n"}, ("yapf", False, "yapf", "pyproject.toml")),
        ({".style.yapf": "[style]\n"}, ("yapf", False, "yapf", ".style.yapf")),
        ({"setup.cfg": "[yapf]\nbased_on_style = google\n"}, ("yapf", False, "yapf", "setup.cfg")),
        ({"pyproject.toml": "[tool.autopep8]\n"}, ("autopep8", False, "autopep8", "pyproject.toml")),
        ({"pyproject.toml": "[tool.isort]\n"}, ("isort", True, "isort", "pyproject.toml")),
        ({".isort.cfg": "[settings]\nprofile = black\n"}, ("isort", True, "isort", ".isort.cfg")),
        ({"setup.cfg": "[isort]\nprofile = black\n"}, ("isort", True, "isort", "setup.cfg")),
        ({"Makefile": "lint:\n\truff format --check .\n"}, ("ruff", False, "ruff", "Makefile")),
        ({"noxfile.py": "session.run('black', '--check', '.')\n"}, ("black", False, "black", "noxfile.py")),
        (
            {".github/workflows/ci.yml": "    - run: black --check src\n"},
            ("black", False, "black", ".github/workflows/ci.yml"),
        ),
    ],
)
def test_where_formatters_are_configured(files: dict[str, str], tool: tuple[str, bool, str, str]) -> None:
    assert found(files) == [tool]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[tool.ruff]\nline-length = 99\n[tool.ruff.lint]\nselect = ['E']\n"},
        {"Makefile": "all:\n\truff check black/\n", "README.md": "black ."},
        {"pyproject.toml": "[tool.black\n"},
        {"docs/pyproject.toml": "[tool.black]\n"},
    ],
)
def test_a_repository_that_configures_none_has_none(files: dict[str, str]) -> None:
    assert found(files) == []


@pytest.mark.parametrize(
    ("files", "requirement"),
    [
        ({"uv.lock": '[[package]]\nname = "black"\nversion = "24.1.1"\nsource = {}\n'}, "black==24.1.1"),
        ({"requirements-dev.txt": "pytest\nblack == 23.12.1  # style\n"}, "black==23.12.1"),
        ({"requirements/lint.txt": "black>=23, <25\n"}, "black>=23,<25"),
        ({"pyproject.toml": '[tool.black]\n[project.optional-dependencies]\ndev = ["black~=24.0"]\n'}, "black~=24.0"),
        ({"pyproject.toml": '[tool.black]\n[tool.poetry.dependencies]\nblack = "^24.1"\n'}, "black~=24.1"),
        (
            {"pyproject.toml": '[tool.black]\n[tool.poetry.dependencies]\nblack = {version = "24.1.0"}\n'},
            "black==24.1.0",
        ),
        ({"pyproject.toml": '[tool.black]\n[tool.poetry.dependencies]\nblack = "*"\n'}, "black"),
        ({"requirements-dev.txt": "black @ http://evil/black.whl\nblackbird==1\n"}, "black"),
        ({"requirements-dev.txt": "black==1;os_name\n--index-url x\n"}, "black==1"),
    ],
)
def test_the_version_is_the_repositorys(files: dict[str, str], requirement: str) -> None:
    assert found({"pyproject.toml": "[tool.black]\n", **files})[-1][2] == requirement


@pytest.mark.parametrize(
    "text", ["- repo: " + " " * 200_000, "rev:" * 60_000, "black" + " " * 200_000 + "x", "id:" * 90_000]
)
def test_a_hostile_file_takes_no_long_time(text: str) -> None:
    started = time.process_time()
    formatters_of(
        {path: File(text.encode()) for path in (".pre-commit-config.yaml", "Makefile", "tox.ini", "setup.cfg")}
    )
    assert time.process_time() - started < 5
