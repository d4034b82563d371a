"""uv's own configuration of indexes, read as uv reads it: https://docs.astral.sh/uv/concepts/configuration-files/."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.environment.secret import Login


@dataclass(frozen=True, slots=True)
class NamedIndex:
    """One index of uv's configuration; its login stands in variables that carry its name."""

    url: str
    name: str = ""
    default: bool = False


@dataclass(frozen=True, slots=True)
class UvSettings:
    """What matters for an installation.

    Attributes:
        indexes: in the order of their priority; at most one is the default.
        strategy: "first-index", ...; "" when unsaid.
    """

    indexes: tuple[NamedIndex, ...] = ()
    strategy: str = ""


def uv_settings(variables: Mapping[str, str]) -> UvSettings:
    """The environment's variables first, then the user's file, then the machine's."""
    tables = [table for path in _files(variables) for table in _tables(path)]
    indexes = [*_of_variables(variables), *(index for table in tables for index in _of_table(table))]
    default = next((index for index in indexes if index.default), None)
    others = dict.fromkeys(index for index in indexes if not index.default)
    strategies = [variables.get("UV_INDEX_STRATEGY", ""), *(str(t.get("index-strategy", "")) for t in tables)]
    return UvSettings((*others, *([default] if default else [])), next(filter(None, strategies), ""))


def login_of(index: NamedIndex, variables: Mapping[str, str]) -> Login:
    """What UV_INDEX_<NAME>_USERNAME and _PASSWORD say."""
    stem = "UV_INDEX_" + "".join(letter if letter.isalnum() else "_" for letter in index.name).upper()
    if not index.name:
        return Login()
    return Login(variables.get(f"{stem}_USERNAME", ""), variables.get(f"{stem}_PASSWORD", ""))


def _files(variables: Mapping[str, str]) -> Iterator[Path]:
    if variables.get("UV_NO_CONFIG", "").lower() in ("1", "true", "yes"):
        return
    if named := variables.get("UV_CONFIG_FILE"):
        yield Path(named)
        return
    home = Path(variables.get("HOME") or "~").expanduser()
    yield Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "uv" / "uv.toml"
    for folder in (variables.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep):
        yield Path(folder) / "uv" / "uv.toml"
    yield Path("/etc/uv/uv.toml")


def _tables(path: Path) -> Iterator[dict[str, Any]]:
    """The file's `[pip]` table, which speaks of this very command, then the file itself."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    if isinstance(table.get("pip"), dict):
        yield table["pip"]
    yield table


def _of_variables(variables: Mapping[str, str]) -> Iterator[NamedIndex]:
    for variable in ("UV_INDEX", "UV_EXTRA_INDEX_URL"):
        for word in variables.get(variable, "").split():
            yield _index(word)
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        if word := variables.get(variable, "").strip():
            yield _index(word, default=True)


def _index(word: str, *, default: bool = False) -> NamedIndex:
    """Written as "name=https://..." or "https://..."; a URL may itself have a "=", behind its colon."""
    name, mark, url = word.partition("=")
    named = bool(mark) and ":" not in name and "/" not in name
    return NamedIndex(url, name, default) if named else NamedIndex(word, "", default)


def _of_table(table: Mapping[str, Any]) -> Iterator[NamedIndex]:
    listed = table.get("index", [])
    for one in listed if isinstance(listed, list) else []:
        # An explicit index is only for packages that a project names for it.
        if isinstance(one, dict) and isinstance(one.get("url"), str) and not one.get("explicit"):
            yield NamedIndex(one["url"], str(one.get("name", "")), bool(one.get("default")))
    for url in table.get("extra-index-url") or []:
        yield NamedIndex(str(url))
    if isinstance(table.get("index-url"), str):
        yield NamedIndex(table["index-url"], default=True)
