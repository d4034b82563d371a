import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions.proof.protection import is_test_module, is_test_path, refused_paths, twins
from bot.words.repository_settings import RepositorySettings, TestSettings

DEFAULT = RepositorySettings()


def refused(path: str, settings: RepositorySettings = DEFAULT) -> str:
    """The reason, "" when the path may be written."""
    found = refused_paths([path], settings)
    assert len(found) <= 1
    return found[0] if found else ""


PATHS = """
.github/workflows/ci.yml .github/intern.yml .github/CODEOWNERS CODEOWNERS docs/CODEOWNERS .gitattributes
.gitmodules .git/config .git/hooks/pre-commit
.pre-commit-config.yaml .husky/pre-push AGENTS.md CLAUDE.md GEMINI.md
.claude/settings.json .mcp.json .cursor/rules/a.md .cursorrules copilot-instructions.md .vscode/settings.json
.idea/x.xml .devcontainer/devcontainer.json Dockerfile Dockerfile.dev
dev.Dockerfile docker-compose.yml compose.yaml
compose.override.yml .circleci/config.yml .gitlab-ci.yml .travis.yml azure-pipelines.yml Jenkinsfile uv.lock
poetry.lock Pipfile.lock Pipfile package-lock.json requirements.txt requirements-dev.txt dev-requirements.txt
requirements/base.txt setup.py pyproject.toml conftest.py pytest.ini tox.ini setup.cfg .coveragerc
noxfile.py sitecustomize.py usercustomize.py evil.pth .env id_rsa
CMakeLists.txt pom.xml Cargo.toml runtime.txt
package.json vercel.json netlify.toml app.json ruff.toml MANIFEST.in ci-pytest.ini coverage-ci.toml
AGENT.md SKILL.md CLAUDE.de.md review.prompt.md Taskfile.yml poe_tasks.toml dvc.yaml environment-dev.yml pixi.toml
pnpm-workspace.yaml serverless.yml devcontainer.json .gitpod.yml
"""


@pytest.mark.parametrize("path", PATHS.split())
def test_protected_paths_in_every_folder_and_every_case(path: str) -> None:
    for variant in (path, path.upper(), path.title(), f"deep/er/{path}", f"Deep/{path.upper()}"):
        assert refused(variant).startswith(f"{variant}: protected"), variant


@pytest.mark.parametrize("path", ["pytest.py", "_pytest/main.py", "src/pluggy/__init__.py", "PyTest.py"])
def test_nothing_may_stand_in_for_the_test_runner(path: str) -> None:
    assert "test runner" in refused(path)


@pytest.mark.parametrize(
    "path",
    [
        "tally.py",
        "src/tally/sums.py",
        "tests/test_issue_7.py",
        "README.md",
        "docs/read me.md",
        "github/a.py",
        "src/git/config.py",
        "locks.py",
        "größe.py",
        "a/.gitkeep",
        ".gitignore",
        "notes.txt",
        "tally/requirements.py",
        "setup_tally.py",
        "...py",
        "data/..a.txt",
    ],
)
def test_ordinary_paths_may_be_written(path: str) -> None:
    assert refused(path) == ""


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../a.py",
        "a/../b.py",
        "./a.py",
        "a/./b.py",
        "a//b.py",
        "a/",
        "a\\b.py",
        "C:/a.py",
        "C:a.py",
        "a\nb.py",
        "a\x00b.py",
        "a\x7f.py",
        "a\u202eb.py",
        "a\u200b.py",
        "a\u2028b.py",
        "\ud800.py",
        "d/" * 200 + "a.py",
        "x" * 300 + ".py",
        "a /b.py",
        "a./b.py",
        " a.py",
        ".git /config",
        ".github./workflows/x.yml",
    ],
)
def test_malformed_paths_are_refused_and_shown_harmlessly(path: str) -> None:
    reason = refused(path)
    assert reason
    assert reason.isprintable()
    assert len(reason) < 300


def test_lookalikes_of_protected_paths_are_refused() -> None:
    assert refused(".GITHUB/workflows/x.yml")
    assert refused("\uff0egithub/workflows/x.yml") == ""  # a full-width dot is another name, everywhere
    assert refused(".gıthub/x") == ""  # so is a dotless i
    assert refused("agent\u017f.md")  # a long s folds to s
    assert refused("GIT~1/config")  # what Windows calls .git


