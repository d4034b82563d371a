"""Formatters: which ones a repository itself configures, and in which version. Its files are only read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sandbox.environment.repository import Repository
from sandbox.environment.requirement import is_plain
from sandbox.environment.shape import Table, table, texts
from sandbox.files import Tree

PYPROJECT, HOOKS = "pyproject.toml", ".pre-commit-config.yaml"
RUFF_FILES = (".ruff.toml", "ruff.toml")

#: By the name of a hook; https://pre-commit.com/hooks.html.
HOOK_TOOLS = {"ruff-format": "ruff", "black": "black", "black-jupyter": "black", "yapf": "yapf", "autopep8": "autopep8"}
#: Files with commands that people and their CI run, and the commands by which a formatter is meant.
COMMAND_FILES = re.compile(
    r"(Makefile|justfile|tox\.ini|noxfile\.py|tasks\.py|CONTRIBUTING\.(md|rst)|\.github/workflows/[^/]+\.ya?ml)"
)
COMMANDS = {
    "ruff": re.compile(r"\bruff[\"', ]{1,4}format\b"),
    "black": re.compile(r"(?<![\w./-])black[\"', ]{1,4}(?:--check|--diff|\.|src|tests)"),
}
#: Files in which a version may stand, besides pyproject.toml.
PIN_FILES = re.compile(r"(?:[\w-]*requirements[\w-]*\.(?:txt|in)|requirements/[\w.-]+\.(?:txt|in)|tox\.ini|setup\.cfg)")
LOCK_FILES = ("uv.lock", "poetry.lock", "pdm.lock")
CLAUSE = r"(?:[=~!]=|[<>]=?)[ \t]*+[\w.*]++[ \t]*+(?:,[ \t]*+)?"
MOST_FILES, LARGEST, LARGEST_LOCK = 40, 2**18, 2**22

REPO = re.compile(r"^[ \t]*-[ \t]+repo:", re.MULTILINE)
HOOK = re.compile(r"\bid:[ \t]*[\"']?([\w-]+)")
REV = re.compile(
    r"""\brev:[ \t]*["']?(?:v?(\d{1,4}(?:\.\w{1,12}){0,5})(?=["',\s}]|\Z))?"""
    r"""[^\n#]*(?:\#[ \t]*frozen:[ \t]*v?(\d[\w.]*))?"""
)


@dataclass(frozen=True, slots=True)
class Tool:
    """One program that changes the looks of code.

    Attributes:
        name: "ruff", "black", "yapf", "autopep8" or "isort".
        sorts: whether it sorts the imports; else it formats.
        requirement: how to get it, "ruff==0.6.9"; only its name where no version is said.
        source: the file that configures it.
    """

    name: str
    sorts: bool
    requirement: str
    source: str


def formatters_of(files: Tree) -> tuple[Tool, ...]:
    """What the repository has for its imports and its format, in the order in which to run them; mostly nothing.

    Args:
        files: the repository, of the base branch.
    """
    repository = Repository(files)
    hooks = _hooks(repository)
    tools = [tool for tool in (_sorter(repository, hooks), _formatter(repository, hooks)) if tool]
    return tuple(replace(tool, requirement=_requirement(repository, tool.name, hooks)) for tool in tools)


def _formatter(repository: Repository, hooks: Mapping[str, str]) -> Tool | None:
    for hook, name in HOOK_TOOLS.items():
        if hook in hooks:
            return Tool(name, False, "", HOOKS)
    for path, settings in _ruff_settings(repository):
        if "format" in settings:
            return Tool("ruff", False, "", path)
    tools = table(repository.toml(PYPROJECT), "tool")
    for name in ("black", "yapf", "autopep8"):
        if name in tools:
            return Tool(name, False, "", PYPROJECT)
    for path in (".style.yapf", "setup.cfg"):
        if "yapf" in repository.ini(path) or (path == ".style.yapf" and path in repository.files):
            return Tool("yapf", False, "", path)
    return _commanded(repository)


