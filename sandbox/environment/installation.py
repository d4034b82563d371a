"""Installation: plain requirement lines become an environment, wheels first, in a room that runs nobody's code."""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sandbox.environment.failure import InstallationFailed
from sandbox.environment.gate import Gate
from sandbox.environment.package_index import Indexes, default_of, find_indexes
from sandbox.environment.requirement import HASH, NAME, without_hashes
from sandbox.environment.sdist import MOST, build_from_source
from sandbox.environment.secret import redact
from sandbox.environment.simple_page import normal
from sandbox.environment.store import Entry, Filling, Ground, Kind, Store
from sandbox.environment.uv_words import pinned_version, shorten, without_wheels
from sandbox.files import File
from sandbox.inside.installer import TOO_LARGE, UV
from sandbox.layout import BOOT, WORKSPACE
from sandbox.room import MIB, Execution, Limits, Outcome, Room, Sandbox, SandboxError

#: The workspace's size is also that of the largest file that may be installed.
LIMITS = Limits(
    seconds=900, lifetime=3600, memory=1024 * MIB, processes=256, cpus=2, workspace=2048 * MIB, inodes=1_000
)
WHEELS = "wheels"


class Installer:
    """Installs into a store.

    Args:
        sandbox: makes the rooms in which source distributions are built.
        store: where environments are kept.
        ground: what they stand on.

    Attributes:
        made: how many environments were not there before.
    """

    def __init__(self, sandbox: Sandbox, store: Store, ground: Ground) -> None:
        self._sandbox, self._store, self._ground = sandbox, store, ground
        self.made = 0

    def name_of(self, lines: Sequence[str]) -> str:
        """The name of the environment with these packages; see `install`."""
        return self.install(lines).name

    def install(self, lines: Sequence[str], *, own: str = "") -> Entry:
        """The environment with these packages; made when it was never asked for before.

        Args:
            lines: plain requirement lines; none at all gives an empty environment.
            own: name of the repository's own package, which is left out even where another one requires it: the
                repository itself takes its place.

        Raises:
            SandboxError: they can't be installed; the message has the installer's words.
        """
        indexes = find_indexes(os.environ)
        # Another index may have other packages of the same names.
        places = [index.url for index in indexes.found]
        key = key_of("dependencies", self._ground.key, sorted(lines), places, indexes.strategy, own)
        return self._store.find(key) or self._install(key, _Wish(tuple(lines), own), indexes)

    def rehearse(self, line: str) -> None:
        """Install a package as if nobody ever had, and keep nothing. Raises SandboxError: that can't be done here."""
        wish = _Wish((line,), "")
        with Gate(find_indexes(os.environ)) as gate, self._filling(gate, secrets.token_hex(10)) as filling:
            self._fill(gate, filling, wish)

    def _install(self, key: str, wish: "_Wish", indexes: Indexes) -> Entry:
        self.made += 1
        if not wish.lines:
            with self._store.fill(key, Kind.DEPENDENCIES, self._ground, LIMITS) as filling:
                return filling.settle(0)
        with Gate(indexes) as gate:
            gate.expect(wish.names)
            with self._filling(gate, key) as filling:
                return filling.settle(self._fill(gate, filling, wish))

    def _filling(self, gate: Gate, key: str) -> AbstractContextManager[Filling]:
        return self._store.fill(key, Kind.DEPENDENCIES, self._ground, LIMITS, gate.path)

    def _fill(self, gate: Gate, filling: Filling, wish: "_Wish") -> int:
        """Install; build what has no wheel, and install again. Gives the bytes that it takes."""
        if not gate.indexes.has_default:
            gate.add_default(default_of(filling.room.run([UV, "pip", "install", "--help"]).stdout))
            gate.expect(wish.names)
        wheels: dict[str, File] = {}
        built: dict[str, str] = {}
        while True:
            filling.room.put({**wish.files(built), **wheels})
            done = _uv(filling.room, gate, wish, with_wheels=bool(wheels))
            if done.outcome is Outcome.FINISHED and done.exit_code == 0:
                return _size(done)
            lacking = [name for name in without_wheels(done.stderr) if normal(name) not in built]
            if not lacking or len(built) + len(lacking) > MOST:
                words = redact(_explain(done, gate.troubles), [index.login for index in gate.indexes.found])
                raise SandboxError(words) if gate.troubles else InstallationFailed(words)
            for name in lacking:
                version = pinned_version(done.stderr, name)
                made = build_from_source(
                    self._sandbox, gate, self.name_of, name, version, wish.lines, self._ground.python
                )
                wheels[f"{WHEELS}/{made.name}"] = File(made.archive)
                built[normal(name)] = hashlib.sha256(made.archive).hexdigest()


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be installed, and which project is not."""

    lines: tuple[str, ...]
    own: str

    @property
    def names(self) -> list[str]:
        """Of the projects that are asked for."""
        return [_name(line) for line in self.lines]

    @property
    def is_hashed(self) -> bool:
        """Whether every file is named by its hash."""
        return all(HASH.search(line) for line in self.lines)

    def files(self, built: Mapping[str, str]) -> dict[str, File]:
        """For uv. What was built here has the hash of our own wheel; its source's hash was looked at.

        Args:
            built: sha256 of each wheel of ours, by the project's name.
        """
        told = [
            f"{without_hashes(line)} --hash=sha256:{built[name]}" if HASH.search(line) and name in built else line
            for line, name in zip(self.lines, map(normal, self.names), strict=True)
        ]
        found = {"requirements.txt": File("\n".join(told).encode())}
        return {**found, "excludes.txt": File(self.own.encode())} if self.own else found


def key_of(*parts: object) -> str:
    """A short name of exactly these inputs."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:20]


def _name(line: str) -> str:
    found = re.match(NAME, line)
    return found[0] if found else ""


def _uv(room: Room, gate: Gate, wish: _Wish, *, with_wheels: bool) -> Execution:
    *others, default = gate.addresses()
    options = ["--default-index", default, "--index-strategy", gate.indexes.strategy, "-r", "requirements.txt"]
    for address in others:
        options += ["--index", address]
    options += ["--find-links", f"{WORKSPACE}/{WHEELS}"] if with_wheels else []
    options += ["--excludes", "excludes.txt"] if wish.own else []
    # Lines with hashes are a closed set; lock files leave out what they take for granted, such as setuptools.
    options += ["--require-hashes", "--no-deps"] if wish.is_hashed else []
    return room.run([*BOOT, "installer", "install", *options])


def _size(done: Execution) -> int:
    """What our own installer said last."""
    try:
        return int(json.loads(done.stdout.splitlines()[-1])["bytes"])
    except (IndexError, ValueError, TypeError, KeyError) as error:
        raise SandboxError("the installer left without a word: try again") from error


def _explain(done: Execution, troubles: Sequence[str]) -> str:
    if done.exit_code == TOO_LARGE:
        return "the packages are too large to install"
    if done.outcome is not Outcome.FINISHED:
        return f"installing the packages ended: {done.outcome}"
    return f"the packages can't be installed: {shorten(done.stderr, troubles)}"
