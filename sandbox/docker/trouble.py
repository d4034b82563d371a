"""Trouble with the engine: whatever it says, or does not say, as one line that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from docker.errors import APIError, DockerException, ImageNotFound
from requests.exceptions import ReadTimeout, RequestException
from urllib3.exceptions import HTTPError

from sandbox.room import SandboxAway, SandboxError

#: Everything that a call of the engine's client may raise.
TROUBLE = (DockerException, RequestException, HTTPError, OSError)

#: What engines say, in small letters, and what to do about it.
KNOWN = (
    (("no space left on device", "disk quota exceeded"), "the engine's disk is full: free some (docker system prune)"),
    (
        (
            "exec format error",
            "does not match the specified platform",
            "is not running",
            "cannot exec in a stopped",
            "no such exec instance",
        ),
        "the image can't run here, perhaps it is one for another kind of machine: remove it (docker rmi)",
    ),
    (("unknown or invalid runtime", "unknown runtime"), "the engine does not know that runtime: register it there"),
    (("permission denied", "eacces"), "this user may not use the engine: add it to the group docker"),
    (
        ("bind source path does not exist",),
        "the engine does not see this process's temporary files: set TMPDIR to a folder that has the same path there",
    ),
    (("cannot allocate memory", "out of memory"), "the machine has no memory left: run fewer rooms at once"),
)


@contextmanager
def asking(doing: str) -> Iterator[None]:
    """Calls of the engine inside of the block raise SandboxError alone; SandboxAway where the engine is away.

    Args:
        doing: what they are for ("starting a room").
    """
    try:
        yield
    except TROUBLE as error:
        kind = SandboxError if isinstance(error, DockerException) and not _is_away(error) else SandboxAway
        raise kind(f"{doing} failed: {_advice(error)}") from error


def _is_away(error: DockerException) -> bool:
    """Whether it is the engine that fails: it is shut down just now, or there is no connection to it."""
    return not isinstance(error, APIError) or error.status_code == 503


def _advice(error: Exception) -> str:
    if isinstance(error, ImageNotFound):
        return f"the image is missing, call ensure_image first ({_said(error)})"
    if isinstance(error, ReadTimeout | TimeoutError):
        return "the Docker engine does not answer in time: it is overloaded or stuck; restart it, or run fewer rooms"
    said = _said(error)
    if advice := known(said):
        return f"{advice} ({said})"
    if not isinstance(error, APIError):
        return "the Docker engine is gone: start it (sudo systemctl start docker), then try again"
    return f"the Docker engine said: {said}"


def known(said: str) -> str:
    """What to do about the engine's words; "" where that is not known."""
    return next((advice for signs, advice in KNOWN if any(sign in said.lower() for sign in signs)), "")


def _said(error: Exception) -> str:
    words = error.explanation if isinstance(error, APIError) and error.explanation else str(error)
    return " ".join(str(words).split())[:300]