def _commanded(repository: Repository) -> Tool | None:
    """The formatter that a command of the repository runs; it may have no settings at all."""
    paths = sorted(path for path in repository.files if COMMAND_FILES.fullmatch(path))
    for path in paths[:MOST_FILES]:
        text = repository.peek(path)[:LARGEST]
        for name, command in COMMANDS.items():
            if command.search(text):
                return Tool(name, False, "", path)
    return None


def _sorter(repository: Repository, hooks: Mapping[str, str]) -> Tool | None:
    if "isort" in hooks:
        return Tool("isort", True, "", HOOKS)
    for path, settings in _ruff_settings(repository):
        lint = table(settings, "lint")
        chosen = [*texts(lint.get("select")), *texts(lint.get("extend-select"))]
        chosen += [*texts(settings.get("select")), *texts(settings.get("extend-select"))]
        if any(rule in ("ALL", "I") or rule.startswith("I0") for rule in chosen):
            return Tool("ruff", True, "", path)
    if "isort" in table(repository.toml(PYPROJECT), "tool"):
        return Tool("isort", True, "", PYPROJECT)
    for path in (".isort.cfg", "setup.cfg"):
        if path in repository.files and {"settings", "isort"} & set(repository.ini(path)):
            return Tool("isort", True, "", path)
    return None


def _ruff_settings(repository: Repository) -> Iterator[tuple[str, Table]]:
    """Ruff's settings: a file of its own goes before pyproject.toml.

    https://docs.astral.sh/ruff/configuration/
    """
    for path in RUFF_FILES:
        if path in repository.files:
            yield path, repository.toml(path)
            return
    settings = table(repository.toml(PYPROJECT), "tool", "ruff")
    if settings:
        yield PYPROJECT, settings


def _hooks(repository: Repository) -> dict[str, str]:
    """The hooks that pre-commit runs, each with the version of its repository ("" where that is none)."""
    found: dict[str, str] = {}
    text = repository.peek(HOOKS)[:LARGEST]
    for part in REPO.split(text)[1:]:
        rev = REV.search(part)
        version = (rev[1] or rev[2] or "") if rev else ""
        for hook in HOOK.findall(part):
            found.setdefault(hook, version)
    return found


def _requirement(repository: Repository, name: str, hooks: Mapping[str, str]) -> str:
    """A plain requirement line in the version that the repository runs."""
    for hook in (name, f"{name}-format", f"{name}-check"):
        if hooks.get(hook):
            return _plain(name, f"=={hooks[hook]}")
    for path in LOCK_FILES:
        if path in repository.files and len(repository.files[path].data) <= LARGEST_LOCK:
            pinned = re.search(rf'^name = "{name}"\r?\nversion = "([\w.]+)"', repository.peek(path), re.MULTILINE)
            if pinned:
                return _plain(name, f"=={pinned[1]}")
    paths = [PYPROJECT, *sorted(path for path in repository.files if PIN_FILES.fullmatch(path))]
    for path in paths[:MOST_FILES]:
        if versions := _versions(repository.peek(path)[:LARGEST], name):
            return _plain(name, versions)
    return name


def _versions(text: str, name: str) -> str:
    """What a file of requirements, or pyproject.toml, says of the versions of a package."""
    line = re.search(rf"""(?:^|["'])[ \t]*+{name}[ \t]*+((?:{CLAUSE})++)""", text, re.MULTILINE)
    if line:
        return re.sub(r"\s", "", line[1]).rstrip(",")
    poetry = re.search(rf'^{name}[ \t]*=[ \t]*(?:\{{[^}}\n]*version[ \t]*=[ \t]*)?"([^"\n]+)"', text, re.MULTILINE)
    if not poetry:
        return ""
    words = poetry[1].replace(" ", "")
    if words[:1] in "^~":
        number = words.lstrip("^~")
        return f"~={number}" if "." in number else f"=={number}.*"
    return f"=={words}" if words[:1].isdigit() else words


def _plain(name: str, versions: str) -> str:
    line = name + versions
    return line if is_plain(line) else name
