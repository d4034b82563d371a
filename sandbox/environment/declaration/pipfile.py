"""Pipfile: https://github.com/pypa/pipfile."""

from packaging.utils import canonicalize_name

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, text, texts

PATH = "Pipfile"
ELSEWHERE = ("git", "path", "file", "index", "hg", "svn", "bzr")
SYSTEM_MARKERS = ("os_name", "sys_platform", "platform_machine", "platform_system", "python_version")


def read_pipfile(repository: Repository) -> Declaration:
    """What the Pipfile says; empty when there is none."""
    pipfile = repository.toml(PATH)
    main, testing = table(pipfile, "packages"), table(pipfile, "dev-packages")
    requires = table(pipfile, "requires")
    version = text(requires.get("python_version")) or text(requires.get("python_full_version"))
    return Declaration(
        python=f"=={'.'.join(version.split('.')[:2])}.*" if version else "",
        dependencies=tuple(_line(name, said) for name, said in main.items()),
        groups={"dev": tuple(_line(name, said) for name, said in testing.items())} if testing else {},
        elsewhere={canonicalize_name(name): _kind(said) for name, said in {**main, **testing}.items() if _kind(said)},
        origin=PATH if pipfile else "",
    )


def _kind(said: object) -> str:
    kind = next((kind for kind in ELSEWHERE if kind in table(said)), "")
    return "another index" if kind == "index" else kind


def marker_of(entry: Table) -> str:
    """A package's condition, of which Pipfile and Pipfile.lock may write parts as keys of their own."""
    parts = [f"{key} {text(entry.get(key))}" for key in SYSTEM_MARKERS if text(entry.get(key))]
    return " and ".join([*parts, *([f"({text(entry.get('markers'))})"] if text(entry.get("markers")) else [])])


def _line(name: str, said: object) -> str:
    entry: Table = {"version": said} if isinstance(said, str) else table(said)
    version = text(entry.get("version"))
    version = f"=={version}" if version[:1].isdecimal() else version
    extras = f"[{','.join(texts(entry.get('extras')))}]" if texts(entry.get("extras")) else ""
    marker = marker_of(entry)
    return f"{name}{extras}{'' if version == '*' else version}" + (f" ; {marker}" if marker else "")
