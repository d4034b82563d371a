"""Pins: what a lock file says, whichever tool wrote it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.room_python import Markers, Places


@dataclass(frozen=True, slots=True)
class Pin:
    """One version of one package.

    Attributes:
        name: canonical.
        version: the one that was chosen.
        places: the Pythons for which it is needed.
        hashes: "sha256:..." of its files; empty when the lock file has none.
        extras: those that others ask for, as far as the lock file says: with hashes, pip wants them at the pin.
    """

    name: str
    version: str
    places: Places
    hashes: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a lock file.

    Attributes:
        declaration: all that the repository declares.
        extras: which extras of it (canonical).
        groups: likewise groups.
        markers: settles conditions.
    """

    declaration: Declaration
    extras: AbstractSet[str]
    groups: AbstractSet[str]
    markers: Markers


@dataclass(frozen=True, slots=True)
class Lock:
    """The answer of a lock file.

    Attributes:
        path: the file.
        pins: what is needed.
        names: every package that it knows, needed or not.
        local: names that are folders of the repository itself.
        elsewhere: names that come from somewhere else than the index, and from where.
        installs_project: False when it says that the repository itself is not to be installed.
    """

    path: str
    pins: tuple[Pin, ...]
    names: frozenset[str]
    local: frozenset[str] = frozenset()
    elsewhere: tuple[tuple[str, str], ...] = ()
    installs_project: bool = True
