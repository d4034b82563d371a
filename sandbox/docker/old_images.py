"""Old images: sandbox images that earlier versions of this package were named after, once there are many of them."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial

from sandbox.docker.engine import Client
from sandbox.docker.environments import GROUND
from sandbox.docker.image import REPOSITORY
from sandbox.docker.trouble import TROUBLE, asking

#: So many stay in any case, and all that are younger than so many seconds: another version may be at work here.
KEPT, OLD = 5, 30 * 86_400.0


def remove_old_images(
    client: Client, keep: Collection[str], *, repository: str = REPOSITORY, later: float = 0.0
) -> int:
    """Remove them; how many went. What a container or an installed environment stands on stays.

    Args:
        client: a client of the engine.
        keep: tags that stay in any case.
        repository: whose tags are looked at.
        later: seconds by which the engine's clock is taken to be ahead.

    Raises:
        SandboxError: the engine does not say what it has.
    """
    with asking("looking for old images"):
        clock = datetime.fromisoformat(client.info()["SystemTime"]).timestamp() + later
        grounds = {(volume.attrs["Labels"] or {}).get(GROUND) for volume in client.volumes.list()}
        return sum(_try(remove) for remove in _old(client, keep, repository, clock, grounds))


def _old(
    client: Client, keep: Collection[str], repository: str, clock: float, grounds: Collection[str | None]
) -> Iterator[Callable[[], object]]:
    own = re.compile(rf"{re.escape(repository)}:[0-9a-f]{{12}}")
    found = [
        (datetime.fromisoformat(image.attrs["Created"]).timestamp(), tag, image.id)
        for image in client.images.list(name=repository)
        for tag in image.tags
        if own.fullmatch(tag)
    ]
    for created, tag, identity in sorted(found, reverse=True)[KEPT:]:
        if clock - created > OLD and tag not in keep and identity not in grounds:
            yield partial(client.api.remove_image, tag)  # unforced: what is in use stays


def _try(remove: Callable[[], object]) -> bool:
    try:
        remove()
    except TROUBLE:
        return False
    return True
