"""pyproject.toml: https://packaging.python.org/en/latest/specifications/pyproject-toml/ and the tools' own tables."""

from packaging.utils import canonicalize_name

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.declaration.dependency_groups import read_groups
from sandbox.environment.declaration.poetry import read_poetry
from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, tables, text, texts

PATH = "pyproject.toml"


def read_pyproject(repository: Repository) -> Declaration:
    """What pyproject.toml says; empty when there is none."""
    pyproject = repository.toml(PATH)
    standard = _standard(repository, pyproject)
    return standard.or_else(read_poetry(repository, pyproject)).or_else(_flit(pyproject))


def _standard(repository: Repository, pyproject: Table) -> Declaration:
    project = table(pyproject, "project")
    extras = {name: tuple(texts(lines)) for name, lines in table(project, "optional-dependencies").items()}
    return Declaration(
        name=text(project.get("name")),
        version=text(project.get("version")),
        python=text(project.get("requires-python")),
        dependencies=tuple(texts(project.get("dependencies"))),
        extras=extras,
        groups={**_uv(pyproject), **_pdm(pyproject), **read_groups(repository, pyproject)},
        elsewhere=_uv_elsewhere(pyproject),
        origin=PATH if pyproject else "",
    )


def _uv(pyproject: Table) -> dict[str, tuple[str, ...]]:
    """The group of uv from before there were groups: https://docs.astral.sh/uv/concepts/projects/dependencies/."""
    lines = texts(table(pyproject, "tool", "uv").get("dev-dependencies"))
    return {"dev": tuple(lines)} if lines else {}


def _uv_elsewhere(pyproject: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, said in table(pyproject, "tool", "uv", "sources").items():
        for entry in tables(said) or [table(said)]:
            kind = next((kind for kind in ("git", "url", "path", "workspace", "index") if kind in entry), "")
            if kind:
                found[canonicalize_name(name)] = "another index" if kind == "index" else kind
    return found


def _pdm(pyproject: Table) -> dict[str, tuple[str, ...]]:
    """PDM's groups from before there were groups: https://pdm-project.org/latest/usage/dependency/."""
    groups = table(pyproject, "tool", "pdm", "dev-dependencies")
    return {name: tuple(texts(lines)) for name, lines in groups.items()}


def _flit(pyproject: Table) -> Declaration:
    """The table of flit from before [project]: https://flit.pypa.io/en/latest/pyproject_toml.html#old-metadata."""
    metadata = table(pyproject, "tool", "flit", "metadata")
    extras = {name: tuple(texts(lines)) for name, lines in table(metadata, "requires-extra").items()}
    return Declaration(
        name=text(metadata.get("dist-name")) or text(metadata.get("module")),
        python=text(metadata.get("requires-python")),
        dependencies=tuple(texts(metadata.get("requires"))),
        extras=extras,
        origin=PATH if metadata else "",
    )
