"""The store of environments: what each driver provides so that packages are installed once and never changed again.

An **entry** is a folder that one room of ours filled and every later room only reads. It is written in a room that
runs no code of anybody's, becomes visible as a whole or not at all, and is named after what went into it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from sandbox.room import Limits, Room, SandboxError

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much a store keeps; the least recently used entries beyond it go.

    Attributes:
        entries: how many. A job needs up to three: dependencies, project, formatter.
        bytes: of all entries together.
    """

    entries: int = 40
    bytes: int = 20 * 2**30


class Kind(StrEnum):
    """Where a room finds an entry."""

    DEPENDENCIES = "dependencies"  # layout.DEPENDENCIES
    PROJECT = "project"  # layout.PROJECT


class EnvironmentGone(SandboxError):
    """The environment was removed meanwhile; `prepare` makes it again."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an environment stands on: a system with a Python.

    Attributes:
        key: changes whenever the Python, the processor or a system package changes.
        usual: whether rooms without an environment stand on it as well.
        python: version of its Python ("3.12.4").
    """

    key: str
    usual: bool
    python: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One settled entry.

    Attributes:
        name: what `Sandbox.open(environment=...)` takes; several are joined by "+".
        size: bytes.
        used: larger is later. A count, not a time: a clock that jumps removes nothing.
        note: what was noted when it was settled.
    """

    name: str
    size: int = 0
    used: int = 0
    note: str = ""


class Filling(Protocol):
    """An entry that is being written.

    Attributes:
        room: the one room that may write it, at layout.DEPENDENCIES; it has no network.
    """

    room: Room

    def settle(self, size: int, note: str = "") -> Entry:
        """End the room, then show the entry to everybody. The first of two writers wins, the other's is removed.

        Raises:
            EnvironmentGone: somebody removed it while it was written.
        """


class Store(Protocol):
    """What a driver must guarantee.

    Attributes:
        capacity: how much `trim` leaves.

    - No room but the one that fills an entry can write it, and that one is gone before anybody else sees it.
    - `Sandbox.open` refuses a name whose entry is not there with EnvironmentGone; it never shows an empty folder
      in its place. It mounts an entry read-only where its kind belongs, on the ground that it was filled on.
    - An entry that a running room uses is not removed.
    - A process that dies while it fills leaves nothing that is ever found; `sweep` removes it.
    """

    capacity: Capacity

    def ground(self, python: str, debian: Sequence[str], say: Say) -> Ground:
        """A ground with such a Python and these Debian packages; makes it when it can and must.

        Args:
            python: a specifier ("==3.12.*"); "" for whichever the sandbox has.
            debian: names of packages, checked already.
            say: told in a line what takes long.

        Raises:
            SandboxError: there is none; the message says which Pythons there are, or what to do.
        """

    def find(self, key: str) -> Entry | None:
        """The settled entry of this key, marked as used now; None when there is none, or no more."""

    def fill(
        self, key: str, kind: Kind, ground: Ground, limits: Limits, gate: Path | None = None
    ) -> AbstractContextManager[Filling]:
        """Begin a new entry; what is not settled at the end of the block is removed with its room.

        Args:
            key: what it will be found by.
            kind: where rooms will find it.
            ground: what it stands on.
            limits: of the room.
            gate: a Unix socket of the host, which the room finds at layout.GATE; None for no way out at all.
        """

    def entries(self) -> Sequence[Entry]:
        """All settled entries."""

    def remove(self, name: str) -> bool:
        """Remove an entry, unless a room uses it; whether it is gone."""

    def sweep(self) -> None:
        """Remove what writers that died left behind, never what one that lives is writing."""


def trim(store: Store, *, keep: Sequence[str] = ()) -> list[str]:
    """Remove the least recently used entries over the store's capacity; the names of those that went.

    Args:
        store: where they are.
        keep: names that stay in any case.
    """
    found = sorted(store.entries(), key=lambda entry: entry.used)
    size, count, gone = sum(entry.size for entry in found), len(found), list[str]()
    for entry in found:
        if size <= store.capacity.bytes and count <= store.capacity.entries:
            break
        if entry.name not in keep and store.remove(entry.name):
            gone.append(entry.name)
            size, count = size - entry.size, count - 1
    store.sweep()
    return gone
