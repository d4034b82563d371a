"""tox's environments: https://tox.wiki/en/latest/config.html."""

import re
from configparser import Error

from sandbox.environment.declaration.hint import Hint
from sandbox.environment.purpose import is_for_tests
from sandbox.environment.repository import Ini, Repository, read_ini
from sandbox.environment.shape import Table, table, text, texts

FACTORS = re.compile(r"([a-z0-9{},!.\s-]+?):\s+(\S.*)", re.IGNORECASE)
PYTHON_FACTOR = re.compile(r"(?:py)?3(?:\.?([0-9]{1,2}))?")
REFERENCE = re.compile(r"\{\[([^\]]+)\]([\w-]+)\}")
HERE = re.compile(r"\{(?:toxinidir|tox_root)\}[/\\]?")
MOST_LINES = 500


def read_tox(repository: Repository) -> list[Hint]:
    """What the environments for the tests ask for, without those that a factor picks ("django42: ...")."""
    pyproject = table(repository.toml("pyproject.toml"), "tool", "tox")
    hints = _classic(repository, repository.ini("tox.ini"), "tox.ini")
    hints += _classic(repository, _sections_of_setup_cfg(repository), "setup.cfg (tox)")
    hints += _classic(repository, _legacy(repository, text(pyproject.get("legacy_tox_ini"))), "pyproject.toml (tox)")
    hints += _modern(pyproject, "pyproject.toml (tox)") + _modern(repository.toml("tox.toml"), "tox.toml")
    return [hint for hint in hints if hint.lines or hint.extras or hint.groups]


def _legacy(repository: Repository, words: str) -> Ini:
    try:
        return read_ini(words)
    except (Error, ValueError):
        repository.note("pyproject.toml: legacy_tox_ini is not understood")
        return {}


def _sections_of_setup_cfg(repository: Repository) -> Ini:
    ini = repository.ini("setup.cfg")
    return ini if "tox:tox" in ini else {}


def _is_wanted(section: str) -> bool:
    kind, _, name = section.partition(":")
    return kind == "testenv" and (not name or is_for_tests(name) or PYTHON_FACTOR.fullmatch(name) is not None)


def _classic(repository: Repository, ini: Ini, origin: str) -> list[Hint]:
    return [
        Hint(
            origin,
            lines=_unconditional(repository, _list(ini, section, "deps"), origin),
            extras=_unconditional(repository, _list(ini, section, "extras"), origin),
            groups=_unconditional(repository, _list(ini, section, "dependency_groups"), origin),
        )
        for section in ini
        if _is_wanted(section)
    ]


def _list(ini: Ini, section: str, key: str) -> list[str]:
    """A value's entries, with what it refers to ("{[base]deps}") in its place, each once."""
    found: list[str] = []
    waiting = [(section, key)]
    seen = set(waiting)
    while waiting and len(found) < MOST_LINES:
        section, name = waiting.pop(0)
        value = ini.get(section, {}).get(name, "")
        for line in value.splitlines() if key == "deps" else re.split(r"[,\n]", value):
            entry = HERE.sub("", line).strip()
            match = REFERENCE.fullmatch(entry)
            if match and (match[1], match[2]) not in seen:
                seen.add((match[1], match[2]))
                waiting.append((match[1], match[2]))
            elif entry and not entry.startswith("#") and not match:
                found.append(entry)
    return found[:MOST_LINES]


def _unconditional(repository: Repository, entries: list[str], origin: str) -> tuple[str, ...]:
    """The entries that hold always, and those for a Python under that condition."""
    kept, others = [], []
    for entry in entries:
        match = FACTORS.fullmatch(entry)
        pythons = [PYTHON_FACTOR.fullmatch(factor.strip()) for factor in match[1].split(",")] if match else []
        if match is None:
            kept.append(entry)
        elif any(pythons):
            kept.append(_conditional(match[2], [python[1] or "" for python in pythons if python]))
        else:
            others.append(match[1])
    if others:
        repository.note(
            f"{origin}: what is for one of several environments is left out ({', '.join(dict.fromkeys(others))})"
        )
    return tuple(kept)


def _conditional(entry: str, minors: list[str]) -> str:
    """A requirement under the condition that the Python is one of these; another entry as it is."""
    if ";" in entry or entry.startswith(("-", ".")) or "" in minors:
        return entry
    return f"{entry} ; " + " or ".join(f'python_version == "3.{minor}"' for minor in minors)


def _modern(tox: Table, origin: str) -> list[Hint]:
    """The TOML of tox 4: https://tox.wiki/en/latest/config.html#pyproject-toml-native."""
    environments = {"": table(tox, "env_run_base"), **table(tox, "env")}
    return [
        Hint(
            origin,
            lines=tuple(HERE.sub("", line) for line in texts(table(said).get("deps"))),
            extras=tuple(texts(table(said).get("extras"))),
            groups=tuple(texts(table(said).get("dependency_groups"))),
        )
        for name, said in environments.items()
        if _is_wanted(f"testenv:{name}" if name else "testenv")
    ]