def test_two_spellings_of_one_path_are_refused() -> None:
    found = refused_paths(["caf\u00e9.py", "cafe\u0301.py", "Tally.py", "tally.py", "other.py"], DEFAULT)
    assert [entry.partition(":")[0] for entry in found] == ["cafe\u0301.py", "tally.py"]


def test_settings_protect_more() -> None:
    settings = RepositorySettings(protected_paths=("migrations/", "*.sql", "/only.py", "docs/a*", "legal"))
    for path in (
        "migrations/a.py",
        "app/migrations/b/c.py",
        "x/y.sql",
        "ONLY.py",
        "docs/api.md",
        "legal/terms.md",
    ):
        assert "protected_paths" in refused(path, settings), path
    for path in ("migrations.py", "deep/only.py", "docs/b.md", "x/docs/api.md"):
        assert refused(path, settings) == "", path


def test_what_the_tests_are_run_with_is_protected() -> None:
    settings = RepositorySettings(tests=TestSettings(args=("-c", "./ci/run.ini", "--words=data/words.txt")))
    for path in ("ci/run.ini", "CI/RUN.ini", "data/words.txt"):
        assert refused(path, settings) == f"{path}: protected: `tests.args` names it"
    assert refused("run.ini", settings) == ""


def test_settings_restrict_but_never_unprotect() -> None:
    settings = RepositorySettings(allowed_paths=("src/**", "tests/", "conftest.py", "lib/*"))
    for path in ("src/a.py", "src/a/b.py", "tests/test_a.py", "lib/a.py"):
        assert refused(path, settings) == "", path
    for path in ("setup/a.py", "a.py", "mysrc/a.py", "lib/deep/a.py"):
        assert "allowed_paths" in refused(path, settings), path
    assert "protected" in refused("conftest.py", settings)
    assert "protected" in refused("src/.github/x", settings)


def test_every_offender_is_named_once_in_order() -> None:
    found = refused_paths(["a.py", "setup.py", "b.py", "../x"], DEFAULT)
    assert [entry.partition(": ")[0] for entry in found] == ["setup.py", "../x"]


@given(st.text(max_size=60))
def test_a_path_that_may_be_written_is_plain(path: str) -> None:
    if not refused(path):
        parts = path.split("/")
        assert not any(unicodedata.category(sign).startswith("C") for sign in path)
        assert not {"", ".", "..", ".git", ".github"} & {part.casefold() for part in parts}
        assert "\\" not in path
    assert len(refused_paths([path], DEFAULT)) <= 1


@pytest.mark.parametrize(
    ("path", "module", "test"),
    [
        ("test_a.py", True, True),
        ("src/a_test.py", True, True),
        ("tests/test_a.py", True, True),
        ("tests/data/a.json", False, True),
        ("tests/__init__.py", False, True),
        ("test/help.py", False, True),
        ("a/conftest.py", False, True),
        ("tests.py", False, False),
        ("test_a.txt", False, False),
        ("contest.py", False, False),
        ("latest/a.py", False, False),
        ("testing/a.py", False, False),
        ("tests", False, False),
    ],
)
def test_what_belongs_to_the_tests(path: str, module: bool, test: bool) -> None:
    assert (is_test_module(path), is_test_path(path)) == (module, test)


@pytest.mark.parametrize(
    "path", ["Tests/test_sums.py", "readme.md", "PKG/new.py", "pkg/SUMS.py", "pkg/gro\u0308sse.py"]
)
def test_a_new_file_may_not_differ_from_one_that_is_there_by_its_case_alone(path: str) -> None:
    files = ["README.md", "tests/test_sums.py", "pkg/sums.py", "pkg/gr\u00f6sse.py"]
    (reason,) = twins([path], files)
    assert "differs only by case or spelling from" in reason
    assert twins(["tests/test_more.py", "pkg/new.py", "docs/a.md"], files) == []
    assert twins(["pkg/x.py"], [*files, "PKG/y.py"]) == [], "both are there already"
