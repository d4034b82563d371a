"""The repository's own package: whether it is one, and how it is built."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.needs import Project
from sandbox.environment.plain_requirement import read_requirement
from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, text, texts
from sandbox.environment.version_source import version_tool

LEGACY = "setuptools.build_meta:__legacy__"
#: https://peps.python.org/pep-0517/#build-system-table says what holds when nothing is said.
LEGACY_REQUIRES = ("setuptools>=40.8.0",)
POETRY: Table = {"requires": ["poetry-core"], "build-backend": "poetry.core.masonry.api"}
BACKEND = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(:[A-Za-z_][A-Za-z0-9_.]*)?")
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
CALL = re.compile(r"\bsetup\s*\(")


def find_project(repository: Repository, declaration: Declaration, *, installs_project: bool = True) -> Project | None:
    """The package that the repository is; None when it is none.

    Args:
        repository: has the files.
        declaration: all that it declares.
        installs_project: False when its lock file says that it is not installed.
    """
    pyproject = repository.toml("pyproject.toml")
    if not installs_project or _refuses(pyproject) or not _is_package(repository, pyproject, declaration):
        return None
    system = _build_system(repository, pyproject)
    backend = text(system.get("build-backend"))
    if backend and not BACKEND.fullmatch(backend):
        repository.note(f"the build backend {backend[:60]!r} is no name: setuptools is used")
        backend = ""
    name = declaration.name if NAME.fullmatch(declaration.name) else ""
    if not name:
        repository.note("the name of the repository's package is not known")
    requires = (*(texts(system.get("requires")) or LEGACY_REQUIRES), *declaration.build)
    tool = version_tool(repository, requires, declaration.version)
    return Project(
        name=name,
        version="" if tool else _version(declaration.version),
        backend=backend or LEGACY,
        backend_path=_inside(repository, texts(system.get("backend-path"))),
        build_requires=_plain(repository, requires, name),
        version_from_git=bool(tool),
        python=declaration.python,
    )


def _build_system(repository: Repository, pyproject: Table) -> Table:
    """[build-system]; a project of Poetry's can be without, since Poetry doesn't ask for it."""
    if table(pyproject, "build-system") or not table(pyproject, "tool", "poetry") or "setup.py" in repository.files:
        return table(pyproject, "build-system")
    return POETRY


def _refuses(pyproject: Table) -> bool:
    """Whether its tool says that it is no package."""
    tool = table(pyproject, "tool")
    return (
        table(tool, "uv").get("package") is False
        or table(tool, "poetry").get("package-mode") is False
        or table(tool, "pdm").get("distribution") is False
    )


def _is_package(repository: Repository, pyproject: Table, declaration: Declaration) -> bool:
    if CALL.search(repository.text("setup.py")) or repository.ini("setup.cfg").get("metadata", {}).get("name"):
        return True
    declared = table(pyproject, "project") or table(pyproject, "tool", "poetry") or table(pyproject, "tool", "flit")
    if not declared:
        return False
    if table(pyproject, "build-system") or table(pyproject, "tool", "uv").get("package") is True:
        return True
    if _has_folder(repository.files, declaration.name):
        return True
    repository.note("pyproject.toml has no [build-system]: the repository itself is not installed")
    return False


def _has_folder(paths: Iterable[str], name: str) -> bool:
    """Whether there is a package in src/, or one of the project's name."""
    module = canonicalize_name(name).replace("-", "_")
    wanted = {f"{module}/__init__.py", f"{module}.py"}
    return any(path.lower() in wanted or re.fullmatch(r"src/[^/]+/__init__\.py", path) for path in paths)


def _version(version: str) -> str:
    try:
        return str(Version(version)) if len(version) < 100 else ""
    except (InvalidVersion, ValueError):
        return ""


def _inside(repository: Repository, paths: list[str]) -> tuple[str, ...]:
    """The paths that stay in the repository."""
    kept = [path for path in paths if not path.startswith("/") and ".." not in PurePosixPath(path).parts]
    if len(kept) < len(paths):
        repository.note("pyproject.toml: backend-path leaves the repository: not used")
    return tuple(kept)


def _plain(repository: Repository, lines: Iterable[str], own: str) -> tuple[str, ...]:
    found = set()
    for line in lines:
        try:
            requirement = read_requirement(line, "")
        except ValueError as error:
            repository.note(f"{line[:80]!r} of the build is left out: {error}")
            continue
        if requirement.name != canonicalize_name(own):
            found.add(requirement.line)
    return tuple(sorted(found))
