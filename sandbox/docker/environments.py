"""Environments of the Docker driver: volumes that one room filled and every other one only reads.

A volume gets its name before it is filled and can't be renamed or labelled again. So an entry is two volumes: the
**content**, and an empty **record** that is made afterwards and says by its label which content is complete. Making
the record is atomic, so the first of two writers wins. A third kind, empty **marks**, tells the last uses: the
number in a mark's name is a count, as a volume can't be touched.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.errors import NotFound
from docker.types import Mount

from sandbox.docker.engine import Client
from sandbox.docker.grounds import Grounds
from sandbox.docker.label import ENVIRONMENT, VOLUME_PREFIX, volume_labels
from sandbox.docker.shared_path import shared_path
from sandbox.docker.trouble import TROUBLE, asking
from sandbox.environment.store import Capacity, Entry, EnvironmentGone, Ground, Kind, Say
from sandbox.layout import DEPENDENCIES, GATE, PROJECT
from sandbox.room import Limits, Room, SandboxError

#: Further labels of a content: where it is mounted, and the image that it was filled on.
KIND = "code-intern.kind"
GROUND = "code-intern.ground"
#: Further labels of a record.
SIZE = "code-intern.size"
NOTE = "code-intern.note"
#: Label of a mark: the key that was used.
USED = "code-intern.used"

MOUNTS = {Kind.DEPENDENCIES: DEPENDENCIES, Kind.PROJECT: PROJECT}
#: How often a use is written down again, by a clock that nobody sets.
MARK_SECONDS = 1800
#: What the engine's client says of an engine behind a socket of this machine: only that one finds a gate's socket.
LOCAL = "http+docker://localhost"
GONE = "the environment was removed meanwhile: prepare it again"

#: Starts a room on an image with these volumes and mounts, as arguments for a container's creation.
OpenRoom = Callable[[str, dict[str, Any], Limits], Room]


@dataclass(frozen=True, slots=True)
class _Content:
    """What a content's labels say; they never change."""

    key: str
    kind: Kind
    image: str


