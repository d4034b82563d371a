"""Detection: from the bytes of a repository to what its tests need. Nothing of it is run or imported."""

import re
from collections.abc import Sequence
from dataclasses import replace

from packaging.utils import canonicalize_name

from sandbox.environment.debian import check_debian
from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.declaration.everything import read_declaration, read_hints
from sandbox.environment.declaration.requirement_file import RequirementReader
from sandbox.environment.guess import guess
from sandbox.environment.needs import Needs
from sandbox.environment.plugins import add_plugins
from sandbox.environment.project import find_project
from sandbox.environment.provided import provided
from sandbox.environment.python_version import choose_python, read_specifier
from sandbox.environment.repository import Repository
from sandbox.environment.requirement_set import RequirementSet
from sandbox.environment.room_python import Markers
from sandbox.environment.surroundings import note_surroundings
from sandbox.files import Tree

SETTINGS = "the repository's settings"
#: One of each line of releases that the reporter works with; a pin to another patch of them fits as well.
WATCHED = tuple(f"{major}.{minor}.{patch}" for major in (7, 8, 9) for minor in range(10) for patch in range(10))


def detect(
    files: Tree,
    *,
    python: str = "",
    requirements: Sequence[str] = (),
    packages: Sequence[str] = (),
    debian: Sequence[str] = (),
) -> Needs:
    """What the tests of a repository need.

    Args:
        files: the repository, of a branch that its owners wrote.
        python: a version ("3.12") or specifier; overrides what the repository's files say.
        requirements: requirement files, by path. Where these or `packages` are given, nothing is guessed.
        packages: further requirements ("numpy>=2").
        debian: Debian packages.

    Raises:
        SandboxError: what the settings name can't be used, or there is far too much of it; says which.
    """
    repository = Repository(files)
    declaration = read_declaration(repository)
    required = read_specifier(repository, declaration.python, "requires-python")
    wanted_python = choose_python(repository, python, required)
    found, lock = RequirementSet(repository), None
    if requirements or packages:
        _take_named(repository, requirements, packages, declaration, found)
    else:
        lock = guess(repository, declaration, read_hints(repository), wanted_python, found)
        add_plugins(repository, declaration.name, found, locked=lock is not None or found.is_hashed)
    project = find_project(
        repository, replace(declaration, python=required), installs_project=lock is None or lock.installs_project
    )
    note_surroundings(repository, is_empty=project is None and not found.names)
    _note_core(repository, found, Markers(wanted_python))
    return Needs(
        python=wanted_python,
        requirements=found.lines(),
        debian=check_debian(debian),
        project=project,
        named=bool(requirements or packages),
        sources=tuple(_by_authority(repository.sources, requirements)),
        notes=tuple(repository.notes),
    )


def _take_named(
    repository: Repository,
    requirements: Sequence[str],
    packages: Sequence[str],
    declaration: Declaration,
    found: RequirementSet,
) -> None:
    """What the settings name, to the letter; the repository's own package stands for itself."""
    reader = RequirementReader(repository, strict=True)
    for path in requirements:
        reader.read_file(path)
    reader.read_lines(packages, SETTINGS, folder="")
    own = canonicalize_name(declaration.name)
    found.add(each for each in reader.found if each.name != own)
    found.constrain(reader.constraints)


def _note_core(repository: Repository, found: RequirementSet, markers: Markers) -> None:
    """Note the requirements that rule out every pytest under which tests can be watched; ours runs then."""
    known = [each for each in found.of("pytest") if markers.where(each.marker)]
    unfit = [each for each in known if not any(each.allows(version) for version in WATCHED)]
    if unfit:
        wanted = ", ".join(f"pytest{each.versions} ({each.origin})" for each in unfit)
        repository.note(f"the requirements want {wanted}; the sandbox runs pytest 7 to 9, here {provided()['pytest']}")


#: From the one that decides to those that only hint.
AUTHORITY = (
    re.compile(r".*\.lock|pylock.*\.toml"),
    re.compile(r".*\.(txt|in)"),
    re.compile(r"pyproject\.toml|Pipfile"),
    re.compile(r"setup\.(cfg|py)"),
)


def _by_authority(sources: Sequence[str], named: Sequence[str]) -> list[str]:
    def rank(path: str) -> int:
        ranks = [index for index, pattern in enumerate(AUTHORITY) if pattern.fullmatch(path)]
        return -1 if path in named else min(ranks, default=len(AUTHORITY))

    return sorted(sources, key=lambda path: (rank(path), path))
