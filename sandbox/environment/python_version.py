"""Which Python a repository's tests want."""

import re

from packaging.specifiers import SpecifierSet

from sandbox.environment.repository import Repository
from sandbox.environment.room_python import fits
from sandbox.room import SandboxError

VERSION = re.compile(r"[0-9]+(\.[0-9]+){0,3}")
#: pyenv, uv and Heroku: "3.12.1", "cpython-3.12", "python-3.12.1"; other implementations aren't in the sandbox.
NAMED = re.compile(r"(?:cpython-|cpython@|python-)?(3)(?:\.([0-9]{1,3})(?:\.[0-9]+)?(?:[abrc+-].*)?)?")
FILES = (".python-version", "runtime.txt")


def choose_python(repository: Repository, setting: str, required: str) -> str:
    """Which Python, a specifier.

    Args:
        repository: has perhaps a `.python-version` or `runtime.txt`.
        setting: what the repository's settings say: a version ("3.12") or a specifier.
        required: the project's `requires-python`.

    Returns:
        The setting, else the named version's series ("==3.12.*"), else `required`, else "".

    Raises:
        SandboxError: the setting is no version.
    """
    if setting:
        return _setting(setting)
    asked = read_specifier(repository, required, "requires-python")
    for path in FILES:
        named = _named(repository, path)
        if named and asked and not any(fits(asked, minor) and fits(named, minor) for minor in range(40)):
            repository.note(f"{path} says {named}, but the project requires {asked}: the project decides")
        elif named:
            return named
    return asked


def read_specifier(repository: Repository, words: str, where: str) -> str:
    """A specifier as it is written everywhere; "" with a note when it is none."""
    try:
        return str(SpecifierSet(words[:200]))
    except ValueError:
        repository.note(f"{where} {words[:60]!r} is no version specifier: not used")
        return ""


def _setting(words: str) -> str:
    if VERSION.fullmatch(words):
        return f"=={'.'.join(words.split('.')[:2])}.*"
    try:
        return str(SpecifierSet(words))
    except ValueError:
        raise SandboxError(f"python {words[:60]!r} is no version: write it like 3.12 or >=3.11,<3.14") from None


def _named(repository: Repository, path: str) -> str:
    """The series that a file names first; "" when it names none."""
    lines = [line.strip() for line in repository.text(path)[:2_000].splitlines()]
    entries = [line for line in lines if line and not line.startswith("#")]
    for entry in entries:
        match = NAMED.fullmatch(entry)
        if match:
            return f"=={match[1]}.{match[2]}.*" if match[2] else "==3.*"
    if entries:
        repository.note(f"{path} names no CPython 3: {entries[0][:60]!r}")
    return ""
