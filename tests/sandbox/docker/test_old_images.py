"""Images of earlier versions, on the real engine, under a name of the test's own."""

import io
import secrets
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.docker.engine import connect
from sandbox.docker.old_images import KEPT, remove_old_images

pytestmark = pytest.mark.docker
MONTHS = 90 * 86_400.0


@pytest.fixture
def client() -> Iterator[Any]:
    made = connect()
    yield made
    made.close()


@pytest.fixture
def repository(client: Any) -> Iterator[str]:
    name = f"code-intern-test-{secrets.token_hex(4)}"
    yield name
    for image in client.images.list(name=name):
        client.images.remove(image.id, force=True)


def make(client: Any, repository: str, tag: str) -> str:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        member = tarfile.TarInfo("x")
        member.size = 32
        archive.addfile(member, io.BytesIO(secrets.token_bytes(32)))
    client.api.import_image_from_data(content.getvalue(), repository=repository, tag=tag, changes=['CMD ["/x"]'])
    return f"{repository}:{tag}"


def test_the_oldest_go_and_whatever_is_used_or_new_stays(client: Any, repository: str) -> None:
    tags = [make(client, repository, f"{number:012x}") for number in range(KEPT + 4)]
    named = make(client, repository, "debian-0123456789ab")
    container = client.containers.create(tags[1])
    try:
        assert remove_old_images(client, [], repository=repository) == 0, "all are new"
        assert remove_old_images(client, [tags[0]], repository=repository, later=MONTHS) == 2
        left = {tag for image in client.images.list(name=repository) for tag in image.tags}
        assert left == {tags[0], tags[1], *tags[4:], named}
    finally:
        container.remove()
