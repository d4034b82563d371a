"""The reaper: removes rooms that a crashed maker left behind."""

import time

from docker.errors import APIError

from sandbox.docker.engine import Client
from sandbox.docker.label import CREATED, DEADLINE, OWNER


def reap(client: Client, *, owner: str | None = None, before: float | None = None) -> int:
    """Remove rooms by label.

    Args:
        client: a client of the engine.
        owner: remove every room of this owner; None removes rooms of anybody whose deadline has passed.
        before: of the owner's rooms only those that were made before this moment (Unix seconds).

    Returns:
        How many containers were removed.
    """
    wanted = DEADLINE if owner is None else f"{OWNER}={owner}"
    # ignore_removed: one that vanishes between the list and the look is exactly what we want.
    found = client.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
    gone = [room for room in found if _is_overdue(room.labels) or (owner and _is_older(room.labels, before))]
    return sum(_remove(room) for room in gone)


def _is_overdue(labels: dict[str, str]) -> bool:
    try:
        return int(labels[DEADLINE]) < time.time()
    except ValueError:
        return True  # a label that we did not write


def _is_older(labels: dict[str, str], before: float | None) -> bool:
    return before is None or int(labels.get(CREATED, "0")) < int(before)


def _remove(container: Client) -> bool:
    try:
        container.remove(force=True, v=True)
    except APIError:
        return False  # it is being removed already
    return True
