"""Where a project's version comes from, when it is computed from git tags."""

from packaging.utils import canonicalize_name

from sandbox.environment.declaration.setup_py import setup_arguments
from sandbox.environment.plain_requirement import read_requirement
from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, text

#: Packages that compute the version as soon as they are among the build's requirements.
BY_REQUIREMENT = (
    "setuptools-scm",
    "setuptools-git-versioning",
    "versioningit",
    "poetry-dynamic-versioning",
    "dunamai",
    "versioneer",
    "pbr",
    "flit-scm",
)
#: Tables below [tool] that make them do so.
TABLES = {
    "setuptools_scm": "setuptools-scm",
    "setuptools-scm": "setuptools-scm",
    "setuptools-git-versioning": "setuptools-git-versioning",
    "versioningit": "versioningit",
    "versioneer": "versioneer",
    "uv-dynamic-versioning": "uv-dynamic-versioning",
}
#: Where Hatch and PDM say that another one computes the version.
HATCH_SOURCES = {"vcs": "hatch-vcs", "versioningit": "versioningit", "uv-dynamic-versioning": "uv-dynamic-versioning"}
ARGUMENTS = {
    "use_scm_version": "setuptools-scm",
    "pbr": "pbr",
    "setuptools_git_versioning": "setuptools-git-versioning",
}


def version_tool(repository: Repository, build: tuple[str, ...], version: str) -> str:
    """The package that computes the version from git, "" when none does.

    Args:
        repository: has pyproject.toml, setup.cfg and setup.py.
        build: requirement lines of the build.
        version: a static version; what has one needs no tags, but for Poetry's plugin, which replaces it.
    """
    tool = table(repository.toml("pyproject.toml"), "tool")
    if table(tool, "poetry-dynamic-versioning").get("enable") is True:
        return "poetry-dynamic-versioning"
    hatch = table(tool, "hatch", "version") or table(repository.toml("hatch.toml"), "version")
    by_hatch = HATCH_SOURCES.get(text(hatch.get("source")), "")
    return "" if version else by_hatch or _by_table(tool) or _by_setup(repository) or _by_requirement(build)


def _by_table(tool: Table) -> str:
    pdm = "pdm-backend" if text(table(tool, "pdm", "version").get("source")) == "scm" else ""
    return pdm or next((TABLES[name] for name in tool if name in TABLES), "")


def _by_setup(repository: Repository) -> str:
    given = setup_arguments(repository)
    by_argument = next((tool for argument, tool in ARGUMENTS.items() if argument in given), "")
    has_versioneer = "versioneer.py" in repository.files and (
        "versioneer" in repository.ini("setup.cfg") or "versioneer" in repository.text("setup.py")
    )
    return by_argument or ("versioneer" if has_versioneer else "")


def _by_requirement(build: tuple[str, ...]) -> str:
    names = {name for name in map(_name, build) if name}
    return next((tool for tool in BY_REQUIREMENT if tool in names), "")


def _name(line: str) -> str:
    try:
        return canonicalize_name(read_requirement(line, "").name)
    except ValueError:
        return ""
