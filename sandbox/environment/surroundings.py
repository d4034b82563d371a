"""What a reader should know of a repository beside its packages: what isn't understood or is left alone."""

import posixpath

from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, tables, texts

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
CONDA = ("environment.yml", "environment.yaml", "conda.yaml", "conda.yml")
DEEPEST = 3
MOST = 8
#: Folders whose projects are samples.
SAMPLES = frozenset(
    [
        "tests",
        "test",
        "testing",
        "examples",
        "example",
        "docs",
        "doc",
        "samples",
        "benchmarks",
        "fixtures",
        "template",
        "templates",
    ]
)


def note_surroundings(repository: Repository, *, is_empty: bool) -> None:
    """Note projects in folders, conda's files and package sources of the repository's own.

    Args:
        repository: has the files, gets the notes.
        is_empty: whether nothing at all was found at its top.
    """
    pyproject = repository.toml("pyproject.toml")
    folders = _folders(repository)
    members = texts(table(pyproject, "tool", "uv", "workspace").get("members"))
    if members:
        repository.note(f"a uv workspace: its members ({', '.join(members[:MOST])}) are not installed, only its root")
    elif folders and is_empty:
        shown = ", ".join(folders[:MOST]) + (", ..." if len(folders) > MOST else "")
        repository.note(
            f"nothing at the top says what the tests need, but there are projects in {shown}: "
            "name their requirement files in the repository's settings"
        )
    conda = [path for path in CONDA if path in repository.files]
    if conda and is_empty:
        repository.note(f"{conda[0]} is conda's: not used")
    if _has_own_index(pyproject) or len(tables(repository.toml("Pipfile").get("source"))) > 1:
        repository.note("the repository names package indexes of its own: only this machine's index is used")


def _folders(repository: Repository) -> list[str]:
    """Folders below the top that have a project file."""
    found = {
        posixpath.dirname(path)
        for path in repository.files
        if posixpath.basename(path) in PROJECT_FILES and 0 < path.count("/") <= DEEPEST
    }
    return sorted(folder for folder in found if not SAMPLES & set(folder.lower().split("/")))


def _has_own_index(pyproject: Table) -> bool:
    tool = table(pyproject, "tool")
    return bool(
        tables(table(tool, "uv").get("index"))
        or table(tool, "uv").get("index-url")
        or tables(table(tool, "poetry").get("source"))
        or tables(table(tool, "pdm").get("source"))
    )
