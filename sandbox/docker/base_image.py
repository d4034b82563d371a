"""The image under the sandbox image: a registry's Python, else one made of the host's own distribution."""

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from docker.errors import DockerException, ImageNotFound
from requests.exceptions import RequestException

from sandbox.docker.engine import Client
from sandbox.room import SandboxError

OFFICIAL = "python:3.12-slim"
SELF_MADE = "code-intern-base"
PACKAGES = "python3,python3-venv,ca-certificates"
REGISTRY_SECONDS = 20
BOOTSTRAP_SECONDS = 900
SOURCES = (
    "/etc/apt/sources.list",
    "/etc/apt/sources.list.d/debian.sources",
    "/etc/apt/sources.list.d/ubuntu.sources",
)

ADVICE = "let the engine reach a registry, or run this on Debian or Ubuntu as root or with sudo"

Say = Callable[[str], None]


def ensure_base(client: Client, say: Say) -> str:
    """An image with Python 3.11 or later and `venv`, in the order: there already, from a registry, self-made.

    Raises:
        SandboxError: none can be had; the message says what to do.
    """
    release = _release()
    own = f"{SELF_MADE}:{release.get('VERSION_CODENAME', 'none')}"
    for tag in (OFFICIAL, own):
        if _has(client, tag):
            return tag
    if pull(client, OFFICIAL, say):
        return OFFICIAL
    if release.get("ID") not in ("debian", "ubuntu") or not release.get("VERSION_CODENAME"):
        raise SandboxError(f"no base for the sandbox image: {ADVICE}")
    say(f"no registry answers: making a base of {release['ID']} {release['VERSION_CODENAME']} (a minute)")
    _bootstrap(client, release["VERSION_CODENAME"], own)
    return own


def _has(client: Client, tag: str) -> bool:
    try:
        client.images.get(tag)
    except ImageNotFound:
        return False
    return True


def pull(client: Client, image: str, say: Say) -> bool:
    """Pull an image, whether it worked; a registry that says nothing for a while counts as none."""
    say(f"looking for {image} at the registry")
    repository, _, tag = image.partition(":")
    usual, client.api.timeout = client.api.timeout, REGISTRY_SECONDS
    try:
        lines = list(client.api.pull(repository, tag=tag, stream=True, decode=True))
    except (DockerException, RequestException, OSError):
        return False
    finally:
        client.api.timeout = usual
    return not any("error" in line for line in lines)


def _release() -> dict[str, str]:
    """What the host says it is: https://www.freedesktop.org/software/systemd/man/latest/os-release.html."""
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _bootstrap(client: Client, codename: str, tag: str) -> None:
    root = _root_command()
    if shutil.which("mmdebstrap") is None:
        _run([*root, "apt-get", "install", "-y", "-q", "--no-install-recommends", "mmdebstrap"])
    with tempfile.TemporaryDirectory(prefix="code-intern-") as folder:
        target = Path(folder) / "base.tar"
        options = ["--variant=apt", f"--include={PACKAGES}", "--quiet", codename, str(target)]
        # The host's own mirrors, as they are what is reachable from here.
        _run([*root, "mmdebstrap", *options, *(path for path in SOURCES if Path(path).exists())])
        repository, _, version = tag.partition(":")
        client.api.import_image(src=str(target), repository=repository, tag=version)


def _root_command() -> list[str]:
    """What makes a command run as root; needed to lay out a distribution."""
    if os.geteuid() == 0:
        return []
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False) if shutil.which("sudo") else None
    if asked is None or asked.returncode != 0:
        raise SandboxError(f"no base for the sandbox image: {ADVICE}")
    return ["sudo", "-n"]


def _run(argv: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            check=False,
            timeout=BOOTSTRAP_SECONDS,
            env=_apt_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError(f"no base for the sandbox image: {error}; {ADVICE}") from error
    if done.returncode != 0:
        said = next((line for line in reversed(done.stderr.splitlines()) if line.startswith("E:")), "it failed")
        raise SandboxError(f"no base for the sandbox image: {' '.join(argv[:3])}: {said}; {ADVICE}")


def _apt_environment() -> dict[str, str]:
    return {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
