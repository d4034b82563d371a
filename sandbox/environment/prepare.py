"""Dependency environments: what a repository's tests need, installed once and shared read-only.

An environment is a volume. It is written only by an installer of ours that takes wheels alone, never by a
room that ran somebody's code, and it is named after everything that went into it.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence

from docker.errors import APIError, DockerException, NotFound

from sandbox.agent_room import AgentRoom
from sandbox.docker.driver import DockerSandbox
from sandbox.docker.label import ENVIRONMENT
from sandbox.environment.gate import Gate
from sandbox.environment.package_index import PackageIndex, default_of, find_index
from sandbox.environment.requirement import plain_requirements
from sandbox.files import File
from sandbox.inside.installer import TOO_LARGE
from sandbox.layout import BOOT, PYTHON
from sandbox.room import MIB, Execution, Limits, Outcome, Sandbox, SandboxError

PREFIX = "code-intern-env"
INSTALLER_LIMITS = Limits(seconds=600, lifetime=660, memory=1024 * MIB, cpus=2, workspace=16 * MIB, inodes=100)
LONGEST_ERROR = 600


def prepare(sandbox: Sandbox, requirements: Mapping[str, bytes], packages: Sequence[str]) -> str:
    """The environment with these packages; installs them when it was never asked for before.

    Args:
        sandbox: the sandbox whose rooms will use it.
        requirements: requirement files by path, in pip's format, plain lines only.
        packages: further requirements ("numpy>=2").

    Returns:
        What `Sandbox.open(environment=...)` takes.

    Raises:
        SandboxError: a line is refused, or pip failed; the message has its words.
    """
    if not isinstance(sandbox, DockerSandbox):
        raise SandboxError("this sandbox can't install packages: use the Docker driver")
    lines = plain_requirements(requirements, packages)
    name = f"{PREFIX}-{_digest(sandbox, lines)}"
    ready = _ready(sandbox, name)
    return ready or _settle(sandbox, name, _install(sandbox, name, lines))


def _digest(sandbox: DockerSandbox, lines: Sequence[str]) -> str:
    image = sandbox.client.images.get(sandbox.image).id
    return hashlib.sha256(json.dumps([image, list(lines)]).encode()).hexdigest()[:16]


def _ready(sandbox: DockerSandbox, name: str) -> str:
    """The volume that holds this environment, or "".

    A volume gets its name before it is filled and can't be renamed. So an empty second one, made afterwards,
    says by its label which one is complete; making it is atomic, so the first of two writers wins.
    """
    try:
        record = sandbox.client.volumes.get(name)
    except NotFound:
        return ""
    volume = str((record.attrs["Labels"] or {}).get(ENVIRONMENT, ""))
    if volume and _is_filled(sandbox, name, volume):
        return volume
    record.remove()  # somebody pruned what it stands for
    return ""


def _is_filled(sandbox: DockerSandbox, name: str, volume: str) -> bool:
    """Whether the volume is there and ours: the engine silently makes an empty one for a mount that names none."""
    try:
        return (sandbox.client.volumes.get(volume).attrs["Labels"] or {}).get(ENVIRONMENT) == name
    except NotFound:
        return False


def _settle(sandbox: DockerSandbox, name: str, volume: str) -> str:
    sandbox.client.volumes.create(name, labels={ENVIRONMENT: volume})
    winner = _ready(sandbox, name)
    if winner != volume:
        sandbox.client.volumes.get(volume).remove()
    return winner


def _install(sandbox: DockerSandbox, name: str, lines: Sequence[str]) -> str:
    volume = f"{name}-{secrets.token_hex(4)}"
    sandbox.client.volumes.create(volume, labels={ENVIRONMENT: name})
    try:
        _fill(sandbox, volume, lines)
    except BaseException:
        _discard(sandbox, volume)
        raise
    return volume


def _discard(sandbox: DockerSandbox, volume: str) -> None:
    try:
        sandbox.client.volumes.get(volume).remove(force=True)
    except (APIError, DockerException):
        return  # the room that holds it is still going; a volume without its second one is never used


def _fill(sandbox: DockerSandbox, volume: str, lines: Sequence[str]) -> None:
    with sandbox.open({}) as room:
        told = room.run([PYTHON, "-m", "pip", "install", "--help"]).stdout
    index = find_index(default_of(told))
    with Gate(index.addresses) as gate, sandbox.open_installer(volume, gate.path, INSTALLER_LIMITS) as room:
        done = _pip(room, index, lines)
    if done.outcome is not Outcome.FINISHED or done.exit_code != 0:
        raise SandboxError(_explain(done, gate.refused))


def _pip(room: AgentRoom, index: PackageIndex, lines: Sequence[str]) -> Execution:
    files = {"requirements.txt": File("\n".join(lines).encode())}
    options = ["--only-binary=:all:", "--no-input", "--no-cache-dir", "--disable-pip-version-check", "-q"]
    options += ["--index-url", index.urls[0], "-r", "requirements.txt"]
    for url in index.urls[1:]:
        options += ["--extra-index-url", url]
    if index.certificates:
        files["certificates.pem"] = File(index.certificates)
        options += ["--cert", "certificates.pem"]
    room.put(files)
    return room.run([*BOOT, "installer", *options])


def _explain(done: Execution, refused: Sequence[str]) -> str:
    """What pip said, cut to what matters."""
    if done.exit_code == TOO_LARGE:
        return "the packages are too large to install"
    if done.outcome is not Outcome.FINISHED:
        return f"installing the packages ended: {done.outcome}"
    said = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    where = f" (not reachable from here: {', '.join(sorted(set(refused)))})" if refused else ""
    words = "; ".join(said)[:LONGEST_ERROR] or "it failed"
    return f"pip can't install the packages, wheels only: {words}{where}"
