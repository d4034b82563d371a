"""Grounds of the Docker driver: images with the Python and the Debian packages that an environment stands on."""

import re
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from sandbox.docker.base_image import pull
from sandbox.docker.debian_layer import DEBIAN, ensure_layer
from sandbox.docker.engine import Client
from sandbox.docker.image import REPOSITORY, ensure_image, is_present
from sandbox.docker.label import IMAGE
from sandbox.docker.trouble import TROUBLE, asking
from sandbox.environment.room_python import fits
from sandbox.environment.store import Ground, Say
from sandbox.room import SandboxError

#: Which ones our own programs and the pinned pytest run on.
OLDEST, NEWEST = 11, 14
LOCAL = re.compile(r"(?:docker\.io/(?:library/)?)?python:3\.(\d+)(?:\.\d+)?(?:-slim)?(?:-(?:bookworm|trixie|forky))?")
NAMED = re.compile(rf"{REPOSITORY}:.*-python-(\d+\.\d+\.\d+\S*)")

UNUSED_SECONDS = 3600.0

#: Asks a room on this image for its Python's version.
AskVersion = Callable[[str], str]


class Grounds:
    """Finds images, builds them when it must.

    Args:
        client: a client of the engine.
        image: tag of the image that rooms without an environment stand on.
        ask_version: runs a room on an image.
    """

    def __init__(self, client: Client, image: str, ask_version: AskVersion) -> None:
        self._client, self._image, self._ask_version = client, image, ask_version
        self._lock = threading.Lock()
        self._found: dict[tuple[str, tuple[str, ...]], Ground] = {}

    def find(self, python: str, debian: Sequence[str], say: Say) -> Ground:
        """See `Store.ground`."""
        wanted = (python, tuple(debian))
        with self._lock:
            ground = self._found.get(wanted)
            if ground is None or not is_present(self._client, ground.key):  # images are pruned, too
                ground = self._found[wanted] = self._make(python, debian, say)
            return ground

    def sweep(self, used: Collection[str]) -> None:
        """Remove layers of Debian packages, by id, that nothing was installed on.

        A new one waits for what will be installed on it, so it stays for a while by the engine's own clock.
        """
        with asking("looking for images"):
            now = _moment(self._client.info()["SystemTime"])
            for image in self._client.images.list(filters={"label": f"{IMAGE}={DEBIAN}"}):
                if image.id not in used and now - _moment(image.attrs["Created"]) > UNUSED_SECONDS:
                    for tag in image.tags:
                        with suppress(*TROUBLE):  # a room stands on it
                            self._client.api.remove_image(tag)

    def _make(self, python: str, debian: Sequence[str], say: Say) -> Ground:
        usual = self._id(self._image)
        image, version = usual, self._version(usual)
        if not _fits(python, version):
            image = self._id(self._other(python, version, say))
            version = self._version(image)
            if not _fits(python, version):
                raise SandboxError(f"no Python that fits {python!r}: the newest image for it has {version}")
        if debian:
            image = self._id(ensure_layer(self._client, image, debian, say))
        return Ground(key=image, usual=image == usual, python=version)

    def _other(self, python: str, here: str, say: Say) -> str:
        """A sandbox image on another Python's base, the newest that fits: a local one first."""
        wanted = [minor for minor in range(NEWEST, OLDEST - 1, -1) if fits(python, minor)]
        local = dict(sorted(self._local()))
        for minor in (minor for minor in wanted if minor in local):
            return ensure_image(self._client, base=local[minor], say=say)
        for minor in wanted[:1]:  # one attempt: where no registry answers, none does for the others
            if pull(self._client, f"python:3.{minor}-slim", say):
                return ensure_image(self._client, base=f"python:3.{minor}-slim", say=say)
        there = ", ".join(sorted({here, *(f"3.{minor}" for minor in local)}))
        raise SandboxError(
            f"no Python that fits {python!r}: here are {there}, and no registry gives another one; pull one of "
            f"python:3.{OLDEST}-slim to python:3.{NEWEST}-slim into the engine, or ask for another Python"
        )

    def _local(self) -> Iterator[tuple[int, str]]:
        """Images with a Python that the engine has, by minor version."""
        with asking("looking for images"):
            tags = [tag for image in self._client.images.list() for tag in image.tags]
        for tag in sorted(tags):
            if found := LOCAL.fullmatch(tag):
                yield int(found[1]), tag

    def _id(self, image: str) -> str:
        with asking("looking for the sandbox image"):
            return str(self._client.images.get(image).id)

    def _version(self, image: str) -> str:
        """The version of an image's Python: what it says of itself, else what a room says, noted in a tag."""
        with asking("looking at the sandbox image"):
            found = self._client.images.get(image)
        variables = dict(pair.partition("=")[::2] for pair in found.attrs["Config"]["Env"] or [])
        noted = [match[1] for tag in found.tags if (match := NAMED.fullmatch(tag))]
        if said := variables.get("PYTHON_VERSION") or (noted[0] if noted else ""):
            return str(said)
        said = self._ask_version(image)
        with asking("naming the sandbox image"):
            found.tag(REPOSITORY, f"{image.removeprefix('sha256:')[:12]}-python-{said}")
        return said


def _moment(text: str) -> float:
    """Unix seconds of an engine's time: "2026-01-02T03:04:05.123456789Z"."""
    return datetime.fromisoformat(text).timestamp()


def _fits(python: str, version: str) -> bool:
    try:
        return SpecifierSet(python).contains(version, prereleases=True)
    except InvalidSpecifier:
        raise SandboxError(f"{python[:60]!r} says of no Python whether it fits: write it like ==3.12.*") from None