class DockerEnvironments:
    """Implements `sandbox.environment.store.Store`. Its rooms stand on an image: a ground's key is the image's id.

    Args:
        client: a client of the engine.
        grounds: finds the images.
        open_room: starts a room that may write.
        owner: who fills.
        capacity: how much is kept.
    """

    def __init__(self, client: Client, grounds: Grounds, open_room: OpenRoom, owner: str, capacity: Capacity) -> None:
        self.capacity = capacity
        self._client, self._grounds, self._open_room, self._owner = client, grounds, open_room, owner
        self._lock = threading.Lock()
        self._settled: dict[str, Entry] = {}
        self._contents: dict[str, _Content] = {}
        self._marked: dict[str, float] = {}
        self._count = 0

    def ground(self, python: str, debian: Sequence[str], say: Say) -> Ground:
        """See `Store.ground`."""
        return self._grounds.find(python, debian, say)

    def find(self, key: str) -> Entry | None:
        """See `Store.find`. One question to the engine for an entry that this process knows, a few for another."""
        with asking("looking for an environment"):
            entry = self._settled.get(key) or self._recorded(key)
            if entry is None:
                return None
            if not self._is_intact(entry.name, key):
                self._forget(key)  # somebody pruned what the record stands for
                return None
            self._settled[key] = entry
            self._mark(key)
            return entry

    @contextmanager
    def fill(
        self, key: str, kind: Kind, ground: Ground, limits: Limits, gate: Path | None = None
    ) -> Iterator["DockerFilling"]:
        """See `Store.fill`."""
        door = [] if gate is None else [self._door(gate)]
        volume = f"{_record(key)}-{secrets.token_hex(4)}"
        labels = {**volume_labels(self._owner, _record(key)), KIND: kind.value, GROUND: ground.key}
        with asking("making an environment"):
            self._client.volumes.create(volume, labels=labels)
        filling = None
        try:
            mounted = {"volumes": {volume: {"bind": DEPENDENCIES, "mode": "rw"}}, "mounts": door}
            filling = DockerFilling(self, key, volume, self._open_room(ground.key, mounted, limits))
            yield filling
        finally:
            if filling is not None:
                filling.room.close()
            if filling is None or not filling.settled:
                self._discard(volume)

    def _door(self, gate: Path) -> Mount:
        """A mount, which unlike a volume's is refused where the engine finds nothing, instead of made."""
        if self._client.api.base_url != LOCAL:
            raise SandboxError(
                "packages can only be installed by an engine of this machine: DOCKER_HOST is another one"
            )
        return Mount(GATE, shared_path(self._client, gate), type="bind", read_only=True)

    def settle(self, key: str, volume: str, size: int, note: str) -> Entry:
        """Make the record; whoever makes it first decides what everybody sees."""
        with asking("keeping an environment"):
            if self._is_intact(volume, key):
                labels = {ENVIRONMENT: volume, SIZE: str(size), NOTE: note}
                self._client.volumes.create(_record(key), labels=labels)
            winner = self.find(key)
        if winner is None:
            raise EnvironmentGone("the environment was removed while it was made: try again")
        if winner.name != volume:
            self._discard(volume)
        return winner

    def entries(self) -> Sequence[Entry]:
        """See `Store.entries`."""
        volumes = self._volumes()
        used = _uses(volumes)
        return [_entry(_key(name), labels, used) for name, labels in volumes.items() if SIZE in labels]

    def remove(self, name: str) -> bool:
        """See `Store.remove`: the engine itself refuses to remove what a container uses."""
        try:
            content = self._content(name)
            self._client.api.remove_volume(name)
        except EnvironmentGone:
            return True
        except TROUBLE:
            return False
        self._contents.pop(name, None)
        self._forget(content.key)
        return True

    def sweep(self) -> None:
        """See `Store.sweep`. Contents that were never settled are the reaper's, which knows who lives."""
        volumes = self._volumes()
        last = _uses(volumes)
        for name, labels in volumes.items():
            key = labels.get(USED)
            if key and (_record(key) not in volumes or _number(name) < last[key]):
                self._discard(name)
        self._grounds.sweep({labels[GROUND] for labels in volumes.values() if GROUND in labels})

    # What rooms are made of

    def dress(self, name: str) -> dict[str, Any]:
        """The image and the volumes of a room in this environment, as arguments for a container's creation.

        Raises:
            EnvironmentGone: an entry was removed, or its image.
        """
        contents = {one: self._content(one) for one in name.split("+")}
        images = {content.image for content in contents.values()}
        if len(images) != 1:
            raise SandboxError(f"{name[:200]!r} names entries that don't belong together")
        volumes = {one: {"bind": MOUNTS[content.kind], "mode": "ro"} for one, content in contents.items()}
        return {"image": images.pop(), "volumes": volumes}

    def _content(self, name: str) -> _Content:
        known = self._contents.get(name)
        if known is None:
            with asking("looking for an environment"):
                labels = self._labels(name)
            if labels.get(KIND) not in list(Kind):
                raise EnvironmentGone(GONE)
            known = _Content(_key(labels[ENVIRONMENT]), Kind(labels[KIND]), labels[GROUND])
            self._contents[name] = known
        return known

    # Volumes

    def _recorded(self, key: str) -> Entry | None:
        labels = self._labels(_record(key))
        return _entry(key, labels, {}) if SIZE in labels else None

    def _is_intact(self, volume: str, key: str) -> bool:
        return self._labels(volume).get(ENVIRONMENT) == _record(key)

    def _labels(self, volume: str) -> dict[str, str]:
        """Labels of a volume; none when there is no such volume."""
        try:
            return dict(self._client.api.inspect_volume(volume)["Labels"] or {})
        except NotFound:
            return {}

    def _volumes(self) -> dict[str, dict[str, str]]:
        with asking("looking for environments"):
            found = self._client.api.volumes(filters={"label": ENVIRONMENT})["Volumes"] or []
        return {volume["Name"]: volume["Labels"] or {} for volume in found}

    def _forget(self, key: str) -> None:
        """Remove the record of what is gone."""
        self._settled.pop(key, None)
        self._marked.pop(key, None)
        self._discard(_record(key))

    def _discard(self, volume: str) -> None:
        with suppress(*TROUBLE):  # never there, or held by a room that is still going: the reaper finds it
            self._client.api.remove_volume(volume)

    def _mark(self, key: str) -> None:
        """Write a use down: a mark with a higher number than all others. Two processes may choose the same one."""
        with self._lock:
            now = time.monotonic()
            if now - self._marked.get(key, -MARK_SECONDS) < MARK_SECONDS:
                return
            self._marked[key] = now
            # Looked up each time: others on this engine count on meanwhile, and who has a low number is removed first.
            self._count = max([self._count, *_uses(self._volumes()).values()]) + 1
            name = f"{_record(key)}-used-{self._count}"
        self._client.volumes.create(name, labels={ENVIRONMENT: _record(key), USED: key})


class DockerFilling:
    """Implements `sandbox.environment.store.Filling`."""

    def __init__(self, store: DockerEnvironments, key: str, volume: str, room: Room) -> None:
        self.room = room
        self.settled = False
        self._store, self._key, self._volume = store, key, volume

    def settle(self, size: int, note: str = "") -> Entry:
        """See `Filling.settle`."""
        self.room.close()
        entry = self._store.settle(self._key, self._volume, size, note)
        self.settled = True
        return entry


def _record(key: str) -> str:
    return f"{VOLUME_PREFIX}-{key}"


def _key(record: str) -> str:
    return record.removeprefix(f"{VOLUME_PREFIX}-")


def _entry(key: str, labels: Mapping[str, str], used: Mapping[str, int]) -> Entry:
    size = labels[SIZE]
    return Entry(labels[ENVIRONMENT], int(size) if size.isdecimal() else 0, used.get(key, 0), labels.get(NOTE, ""))


def _uses(volumes: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    """The last use of each key, by the marks among these volumes."""
    found: dict[str, int] = {}
    for name, labels in volumes.items():
        if key := labels.get(USED):
            found[key] = max(found.get(key, 0), _number(name))
    return found


def _number(mark: str) -> int:
    number = mark.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
