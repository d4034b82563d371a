"""Rooms for the tests: which drivers make them on this machine, and which one's cost least."""

from functools import cache
from typing import Literal

from sandbox.bubblewrap.driver import BubblewrapSandbox
from sandbox.bubblewrap.self_test import self_test
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.engine import connect
from sandbox.docker.image import ensure_image
from sandbox.room import Limits, SandboxError

AnySandbox = DockerSandbox | BubblewrapSandbox

USUAL = Limits(seconds=30, lifetime=300)


@cache
def image_or_reason() -> tuple[str, str]:
    """The sandbox image's tag, or why there is none."""
    try:
        client = connect()
        try:
            return ensure_image(client, say=print), ""
        finally:
            client.close()
    except SandboxError as error:
        return "", str(error)


@cache
def why_no_bubblewrap() -> str:
    """Why it makes no rooms here; "" when it does."""
    try:
        with BubblewrapSandbox(say=print) as made:
            self_test(made)
    except SandboxError as error:
        return str(error)
    return ""


def why_none(kind: str) -> str:
    """Why no rooms of this kind can be had here ("docker", "bubblewrap", or "rooms" for either); "" when they can."""
    if kind == "docker":
        return image_or_reason()[1]
    if kind == "bubblewrap":
        return why_no_bubblewrap()
    reasons = why_no_bubblewrap(), image_or_reason()[1] if why_no_bubblewrap() else ""
    return "; ".join(reasons) if all(reasons) else ""


def light_sandbox() -> Literal["docker", "bubblewrap"]:
    """INTERN_SANDBOX for tests of what is above the rooms: the driver whose rooms cost least here.

    A room of bubblewrap's takes a tenth of the processor time that a container does.
    """
    return "docker" if why_no_bubblewrap() else "bubblewrap"


def open_light(limits: Limits = USUAL) -> AnySandbox:
    """A sandbox on that driver. Close it.

    Raises:
        SandboxError: no driver makes rooms here.
    """
    if light_sandbox() == "bubblewrap":
        return BubblewrapSandbox(limits=limits)
    tag, reason = image_or_reason()
    if reason:
        raise SandboxError(reason)
    return DockerSandbox(tag, limits=limits)
