"""Volumes: what is mounted into a room must be what its name says."""

from collections.abc import Iterable

from sandbox.docker.engine import Client
from sandbox.docker.label import ENVIRONMENT
from sandbox.environment.store import EnvironmentGone


def check_volumes(client: Client, sources: Iterable[str]) -> None:
    """Raises EnvironmentGone when one of these volumes was pruned.

    The engine silently makes an empty volume for a mount whose name stands for none. So this is asked once the
    container is made: from then on nobody can remove what it holds.

    Args:
        client: a client of the engine.
        sources: names of volumes.
    """
    for source in sources:
        if ENVIRONMENT not in (client.volumes.get(source).attrs["Labels"] or {}):
            raise EnvironmentGone(f"the environment {source} was removed meanwhile: prepare it again")
