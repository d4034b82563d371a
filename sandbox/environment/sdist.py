"""Source distributions: where a requirement has no usable wheel, one is built, in a room without a network."""

import re
from collections.abc import Callable, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from sandbox.environment.build import Built, build, lines_of, look
from sandbox.environment.failure import BuildFailed, InstallationFailed
from sandbox.environment.gate import Gate
from sandbox.environment.requirement import HASH, without_hashes
from sandbox.environment.simple_page import PageFile, normal
from sandbox.files import File
from sandbox.room import MIB, Sandbox

MOST = 20
LARGEST = 64 * MIB

#: Installs plain lines, wheels only, and gives the environment's name.
Install = Callable[[Sequence[str]], str]


def build_from_source(
    sandbox: Sandbox, gate: Gate, install: Install, name: str, version: str, lines: Sequence[str], python: str
) -> Built:
    """The wheel of a project that has none.

    Args:
        sandbox: makes the rooms.
        gate: where its source distribution comes from.
        install: makes the environment of the build.
        name: of the project.
        version: which one; "" for the newest that the lines allow.
        lines: the requirements of the whole installation.
        python: version of the Python it is for.

    Raises:
        SandboxError: there is none, or it can't be built; the message has the builder's words.
    """
    file = choose(gate.files(name), name, version, lines, python)
    if file is None:
        raise InstallationFailed(f"no wheels for {name}, and no source distribution that fits")
    _check_hash(file, name, lines)
    archive = "sdist" + next(end for end in (".tar.gz", ".zip", ".tar.bz2") if file.name.endswith(end))
    files = {archive: File(gate.fetch(file, LARGEST))}
    try:
        system = look(sandbox, archive, files)
        built = build(sandbox, install(lines_of(system)), files, system, archive=archive)
        if built.missing:
            environment = install(lines_of(system, built.missing))
            built = build(sandbox, environment, files, system, archive=archive, is_complete=True)
        return _checked(built, file, name)
    except (BuildFailed, InstallationFailed) as error:
        raise InstallationFailed(f"no wheels for {name}, and {file.name} can't be built: {error}") from error


def choose(files: Sequence[PageFile], name: str, version: str, lines: Sequence[str], python: str) -> PageFile | None:
    """The newest source distribution that the lines and the Python allow; a final release before any other."""
    wanted = SpecifierSet(f"=={version}") if version else _specifier(name, lines, python)
    known = [(found, file) for file in files if file.is_source and (found := _version(file)) is not None]
    fitting = [
        (not found.is_prerelease, found, file)
        for found, file in known
        if wanted.contains(found, prereleases=True) and _fits(file.python, python) and (version or not file.yanked)
    ]
    return max(fitting, key=lambda one: one[:2])[2] if fitting else None


def _version(file: PageFile) -> Version | None:
    try:
        # A format that the rule does not know, but that old projects have.
        return parse_sdist_filename(re.sub(r"\.tar\.bz2$", ".tar.gz", file.name))[1]
    except (InvalidSdistFilename, InvalidVersion):
        return None


def _specifier(name: str, lines: Sequence[str], python: str) -> SpecifierSet:
    found, here = SpecifierSet(), {"python_version": ".".join(python.split(".")[:2]), "python_full_version": python}
    for line in lines:
        try:
            asked = Requirement(without_hashes(line))
        except InvalidRequirement:
            continue
        if normal(asked.name) == normal(name) and (asked.marker is None or asked.marker.evaluate(here)):
            found &= asked.specifier
    return found


def _fits(specifier: str, python: str) -> bool:
    try:
        return SpecifierSet(specifier).contains(python, prereleases=True)
    except InvalidSpecifier:
        return True


def _check_hash(file: PageFile, name: str, lines: Sequence[str]) -> None:
    """A line with hashes means exactly these files."""
    for line in lines:
        hashes = HASH.findall(line)
        named = normal(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0])
        if hashes and named == normal(name) and file.sha256 not in hashes:
            raise InstallationFailed(f"{file.name} is not among the hashes that the requirements give for {name}")


def _checked(built: Built, file: PageFile, name: str) -> Built:
    """The same, when the wheel is what was asked for by its name: a build may leave anything."""
    try:
        made, version, *_ = parse_wheel_filename(built.name)
    except (InvalidWheelFilename, InvalidVersion):
        raise BuildFailed("the build left no wheel") from None
    if made != normal(name) or version.public != (_version(file) or version).public:
        raise BuildFailed(f"the build left {built.name}, which is another project or version")
    return built
