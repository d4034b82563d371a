"""Leaving out: a requirement that was only guessed and can't be had need not end the job; the tests will tell."""

import re
from collections.abc import Callable, Sequence

from packaging.requirements import InvalidRequirement, Requirement

from sandbox.environment.failure import InstallationFailed
from sandbox.environment.requirement import without_hashes
from sandbox.environment.simple_page import normal
from sandbox.environment.store import Entry

ROUNDS = 4
WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def install_what_can_be_had(
    install: Callable[[Sequence[str]], Entry], lines: Sequence[str], *, optional: bool
) -> tuple[Entry, tuple[str, ...]]:
    """Install the lines, without those that the installer says it can't get.

    Args:
        install: installs lines; raises InstallationFailed with its words.
        lines: plain requirement lines.
        optional: whether lines may be left out; not where a person named them.

    Returns:
        The environment, and a note for each round with what was left out and the installer's words.

    Raises:
        InstallationFailed: nothing can be left out that would help.
    """
    left, notes = list(lines), list[str]()
    for _ in range(ROUNDS):
        try:
            return install(left), tuple(notes)
        except InstallationFailed as error:
            culprits = blamed(left, str(error)) if optional else []
            if not culprits or len(culprits) == len(left):
                raise
            left = [line for line in left if line not in culprits]
            names = ", ".join(_name(line) for line in culprits)
            notes.append(f"not installed: {names}: {error}"[:400])
    return install(left), tuple(notes)


def blamed(lines: Sequence[str], words: str) -> list[str]:
    """The lines whose project the installer names first; it tells what depends on what in this order."""
    found = {normal(_name(line)): line for line in lines}
    for word in WORD.findall(words.replace("==", " ")):
        if normal(word) in found:
            return [found[normal(word)]]
    return []


def _name(line: str) -> str:
    try:
        return Requirement(without_hashes(line)).name
    except InvalidRequirement:
        return ""
