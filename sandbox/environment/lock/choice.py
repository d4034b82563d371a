"""Which lock file of a repository counts, when it has one or several."""

from collections.abc import Callable

from sandbox.environment.lock.pdm import read_pdm
from sandbox.environment.lock.pin import Lock, Wanted
from sandbox.environment.lock.pipfile import read_pipfile_lock
from sandbox.environment.lock.poetry import read_poetry_lock
from sandbox.environment.lock.pylock import read_pylock
from sandbox.environment.lock.uv import read_uv
from sandbox.environment.repository import LARGEST, Repository
from sandbox.environment.shape import Table, table

READERS: dict[str, Callable[[Table, Wanted], Lock]] = {
    "uv.lock": read_uv,
    "poetry.lock": read_poetry_lock,
    "pdm.lock": read_pdm,
    "pylock.toml": read_pylock,
    "Pipfile.lock": read_pipfile_lock,
}


def read_lock(repository: Repository, wanted: Wanted) -> Lock | None:
    """What the lock file says; None when there is none that can be used."""
    for path in _by_authority(repository):
        data = repository.json(path) if path == "Pipfile.lock" else repository.toml(path, LARGEST)
        try:
            lock = READERS[path](data, wanted) if data else None
        except ValueError as error:
            repository.note(f"{path} is not used: {error}")
            continue
        if lock and lock.names:
            others = [other for other in READERS if other in repository.files and other != path]
            if others:
                repository.note(f"{path} decides; {', '.join(others)} is not used")
            return lock
    return None


def _by_authority(repository: Repository) -> list[str]:
    """The lock files there are: that of the tool that the project file names comes first."""
    tools = table(repository.toml("pyproject.toml"), "tool")
    own = [path for tool, path in (("uv", "uv.lock"), ("poetry", "poetry.lock"), ("pdm", "pdm.lock")) if tool in tools]
    known = [path for path in READERS if path in repository.files]
    if "Pipfile.lock" in known and "Pipfile" not in repository.files:
        repository.note("Pipfile.lock is not used: there is no Pipfile beside it")
        known.remove("Pipfile.lock")
    return sorted(known, key=lambda path: path not in own)
