"""Protection: the paths that no patch may touch, whoever asks, and what counts as a test."""

import unicodedata
from collections.abc import Iterable

from bot.decisions.glob import matches
from bot.words.repository_settings import RepositorySettings

#: What runs, steers or guards something outside of the code: its change needs a person. Globs over the
#: casefolded NFC path; one without a slash counts in every folder.
PROTECTED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("GitHub's own settings and workflows", (".github/**", ".github", "codeowners")),
    ("it steers git", (".git", "**/.git/**", ".git*", "**/.git*/**")),
    ("it runs on other people's machines", (".pre-commit-config*", ".pre-commit-hooks*", ".husky/**", "**/.husky/**",
        "lefthook*", ".lefthook*", ".vscode/**", "**/.vscode/**", ".idea/**", "**/.idea/**",
        ".devcontainer/**", "**/.devcontainer/**", ".devcontainer.json", ".envrc", ".env", ".env.*",
        "mise.toml", ".mise.toml", ".tool-versions")),
    ("it instructs agents", ("agents.md", "agents.override.md", "claude.md", "claude.local.md", "gemini.md",
        ".claude/**", "**/.claude/**", ".mcp.json", ".cursor/**", "**/.cursor/**", ".cursorrules", ".windsurfrules",
        ".windsurf/**", "**/.windsurf/**", ".clinerules", ".clinerules/**", ".roo/**", ".aider*", ".codex/**",
        "**/.codex/**", ".gemini/**", "**/.gemini/**", "copilot-instructions.md", "*.instructions.md")),
    ("it builds or starts containers", ("dockerfile", "dockerfile.*", "*.dockerfile", "containerfile",
        "containerfile.*", ".dockerignore", "docker-compose*", "compose.yml", "compose.yaml", "compose.*.yml",
        "compose.*.yaml")),
    ("it configures continuous integration", (".gitlab-ci*", ".circleci/**", ".travis.yml", "azure-pipelines*",
        ".azure-pipelines/**", "jenkinsfile", "jenkinsfile.*", "appveyor.yml", ".appveyor.yml", ".drone.yml",
        ".buildkite/**", "bitbucket-pipelines.yml", ".cirrus.yml", ".woodpecker/**", ".woodpecker.yml",
        ".semaphore/**", ".ci/**", "noxfile.py", "action.yml", "action.yaml", ".readthedocs.y*ml", "codecov.yml",
        ".codecov.yml", "renovate.json*", ".renovaterc*")),
    ("it pins what is installed", ("*.lock", "*.lock.json", "package-lock.json", "npm-shrinkwrap.json",
        "pnpm-lock.yaml", "go.sum", "pylock.toml", "pylock.*.toml", "requirements*.txt", "constraints*.txt",
        "**/requirements/*.txt", "environment.yml", "environment.yaml", "pip.conf", ".npmrc", ".pypirc", ".netrc")),
    ("it configures the tests or the build", ("conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml",
        ".pytest.toml", "tox.ini", "tox.toml", "setup.cfg", "setup.py", "pyproject.toml", ".coveragerc",
        "mypy.ini", ".mypy.ini")),
    ("Python runs it by itself", ("sitecustomize.py", "usercustomize.py", "*.pth", "*.egg-link", "pyvenv.cfg")),
    ("it holds keys", ("*.pem", "*.key", "*.p12", "*.pfx", "id_rsa*", "id_ed25519*", "id_ecdsa*")),
)  # fmt: skip

#: Shadows of pytest itself at a place from which Python would import them.
SHADOWS = frozenset({"pytest", "_pytest", "pluggy", "coverage"})

LONGEST_PATH, LONGEST_NAME = 400, 200


def refused_paths(changes: Iterable[str], settings: RepositorySettings) -> list[str]:
    """Each path that may not be written, as "path: reason"; empty when all may.

    Args:
        changes: paths of a patch, relative to the repository's root.
        settings: the repository's own settings; they can protect more, never less.
    """
    refused, seen = [], dict[str, str]()
    for path in changes:
        reason = _malformed(path) or _protected(path) or _by_settings(path, settings)
        twin = seen.setdefault(_folded(path), path)
        if not reason and twin != path:
            reason = f"differs only by case or spelling from {_shown(twin)}"
        if reason:
            refused.append(f"{_shown(path)}: {reason}")
    return refused


def is_test_path(path: str) -> bool:
    """Whether pytest would collect tests from this file, or load it for them (`conftest.py`).

    https://docs.pytest.org/en/stable/reference/reference.html#confval-python_files
    """
    name = path.rpartition("/")[2]
    return name == "conftest.py" or (
        name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))
    )


def _malformed(path: str) -> str:
    parts = path.split("/")
    if not path or path.startswith("/") or path[1:2] == ":":
        return "not a path inside of the repository"
    if "\\" in path:
        return "has a backslash in it"
    if any(part in ("", ".", "..") for part in parts):
        return "has an empty, `.` or `..` part"
    if any(unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029" for sign in path):
        return "has a control or invisible character in it"
    if len(path) > LONGEST_PATH or any(len(part.encode()) > LONGEST_NAME for part in parts):
        return "is too long"
    if any(part != part.strip() or part.endswith(".") for part in parts):
        return "has a part that begins or ends with a space, or ends with a dot"
    return ""


def _protected(path: str) -> str:
    folded = _folded(path)
    for reason, globs in PROTECTED:
        if any(_matches(folded, glob) for glob in globs):
            return f"protected, because {reason}" if reason.startswith(("it ", "Python")) else f"protected: {reason}"
    parts = folded.removeprefix("src/").split("/")
    if parts[0].removesuffix(".py") in SHADOWS:
        return "protected, because it would stand in for the test runner"
    return ""


def _by_settings(path: str, settings: RepositorySettings) -> str:
    folded = _folded(path)
    for glob in settings.protected_paths:
        if _matches(folded, _folded(glob)):
            return f"protected by `protected_paths` ({_shown(glob)})"
    if settings.allowed_paths and not any(_matches(folded, _folded(glob)) for glob in settings.allowed_paths):
        return "not among `allowed_paths`"
    return ""


def _matches(path: str, glob: str) -> bool:
    """A glob without a slash counts in every folder; one that ends in a slash for all below it."""
    glob = glob.removeprefix("/") + ("**" if glob.endswith("/") else "")
    return matches(path, glob if "/" in glob else f"**/{glob}")


def _folded(path: str) -> str:
    """One spelling for all that a file system may take for the same: https://unicode.org/reports/tr15/."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _shown(path: str) -> str:
    """A path in a sentence: short, and with nothing invisible in it."""
    return path.encode("unicode_escape").decode()[:120] if not path.isprintable() else path[:120]
