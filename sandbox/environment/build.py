"""A build: a source tree becomes a wheel in a room of its own, without a network; what comes out is data."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.environment.failure import BuildFailed
from sandbox.environment.requirement import plain_requirements
from sandbox.files import File, Tree
from sandbox.layout import BOOT
from sandbox.room import MIB, Execution, Limits, Outcome, Room, RoomDied, Sandbox

LIMITS = Limits(
    seconds=300, lifetime=360, memory=2048 * MIB, processes=256, cpus=2, workspace=1024 * MIB, inodes=100_000
)
LARGEST_WHEEL = 32 * MIB
LARGEST_RESULT = 64 * 1024
LONGEST_WORDS = 300
WHEEL = re.compile(r"[A-Za-z0-9._+!-]{1,200}\.(?:whl|zip)")
COMPILER = re.compile(
    r"\b(?:cc|gcc|g\+\+|c\+\+|clang|gfortran|cargo|rustc|cmake|ninja)\b|-gcc\b|[Uu]nknown compiler|'make'"
)
#: Lines that say what is wrong; what comes before and after them seldom does.
SPOKEN = re.compile(
    r"^(?:error|ERROR|fatal|\w*(?:Error|Exception|NotFound|Missing\w*))\b.*|^\S+: ERROR: .*", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class BuildSystem:
    """What builds a source tree; the fields of its pyproject.toml's `build-system`."""

    requires: tuple[str, ...]
    backend: str
    backend_path: tuple[str, ...] = ()

    def order(self) -> dict[str, Any]:
        """For `sandbox.inside.builder`."""
        return {"requires": self.requires, "backend": self.backend, "backend_path": self.backend_path}


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave: one archive, or what is missing first.

    Attributes:
        name: of the wheel.
        archive: the wheel, or a zip of the metadata; b"" when something is missing.
        missing: further requirements of the build, plain lines.
    """

    name: str = ""
    archive: bytes = field(default=b"", repr=False)
    missing: tuple[str, ...] = ()


def look(sandbox: Sandbox, archive: str, files: Tree) -> BuildSystem:
    """What a source distribution says of its own build; nothing of it runs. Raises BuildFailed."""
    result = _work(sandbox, None, files, {"do": "look", "archive": archive}, {})[0].get("system")
    if not isinstance(result, dict):
        raise BuildFailed("its pyproject.toml names no usable build-system")
    try:
        requires = plain_requirements({}, [str(line) for line in result["requires"]])
        return BuildSystem(requires, str(result["backend"]), tuple(map(str, result["backend_path"])))
    except (TypeError, KeyError) as error:
        raise BuildFailed("its pyproject.toml names no usable build-system") from error


def build(
    sandbox: Sandbox,
    environment: str,
    files: Tree,
    system: BuildSystem,
    *,
    archive: str = "",
    variables: Mapping[str, str] | None = None,
    metadata_only: bool = False,
    is_complete: bool = False,
) -> Built:
    """Build a wheel, or its metadata alone.

    Args:
        sandbox: makes the room.
        environment: with what the build requires.
        files: the source tree below "source/", or an archive.
        system: who builds it.
        archive: name of the archive among the files; "" when there is none.
        variables: for the build beside the room's own.
        metadata_only: don't build, only say what the wheel would be called and need.
        is_complete: whether all that the backend may ask for is in the environment.

    Raises:
        BuildFailed: with the builder's words.
        SandboxError: no room could be had.
    """
    do = "metadata" if metadata_only else "wheel"
    order = {"do": do, "archive": archive, "system": system.order(), "complete": is_complete}
    result, made = _work(sandbox, environment, files, order, variables or {})
    if missing := result.get("missing"):
        return Built(missing=plain_requirements({}, [str(line) for line in missing][:100]))
    return Built(name=str(result.get("made", "")), archive=made)


def _work(
    sandbox: Sandbox, environment: str | None, files: Tree, order: Mapping[str, Any], variables: Mapping[str, str]
) -> tuple[dict[str, Any], bytes]:
    with sandbox.open(files, limits=LIMITS, environment=environment) as room:
        try:
            return _in(room, order, variables)
        except RoomDied as error:
            raise BuildFailed(f"the build ended: {error}") from error


def _in(room: Room, order: Mapping[str, Any], variables: Mapping[str, str]) -> tuple[dict[str, Any], bytes]:
    done = room.run([*BOOT, "builder"], stdin=json.dumps(order) + "\n", environment=variables)
    if done.outcome is not Outcome.FINISHED or done.exit_code != 0:
        raise BuildFailed(_words(done))
    try:
        result = json.loads(room.read("built/result.json", limit=LARGEST_RESULT) or b"")
    except (ValueError, RecursionError) as error:
        raise BuildFailed("the build left no result") from error
    if not isinstance(result, dict):
        raise BuildFailed("the build left no result")
    made = result.get("made")
    return result, b"" if made is None else _archive(room, made)


def _archive(room: Room, name: object) -> bytes:
    if not isinstance(name, str) or not WHEEL.fullmatch(name):
        raise BuildFailed("the build left no wheel")
    archive = room.read(f"built/{name}", limit=LARGEST_WHEEL + 1) or b""
    if not 0 < len(archive) <= LARGEST_WHEEL:
        raise BuildFailed(f"the build left no wheel, or one over {LARGEST_WHEEL // MIB} MiB")
    return archive


def _words(done: Execution) -> str:
    """What the builder said, cut to what matters."""
    if done.outcome is not Outcome.FINISHED:
        return f"the build ended: {done.outcome}"
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    spoken = SPOKEN.findall("\n".join(lines)) or lines[-1:]
    words = " ".join(dict.fromkeys(spoken[-2:]))[-LONGEST_WORDS:] or "it failed"
    return f"{words} (the sandbox has no compiler)" if COMPILER.search(words) else words


def lines_of(system: BuildSystem, more: Sequence[str] = ()) -> tuple[str, ...]:
    """The requirements of a build as plain lines. Raises SandboxError: one is more than a name and versions."""
    return plain_requirements({}, [*system.requires, *more])


def as_source(files: Tree) -> dict[str, File]:
    """A repository's files where the builder wants them."""
    return {f"source/{path}": file for path, file in files.items()}
