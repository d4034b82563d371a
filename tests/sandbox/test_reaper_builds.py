"""What builds left that broke off: found by label and age, told apart from what people and rooms use."""

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.docker.engine import connect
from sandbox.docker.label import DEADLINE, IMAGE, OWNER, new_owner
from sandbox.docker.reaper import OLD, half_built, reap

pytestmark = pytest.mark.docker


@pytest.fixture
def client() -> Iterator[Any]:
    made = connect()
    yield made
    made.close()


def test_images_of_builds_that_broke_off_long_ago_go(client: Any) -> None:
    old, young = _load_image(client, "2020-01-01T00:00:00Z"), _load_image(client, time.strftime("%Y-%m-%dT%XZ"))
    try:
        reap(client)
        found = {image.id for image in client.images.list(all=True)}
        assert old not in found
        assert young in found
    finally:
        client.api.remove_image(young)


def test_containers_of_build_steps_go_but_not_those_that_people_or_rooms_started(
    client: Any, sandbox_image: str
) -> None:
    image = client.images.get(sandbox_image).id
    step = client.api.create_container(image, ["true"])["Id"]
    person = client.api.create_container(sandbox_image, ["true"])["Id"]
    room = client.api.create_container(image, ["true"], labels={OWNER: "x", DEADLINE: str(2**40)})["Id"]
    try:
        for container in (step, person, room):
            client.api.start(container)
            client.api.wait(container)
        found = _ids(half_built(client, time.time() + OLD + 60))
        assert step in found
        assert found.isdisjoint({person, room})
        assert step not in _ids(half_built(client, time.time()))
    finally:
        for container in (step, person, room):
            client.api.remove_container(container, force=True)


def _ids(removals: Iterator[Callable[[], object]]) -> set[str]:
    """Of the containers that these would remove."""
    return {owner.id for removal in removals if (owner := getattr(removal, "__self__", None)) is not None}


def _load_image(client: Any, created: str) -> str:
    """An image without a name, as a build that broke off leaves it. Its id."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(f"file-{new_owner()}"))
    settings = {
        "architecture": "amd64",
        "os": "linux",
        "created": created,
        "config": {"Labels": {IMAGE: "test"}},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer.getvalue()).hexdigest()}"]},
    }
    config = json.dumps(settings).encode()
    name = hashlib.sha256(config).hexdigest()
    manifest = json.dumps([{"Config": f"{name}.json", "RepoTags": None, "Layers": ["layer.tar"]}]).encode()
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for path, data in ((f"{name}.json", config), ("layer.tar", layer.getvalue()), ("manifest.json", manifest)):
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    client.images.load(whole.getvalue())
    return f"sha256:{name}"
