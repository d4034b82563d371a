"""What an environment stands on: another Python where there is an image of one, and Debian packages."""

import io
from collections.abc import Iterator

import pytest

from sandbox.docker.driver import DockerSandbox
from sandbox.environment.debian import check_debian
from sandbox.environment.needs import Needs
from sandbox.environment.prepare import prepare
from sandbox.room import Limits, SandboxError


@pytest.mark.docker
def test_debian_packages_stand_in_a_layer_that_is_made_once(sandbox: DockerSandbox) -> None:
    said: list[str] = []

    prepared = prepare(sandbox, Needs(debian=("tree",)), {}, say=said.append)
    again = prepare(sandbox, Needs(debian=("tree", "tree")), {}, say=said.append)

    assert again == prepared
    assert len(said) <= 1  # none when an earlier run made it
    with sandbox.open({}, environment=prepared.name) as room:
        assert room.run(["tree", "--version"]).stdout.startswith("tree v")
        left = room.run(["sh", "-c", "ls -A /tmp/apt /var/lib/apt/lists /var/cache/apt/archives/*.deb"]).stdout
        assert left == "/var/lib/apt/lists:\n"
    with sandbox.open({}) as room, pytest.raises(SandboxError, match="can't be started"):
        room.run(["tree", "--version"])


@pytest.mark.docker
@pytest.mark.parametrize("name", ["no-such-package-here", "t.ee"])  # apt-get would take the second for a pattern
def test_a_debian_package_that_does_not_exist_is_told(sandbox: DockerSandbox, name: str) -> None:
    with pytest.raises(SandboxError, match="Debian packages can't be installed: Unable to locate package ") as told:
        prepare(sandbox, Needs(debian=(name,)), {})

    assert str(told.value).endswith(f" {name}")


@pytest.mark.parametrize(
    "name", ["-y", "tree-", "tree.", "a b", "tree;id", "Tree", "$(id)", "", "x" * 200, "--", "a/b", "a=1"]
)
def test_what_is_no_name_of_a_debian_package_is_refused(name: str) -> None:
    with pytest.raises(SandboxError, match="is not the name of a Debian package"):
        check_debian(["tree", name])


def test_names_of_debian_packages_are_sorted() -> None:
    assert check_debian(["libpq5", "g++", "libstdc++6", "tree", "tree"]) == ("g++", "libpq5", "libstdc++6", "tree")
    with pytest.raises(SandboxError, match="too many"):
        check_debian([f"package{number}" for number in range(51)])


@pytest.fixture
def elsewhere(sandbox: DockerSandbox) -> Iterator[tuple[DockerSandbox, str]]:
    """A sandbox whose usual Python says that it is 3.99, beside an image of the real one; the real one's version."""
    version = sandbox.environments.ground("", (), print).python
    official = f"python:3.{version.split('.')[1]}-slim"
    client = sandbox.client
    there = [tag for image in client.images.list() for tag in image.tags]
    dockerfile = f"FROM {sandbox.image}\nENV PYTHON_VERSION=3.99.0\n".encode()
    claimed, _ = client.images.build(fileobj=io.BytesIO(dockerfile), tag="code-intern-test:claims", rm=True)
    if official not in there:
        base = next(tag for tag in there if tag.startswith("code-intern-base:"))
        client.images.get(base).tag(*official.split(":"))
    with DockerSandbox(claimed.id, limits=Limits(seconds=30, lifetime=120)) as other:
        yield other, version
    client.api.remove_image("code-intern-test:claims")
    if official not in there:
        client.api.remove_image(official)


@pytest.mark.docker
def test_another_python_is_taken_from_an_image_that_the_engine_has(elsewhere: tuple[DockerSandbox, str]) -> None:
    other, version = elsewhere
    series = ".".join(version.split(".")[:2])

    prepared = prepare(other, Needs(python=f"=={series}.*", requirements=("six==1.16.0",)), {})

    with other.open({}, environment=prepared.name) as room:
        assert room.run(["python", "-V"]).stdout == f"Python {version}\n"
        assert room.execute("import six; print(six.__version__)").stdout == "1.16.0\n"
    assert prepare(other, Needs(python=f"=={series}.*"), {}).name != ""
    assert prepare(other, Needs(python=">=3.99"), {}).name == ""


@pytest.mark.docker
def test_a_python_that_is_nowhere_is_told_with_those_that_are(sandbox: DockerSandbox) -> None:
    here = sandbox.environments.ground("", (), print).python

    with pytest.raises(SandboxError) as told:
        prepare(sandbox, Needs(python="==3.7.*"), {})

    assert str(told.value).startswith("no Python that fits '==3.7.*': here are ")
    assert here in str(told.value)
    assert "python:3.11-slim" in str(told.value)
    with pytest.raises(SandboxError, match=r"write it like ==3\.12"):
        prepare(sandbox, Needs(python="three"), {})
