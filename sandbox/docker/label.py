"""Labels that mark containers and volumes as ours, so that a later process can find what a dead one left."""

import secrets
import time

OWNER = "code-intern.owner"
CREATED = "code-intern.created"
DEADLINE = "code-intern.deadline"
ENVIRONMENT = "code-intern.environment"


def new_owner() -> str:
    """A random name for one maker of rooms."""
    return secrets.token_hex(6)


def room_labels(owner: str, lifetime: float) -> dict[str, str]:
    """Labels of a room: who made it, when, and when it must be gone (Unix seconds)."""
    now = time.time()
    return {OWNER: owner, CREATED: str(int(now)), DEADLINE: str(int(now + lifetime) + 1)}
