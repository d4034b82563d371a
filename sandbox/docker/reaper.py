"""What a crash left on an engine: rooms of dead owners, volumes nobody settled, half-built images.

Nothing of a living process is touched. One on this machine is known by its sign (`sandbox.presence`); of one
elsewhere (another machine or container with the same engine, another user) only deadlines are known. They are
the clocks' of different machines, so some minutes are added; a room ends itself by its own clock meanwhile.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sandbox.docker.engine import Client, connect
from sandbox.docker.label import ENVIRONMENT, IMAGE, OWNER, VOLUME_PREFIX, deadline_of, line_of
from sandbox.docker.trouble import TROUBLE, asking
from sandbox.presence import Life, life_of

#: Seconds that clocks of different machines may differ.
SKEW = 600.0
#: Seconds after which what a build left is old: longer than any build takes.
OLD = 3600.0


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads from labels whether something is left over.

    Attributes:
        now: Unix seconds.
        mine: the owner that asks; "" for nobody. Its own things go when their time is over.
        line: the line of which `mine` is known to be the only one that lives; "" for none.
    """

    now: float
    mine: str = ""
    line: str = ""

    def is_left(self, labels: Mapping[str, str]) -> bool:
        """Whether the owner is dead, or the time over and nobody known to live."""
        owner = labels.get(OWNER, "")
        if owner and owner == self.mine:
            return deadline_of(labels) < self.now
        life = life_of(owner)
        if self.line and line_of(owner) == self.line:
            return life is not Life.LIVING  # else somebody has copied what makes the line
        return life is Life.DEAD or (life is Life.UNKNOWN and deadline_of(labels) + SKEW < self.now)


def reap(client: Client, *, mine: str = "", line: str = "", now: float | None = None) -> int:
    """Remove what a crash left.

    Args:
        client: a client of the engine.
        mine: the owner that asks, "" for nobody.
        line: the line of owners of which only `mine` can live, "" for none.
        now: Unix seconds; the clock's when None.

    Returns:
        How many containers, volumes and images were removed.

    Raises:
        SandboxError: the engine does not say what it has.
    """
    reader = Reader(time.time() if now is None else now, mine, line)
    with asking("looking for what a crash left"):
        gone = sum(_try(partial(room.remove, force=True, v=True)) for room in _rooms(client, reader))
        gone += sum(_try(volume.remove) for volume in _unsettled(client, reader))
        return gone + sum(map(_try, half_built(client, _moment(client.info()["SystemTime"]))))


def sweeping(host: str | None, mine: str, line: str = "") -> Callable[[float | None], int]:
    """For a `sandbox.reaper.Reaper`: what reaps the engine at this address; see `reap`."""

    def sweep(now: float | None) -> int:
        client = connect(host)
        try:
            return reap(client, mine=mine, line=line, now=now)
        finally:
            client.close()

    return sweep


def end_rooms(client: Client, owner: str) -> int:
    """Remove every room of one owner; how many there were. Raises SandboxError."""
    with asking("removing rooms"):
        found = _containers(client, {"label": f"{OWNER}={owner}"})
    return sum(_try(partial(room.remove, force=True, v=True)) for room in found)


def _rooms(client: Client, reader: Reader) -> Iterator[Any]:
    return (room for room in _containers(client, {"label": OWNER}) if reader.is_left(room.labels))


def _containers(client: Client, filters: Mapping[str, str]) -> list[Any]:
    # ignore_removed: one that vanishes between the list and the look is exactly what we want.
    found: list[Any] = client.containers.list(all=True, filters=filters, ignore_removed=True)
    return found


def _unsettled(client: Client, reader: Reader) -> Iterator[Any]:
    """Volumes whose filling was never finished: without a record, which `sandbox.docker.environments` makes.

    One of our names without a label is what the engine made of a mount that stood for nothing any more.
    """
    found = {volume.name: volume for volume in client.volumes.list()}
    labels = {name: volume.attrs["Labels"] or {} for name, volume in found.items()}
    for name, volume in found.items():
        settled = labels.get(labels[name].get(ENVIRONMENT, ""), {}).get(ENVIRONMENT) == name
        unfinished = OWNER in labels[name] and not settled and reader.is_left(labels[name])
        if unfinished or (name.startswith(VOLUME_PREFIX) and ENVIRONMENT not in labels[name]):
            yield volume


def half_built(client: Client, clock: float) -> Iterator[Callable[[], object]]:
    """What removes each thing that builds left which are over: containers of their steps, then unnamed images.

    Args:
        client: a client of the engine.
        clock: Unix seconds by the engine's clock, by which the times of creation are.
    """
    for container in _containers(client, {"label": IMAGE, "status": "exited"}):
        # A builder starts them from an image without a name; a person would give one.
        unnamed = container.attrs["Config"]["Image"].startswith("sha256:")
        if OWNER not in container.labels and unnamed and clock - _moment(container.attrs["Created"]) > OLD:
            yield container.remove
    for image in client.images.list(filters={"dangling": True, "label": IMAGE}):
        if clock - _moment(image.attrs["Created"]) > OLD:
            yield partial(client.api.remove_image, image.id)  # unforced: what is in use stays


def _moment(text: str) -> float:
    """Unix seconds of an engine's time: "2026-01-02T03:04:05.123456789Z"."""
    return datetime.fromisoformat(text).timestamp()


def _try(remove: Callable[[], object]) -> bool:
    try:
        remove()
    except TROUBLE:
        return False  # it is being removed already, or in use; if not, the next round finds it
    return True
