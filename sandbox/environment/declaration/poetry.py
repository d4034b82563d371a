"""[tool.poetry] of pyproject.toml: https://python-poetry.org/docs/pyproject/."""

import re
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.declaration.poetry_version import to_specifier
from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, tables, text, texts

ELSEWHERE = ("git", "path", "url", "file", "source")
OLD_GROUP = "dev"
SIGN = re.compile(r"[^0-9]*")


def read_poetry(repository: Repository, pyproject: Table) -> Declaration:
    """What [tool.poetry] says; empty when there is no such table."""
    tool = table(pyproject, "tool", "poetry")
    if not tool:
        return Declaration()
    main = table(tool, "dependencies")
    groups = {name: table(group, "dependencies") for name, group in table(tool, "group").items()}
    groups[OLD_GROUP] = {**table(tool, "dev-dependencies"), **groups.get(OLD_GROUP, {})}
    by_extra = {extra: texts(names) for extra, names in table(tool, "extras").items()}
    optional = {canonicalize_name(name) for name, said in main.items() if _is_optional(said)}
    everything = [main, *groups.values()]
    return Declaration(
        name=text(tool.get("name")),
        version=text(tool.get("version")),
        python=_python(repository, text(main.get("python"))),
        dependencies=_lines(repository, {n: v for n, v in main.items() if canonicalize_name(n) not in optional}),
        extras={extra: _extra(repository, main, names) for extra, names in by_extra.items()},
        groups={name: _lines(repository, entries) for name, entries in groups.items() if entries},
        elsewhere={name: kind for entries in everything for name, kind in _elsewhere(entries)},
        origin="pyproject.toml",
    )


def _is_optional(said: object) -> bool:
    return any(entry.get("optional") is True for entry in _entries(said))


def _entries(said: object) -> list[Table]:
    """A dependency's one or several sets of keys."""
    if isinstance(said, str):
        return [{"version": said}]
    return tables(said) or [table(said)]


def _extra(repository: Repository, main: Table, names: list[str]) -> tuple[str, ...]:
    wanted = {canonicalize_name(name) for name in names}
    return _lines(repository, {name: said for name, said in main.items() if canonicalize_name(name) in wanted})


def _lines(repository: Repository, entries: Table) -> tuple[str, ...]:
    lines = []
    for name, said in entries.items():
        for entry in _entries(said) if name.lower() != "python" else []:
            try:
                lines.append(_line(name, entry))
            except ValueError:
                repository.note(f"pyproject.toml: the constraint of {name!r} is not understood: left out")
    return tuple(lines)


def _line(name: str, entry: Table) -> str:
    extras = f"[{','.join(texts(entry.get('extras')))}]" if texts(entry.get("extras")) else ""
    marker = marker_of(entry)
    return f"{name}{extras}{to_specifier(text(entry.get('version')))}" + (f" ; {marker}" if marker else "")


def marker_of(entry: Table) -> str:
    """A dependency's condition, of which its Python and its platform are parts. Raises ValueError."""
    conditions = [text(entry.get("markers"))]
    conditions += [_condition(part) for part in to_specifier(text(entry.get("python"))).split(",") if part]
    if text(entry.get("platform")):
        conditions.append(f"sys_platform == '{text(entry.get('platform'))}'")
    return " and ".join(f"({condition})" for condition in conditions if condition)


def _condition(part: str) -> str:
    """A marker for one part of a specifier on Python (">=3.8.1")."""
    sign, version = SIGN.match(part)[0], SIGN.sub("", part, count=1)  # type: ignore[index]  # it matches ""
    variable = "python_version" if version.count(".") < 2 or version.endswith("*") else "python_full_version"
    return f"{variable} {sign} '{version}'"


def _elsewhere(entries: Table) -> Iterator[tuple[str, str]]:
    for name, said in entries.items():
        for entry in _entries(said):
            for kind in ELSEWHERE:
                if kind in entry:
                    yield canonicalize_name(name), "another index" if kind == "source" else kind


def _python(repository: Repository, constraint: str) -> str:
    try:
        return to_specifier(constraint) if constraint else ""
    except ValueError:
        repository.note(f"pyproject.toml: python {constraint[:60]!r} is not understood")
        return ""
