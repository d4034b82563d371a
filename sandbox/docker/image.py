"""The sandbox image: named after everything that goes into it, built when it is missing."""

import fcntl
import hashlib
import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from sandbox.docker.base_image import ensure_base
from sandbox.docker.engine import Client
from sandbox.host_pip import pip_command
from sandbox.room import SandboxError

REPOSITORY = "code-intern-sandbox"
PACKAGE = Path(__file__).parents[1]
PINS = PACKAGE / "image" / "requirements.txt"

Say = Callable[[str], None]


def ensure_image(client: Client, *, base: str = "", say: Say | None = None) -> str:
    """The tag of the sandbox image; builds it when the engine has none, which takes about a minute.

    Args:
        client: a client of the engine.
        base: an image with another Python that the engine has; "" for the usual one.
        say: told in a line what is being done, when something has to be done.

    Raises:
        SandboxError: it can't be built; the message says what to do.
    """
    inputs = build_inputs()
    name = {"base": str(client.images.get(base).id).encode()} if base else {}
    tag = f"{REPOSITORY}:{digest({**inputs, **name})}"
    if not is_present(client, tag):
        with alone():
            if not is_present(client, tag):  # another process may have built it while this one waited
                _build(client, tag, base, inputs, say or (lambda _: None))
    return tag


def is_present(client: Client, tag: str) -> bool:
    """Whether the engine has this image."""
    try:
        client.images.get(tag)
    except ImageNotFound:
        return False
    return True


@contextmanager
def alone() -> Iterator[None]:
    """One build at a time for each user of this machine; the lock ends with the process that holds it."""
    path = Path(tempfile.gettempdir()) / f"code-intern-image-{os.getuid()}.lock"
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def build_inputs() -> dict[str, bytes]:
    """Files of the build context by their path in it, without the packages that `requirements.txt` pins."""
    ours = [PACKAGE / "__init__.py", *sorted((PACKAGE / "inside").glob("*.py"))]
    return {
        "Dockerfile": (PACKAGE / "image" / "Dockerfile").read_bytes(),
        "requirements.txt": PINS.read_bytes(),
        **{f"sandbox/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes() for path in ours},
    }


def digest(inputs: dict[str, bytes]) -> str:
    """A short name of exactly these inputs."""
    total = hashlib.sha256()
    for path, data in sorted(inputs.items()):
        total.update(f"{path}\0{len(data)}\0".encode() + data)
    return total.hexdigest()[:12]


def _build(client: Client, tag: str, base: str, inputs: dict[str, bytes], say: Say) -> None:
    base = base or ensure_base(client, say)
    say("building the sandbox image")
    context = archive({**inputs, **_wheels()})
    try:
        client.images.build(
            fileobj=context,
            custom_context=True,
            tag=tag,
            buildargs={"BASE": base},
            rm=True,
            forcerm=True,
            timeout=900,
        )
    except BuildError as error:
        said = "".join(str(line.get("stream", "")) for line in error.build_log).strip().splitlines()[-1:]
        raise SandboxError(f"the sandbox image can't be built: {error.msg} {' '.join(said)}".strip()) from error
    except (APIError, DockerException) as error:
        raise SandboxError(f"the sandbox image can't be built: {error}") from error


def _wheels() -> dict[str, bytes]:
    """The pinned packages, fetched by the host's own pip with the host's own configuration and certificates.

    So the build itself needs no network, no certificate and no address of an index. Only wheels: nothing of
    theirs runs on the host (https://pip.pypa.io/en/stable/cli/pip_download/).
    """
    with tempfile.TemporaryDirectory(prefix="code-intern-") as folder:
        options = [
            "--only-binary=:all:",
            "--no-deps",
            "--require-hashes",
            "-q",
            "-d",
            folder,
            "-r",
            str(PINS),
        ]
        pip = pip_command(Path(folder))
        done = subprocess.run([*pip, "download", *options], capture_output=True, text=True, check=False, timeout=600)
        if done.returncode != 0:
            said = next((line for line in done.stderr.splitlines() if line.startswith("ERROR")), "no package index")
            raise SandboxError(f"pip can't fetch pytest for the sandbox image: {said}; check `pip config list`")
        return {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in sorted(Path(folder).glob("*.whl"))}


def archive(files: dict[str, bytes]) -> io.BytesIO:
    """A build context."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for path, data in sorted(files.items()):
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), 0o644
            archive.addfile(member, io.BytesIO(data))
    target.seek(0)
    return target
