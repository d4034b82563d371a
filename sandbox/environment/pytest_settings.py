"""pytest's settings in a repository: https://docs.pytest.org/en/stable/reference/customize.html."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, texts

LONGEST = 10_000
#: The first of these that has settings is the one that counts.
TOML_FILES = ("pytest.toml", ".pytest.toml")
INI_FILES = (("pytest.ini", "pytest"), (".pytest.ini", "pytest"))
LATER_INI_FILES = (("tox.ini", "pytest"), ("setup.cfg", "tool:pytest"))


@dataclass(frozen=True, slots=True)
class PytestSettings:
    """What a configuration file says.

    Attributes:
        path: the file, "" when there is none.
        keys: its settings as text.
        options: the words of `addopts`.
        required: the entries of `required_plugins`.
    """

    path: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def read_pytest_settings(repository: Repository) -> PytestSettings:
    """The settings that pytest would use; empty ones when there are none."""
    for path in TOML_FILES:
        if path in repository.files:
            return _of_toml(path, table(repository.toml(path), "pytest"))
    for path, section in INI_FILES:
        if path in repository.files:
            return _of_ini(path, repository.ini(path).get(section, {}))
    tool = table(repository.toml("pyproject.toml"), "tool", "pytest")
    said = {**table(tool, "ini_options"), **{key: value for key, value in tool.items() if key != "ini_options"}}
    if said:
        return _of_toml("pyproject.toml", said)
    for path, section in LATER_INI_FILES:
        if section in repository.ini(path):
            return _of_ini(path, repository.ini(path)[section])
    return PytestSettings()


def _of_toml(path: str, said: Table) -> PytestSettings:
    keys = {key: " ".join(texts(value)) if isinstance(value, list) else str(value) for key, value in said.items()}
    options, required = said.get("addopts"), said.get("required_plugins")
    return PytestSettings(
        path,
        keys,
        tuple(texts(options)) if isinstance(options, list) else _words(keys.get("addopts", "")),
        tuple(texts(required)) if isinstance(required, list) else _words(keys.get("required_plugins", "")),
    )


def _of_ini(path: str, keys: Mapping[str, str]) -> PytestSettings:
    return PytestSettings(path, keys, _words(keys.get("addopts", "")), _words(keys.get("required_plugins", "")))


def _words(value: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(value[:LONGEST]))
    except ValueError:
        return tuple(value[:LONGEST].split())
