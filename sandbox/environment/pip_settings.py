"""pip's own configuration, read as pip reads it, without running pip: https://pip.pypa.io/en/stable/topics/configuration/."""

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

PREFIX = "PIP_"
SECTIONS = ("global", "install")


def pip_settings(variables: Mapping[str, str]) -> dict[str, str]:
    """Options by their long names ("index-url"); the environment wins over files, later files over earlier ones.

    Args:
        variables: the environment.
    """
    found: dict[str, str] = {}
    for path in _files(variables):
        found.update(_read(path))
    for name, value in variables.items():
        if name.startswith(PREFIX) and value:
            found[name.removeprefix(PREFIX).lower().replace("_", "-")] = value
    return found


def _files(variables: Mapping[str, str]) -> Iterator[Path]:
    """Configuration files from the weakest to the strongest."""
    named = variables.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return
    home = Path(variables.get("HOME") or "~").expanduser()
    for folder in reversed((variables.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")):
        yield Path(folder) / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
    yield home / ".pip" / "pip.conf"
    if sys.platform == "darwin":
        yield home / "Library" / "Application Support" / "pip" / "pip.conf"
    yield Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"
    yield Path(sys.prefix) / "pip.conf"
    if named:
        yield Path(named)


def _read(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    pairs = [pair for section in SECTIONS if parser.has_section(section) for pair in parser.items(section)]
    return {name.replace("_", "-"): value.strip() for name, value in pairs}
