"""The reaper: removes rooms that a crashed maker left behind."""

import time

from docker.errors import APIError

from sandbox.engine import Client
from sandbox.label import DEADLINE, OWNER


def reap(client: Client, *, owner: str | None = None) -> int:
    """Remove rooms by label.

    Args:
        client: a client of the engine.
        owner: remove every room of this owner; None removes rooms of anybody whose deadline has passed.

    Returns:
        How many containers were removed.
    """
    wanted = DEADLINE if owner is None else f"{OWNER}={owner}"
    # ignore_removed: one that vanishes between the list and the look is exactly what we want.
    found = client.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
    return sum(_remove(room) for room in found if owner is not None or _is_overdue(room.labels))


def _is_overdue(labels: dict[str, str]) -> bool:
    try:
        return int(labels[DEADLINE]) < time.time()
    except ValueError:
        return True  # a label that we did not write


def _remove(container: Client) -> bool:
    try:
        container.remove(force=True, v=True)
    except APIError:
        return False  # it is being removed already
    return True
