"""Labels that mark what we make on an engine, so that a later process can find what a dead one left.

A room has an owner and a deadline. So has a volume that is being filled; it can't be renamed or labelled anew when
it is full, so another, empty volume tells then which one that is: its record. What has a record is a cache and
belongs to nobody.
"""

import secrets
import time
from collections.abc import Mapping

OWNER = "code-intern.owner"
CREATED = "code-intern.created"
DEADLINE = "code-intern.deadline"
#: On a volume that is filled: the name of its record. On a record: the name of the full volume.
ENVIRONMENT = "code-intern.environment"
#: On images, and so on everything that is made of them.
IMAGE = "code-intern.image"

#: What the names of our volumes begin with.
VOLUME_PREFIX = "code-intern-env"

#: Seconds in which an environment must be installed.
SETTLING = 3600.0


def new_owner(line: str = "") -> str:
    """A name for one maker of rooms, never used again.

    Args:
        line: what its predecessors and successors have in common. Of one line only one lives at a time; so what
            is left of the others may go, even where nobody can tell whether they live. "" for none.
    """
    token = secrets.token_hex(6)
    return f"{line}.{token}" if line else token


def line_of(owner: str) -> str:
    """The line of an owner, "" for none."""
    return owner.rpartition(".")[0]


def room_labels(owner: str, lifetime: float) -> dict[str, str]:
    """Labels of a room: who made it, when, and when it must be gone (Unix seconds)."""
    now = time.time()
    return {OWNER: owner, CREATED: str(int(now)), DEADLINE: str(int(now + lifetime) + 1)}


def volume_labels(owner: str, record: str) -> dict[str, str]:
    """Labels of a volume that is being filled: whose, until when, and the name of its record to be."""
    return {**room_labels(owner, SETTLING), ENVIRONMENT: record}


def deadline_of(labels: Mapping[str, str]) -> float:
    """The Unix second until which something may stay; 0 where the label is none of ours."""
    try:
        return float(labels[DEADLINE])
    except (KeyError, ValueError):
        return 0.0
