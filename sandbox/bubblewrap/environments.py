"""Environments of the bubblewrap driver: folders of the cache that one room filled and every other one only reads.

An entry is written in a draft folder, whose content belongs to the room's user while the room runs. Renaming makes
it visible as a whole; the first of two writers wins. Who uses an entry holds it, and a held one is not removed.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox.bubblewrap.cache import discard, draft, hold, reap_cache, remove_tree, show
from sandbox.bubblewrap.command import Mount
from sandbox.bubblewrap.grounds import Grounds
from sandbox.bubblewrap.scene import Scene
from sandbox.environment.store import Capacity, Entry, EnvironmentGone, Ground, Kind, Say
from sandbox.layout import DEPENDENCIES, GATE, PROJECT
from sandbox.room import Limits, Room, SandboxError

TARGETS = {Kind.DEPENDENCIES: DEPENDENCIES, Kind.PROJECT: PROJECT}
CONTENT, RECORD, USED = "content", "entry.json", "used"
LONGEST_NOTE = 500
NAME = re.compile(r"\w[\w-]*", re.ASCII)
GONE = "the environment was removed meanwhile: prepare it again"

OpenRoom = Callable[[Scene, Limits], Room]


class FolderEnvironments:
    """Implements `sandbox.environment.store.Store`.

    Args:
        cache: where the entries are.
        grounds: finds what they stand on.
        open_room: starts a room.
        capacity: how much is kept.
    """

    def __init__(self, cache: Path, grounds: Grounds, open_room: OpenRoom, capacity: Capacity) -> None:
        self.capacity = capacity
        self._cache, self._grounds, self._open_room = cache, grounds, open_room
        self._folder = cache / "environments"

    def ground(self, python: str, debian: Sequence[str], say: Say) -> Ground:
        """See `Store.ground`."""
        return self._grounds.find(python, debian, say)

    def find(self, key: str) -> Entry | None:
        """See `Store.find`."""
        entry = self.look(key)
        if entry is None:
            return None
        used = max([one.used for one in self.entries()], default=0) + 1
        with suppress(OSError):  # removed meanwhile: whoever opens it is told
            (self._folder / key / USED).write_text(str(used))
        return replace(entry, used=used)

    def look(self, key: str) -> Entry | None:
        """The settled entry of this key, without a mark."""
        try:
            record = json.loads((self._folder / key / RECORD).read_text())
            used = (self._folder / key / USED).read_text()
            return Entry(key, int(record["size"]), int(used or 0), str(record["note"]))
        except (OSError, ValueError, KeyError):
            return None

    @contextmanager
    def fill(
        self, key: str, kind: Kind, ground: Ground, limits: Limits, gate: Path | None = None
    ) -> Iterator["FolderFilling"]:
        """See `Store.fill`."""
        folder = draft(self._folder)
        content = folder / CONTENT
        content.mkdir(mode=0o700)
        mounts = [Mount(content, DEPENDENCIES, writable=True)]
        if gate is not None:
            mounts.append(Mount(gate, GATE))
        record = {"kind": kind.value, "python": _python_of(ground), "ground": ground.key}
        try:
            scene = Scene(self._grounds.root(Path(_python_of(ground))), tuple(mounts))
            filling = FolderFilling(self, folder, self._place(key), record, self._open_room(scene, limits))
            try:
                yield filling
            finally:
                filling.room.close()
        finally:
            remove_tree(folder)

    def entries(self) -> Sequence[Entry]:
        """See `Store.entries`."""
        found = [self.look(place.name) for place in self._folder.glob("[!.]*")]
        return [entry for entry in found if entry is not None]

    def remove(self, name: str) -> bool:
        """See `Store.remove`."""
        return discard(self._place(name))

    def sweep(self) -> None:
        """See `Store.sweep`."""
        reap_cache(self._cache)

    def scene(self, name: str) -> Scene:
        """The root and the mounts of a room in this environment, which is held until the scene is left.

        Raises:
            EnvironmentGone: an entry was removed, or what it stands on.
        """
        with ExitStack() as held:
            records: list[dict[str, Any]] = []
            mounts = []
            for place in map(self._place, name.split("+")):
                try:
                    held.callback(os.close, hold(place))
                    records.append(json.loads((place / RECORD).read_text()))
                except (OSError, ValueError):
                    raise EnvironmentGone(GONE) from None
                mounts.append(Mount(place / CONTENT, TARGETS[Kind(records[-1]["kind"])]))
            if len({record["ground"] for record in records}) != 1:
                raise SandboxError(f"{name[:200]!r} names entries that don't belong together")
            root = self._grounds.root(Path(records[0]["python"]))
            return Scene(root, tuple(mounts), held.pop_all().close)

    def _place(self, name: str) -> Path:
        """The folder of an entry. Raises EnvironmentGone: none was ever called so."""
        if not NAME.fullmatch(name):
            raise EnvironmentGone(GONE)
        return self._folder / name


class FolderFilling:
    """Implements `sandbox.environment.store.Filling`."""

    def __init__(
        self, store: FolderEnvironments, folder: Path, place: Path, record: dict[str, Any], room: Room
    ) -> None:
        self.room = room
        self._store, self._folder, self._place, self._record = store, folder, place, record

    def settle(self, size: int, note: str = "") -> Entry:
        """See `Filling.settle`."""
        self.room.close()
        if not self._folder.is_dir():
            raise EnvironmentGone(GONE)
        (self._folder / RECORD).write_text(json.dumps({**self._record, "size": size, "note": note[:LONGEST_NOTE]}))
        (self._folder / USED).write_text("0")
        _take_back(self._folder / CONTENT)
        show(self._folder, self._place)
        winner = self._store.look(self._place.name)
        if winner is None:
            raise EnvironmentGone(GONE)
        return winner


def _python_of(ground: Ground) -> str:
    return ground.key.partition(":")[2]


def _take_back(content: Path) -> None:
    """Make everything this process's again, whoever wrote it; links are not followed."""
    for above, folders, names in os.walk(content):
        for name in (".", *folders, *names):
            os.chown(Path(above, name), os.geteuid(), os.getegid(), follow_symlinks=False)
