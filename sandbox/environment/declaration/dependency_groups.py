"""Dependency groups: https://packaging.python.org/en/latest/specifications/dependency-groups/.

`packaging.dependency_groups` is not used: it gives up a whole group for one bad entry, and thirty groups that
include each other twice make it fill the memory.
"""

from collections.abc import Mapping

from packaging.utils import canonicalize_name

from sandbox.environment.repository import Repository
from sandbox.environment.shape import Table, table, text

#: Groups, and entries that are looked at for one group.
MOST, MOST_STEPS = 200, 2_000


def read_groups(repository: Repository, pyproject: Table) -> dict[str, tuple[str, ...]]:
    """The requirement lines of every group, with what it includes; each group counts once."""
    raw: dict[str, object] = {
        canonicalize_name(name): entries for name, entries in table(pyproject, "dependency-groups").items()
    }
    return {name: _lines(repository, raw, name) for name in list(raw)[:MOST]}


def _lines(repository: Repository, raw: Mapping[str, object], first: str) -> tuple[str, ...]:
    lines: dict[str, None] = {}
    waiting, seen, steps = [first], {first}, 0
    while waiting and steps < MOST_STEPS:
        entries = raw.get(waiting.pop())
        for entry in list(entries)[:MOST_STEPS] if isinstance(entries, list) else []:
            steps += 1
            included = canonicalize_name(text(table(entry).get("include-group")))
            if text(entry):
                lines[text(entry)] = None
            elif included not in raw:
                repository.note(f"pyproject.toml: an entry of the dependency group {first!r} is not understood")
            elif included not in seen:
                seen.add(included)
                waiting.append(included)
    return tuple(lines)
