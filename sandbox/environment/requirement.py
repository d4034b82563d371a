"""Requirement lines: which ones of a repository's are plain names and versions, and nothing more."""

import re
from collections.abc import Mapping, Sequence

from sandbox.room import SandboxError

NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
EXTRAS = rf"(?:\s*\[\s*{NAME}(?:\s*,\s*{NAME})*\s*\])?"
VERSION = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+"
VERSIONS = rf"(?:\s*\(?\s*{VERSION}(?:\s*,\s*{VERSION})*\s*,?\s*\)?)?"
#: No option (" --x") hides in a marker.
MARKER = r"(?:\s*;(?:(?!\s-)[\sA-Za-z0-9_.'\"<>=!~()+*,-])+)?"
HASHES = r"(?:\s+--hash=sha256:[0-9a-f]{64})*"

#: https://packaging.python.org/en/latest/specifications/dependency-specifiers/ without addresses.
PLAIN = re.compile(rf"{NAME}{EXTRAS}{VERSIONS}{MARKER}{HASHES}")
COMMENT = re.compile(r"(^|\s)#.*$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
MOST_LINES = 2_000


def plain_requirements(files: Mapping[str, bytes], packages: Sequence[str]) -> tuple[str, ...]:
    """Every requirement of the files and the packages, sorted, without comments.

    Args:
        files: requirement files by path.
        packages: further requirements.

    Raises:
        SandboxError: a line names an address, another file or an option; the message names the line.
    """
    found = [_plain(package, f"package {package[:200]!r}") for package in packages]
    for path, data in files.items():
        text = data.decode("utf-8-sig", "replace").replace("\\\n", " ").replace("\\\r\n", " ")
        for line in text.splitlines():
            bare = COMMENT.sub("", line).strip()
            if bare:
                found.append(_plain(bare, f"{path}: {bare[:200]!r}"))
    if len(found) > MOST_LINES:
        raise SandboxError(f"{len(found)} requirements are too many: at most {MOST_LINES}")
    return tuple(sorted(set(found)))


def is_plain(line: str) -> bool:
    """Whether a line is a plain name with extras, versions, a marker and hashes: no address, no file, no option."""
    return PLAIN.fullmatch(line) is not None


def without_hashes(line: str) -> str:
    """A plain line's name, versions and marker."""
    return line.partition(" --hash=")[0]


def _plain(line: str, where: str) -> str:
    if not is_plain(line):
        raise SandboxError(f"{where} is not a plain name with versions; addresses, files and options are not used")
    return " ".join(line.split())
