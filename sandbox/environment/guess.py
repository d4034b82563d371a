"""The guess: which of all that a repository declares its tests need, when its settings don't say."""

from collections.abc import Sequence

from packaging.utils import canonicalize_name

from sandbox.environment.asked import RUNNER, Asked, choose_asked, note_asked, with_hints
from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.declaration.hint import Hint
from sandbox.environment.declaration.lines import read_declared
from sandbox.environment.declaration.requirement_file import RequirementReader
from sandbox.environment.declaration.requirement_file_choice import requirement_files
from sandbox.environment.lock.choice import read_lock
from sandbox.environment.lock.pin import Lock, Wanted
from sandbox.environment.plain_requirement import PlainRequirement, read_requirement
from sandbox.environment.repository import Repository
from sandbox.environment.requirement import MOST_LINES
from sandbox.environment.requirement_set import RequirementSet
from sandbox.environment.room_python import Markers
from sandbox.room import SandboxError


def guess(
    repository: Repository, declaration: Declaration, hints: Sequence[Hint], python: str, found: RequirementSet
) -> Lock | None:
    """Fill a set with what the tests need: what a lock file pins, then what it doesn't know of the rest.

    Raises SandboxError when that is absurdly much.

    Args:
        repository: has the files, gets the notes.
        declaration: all that it declares.
        hints: how its tools install it for the tests.
        python: which Pythons come into question, a specifier.
        found: is filled.

    Returns:
        The lock file that decided, if one did.
    """
    hinted, markers = _read_hints(repository, hints), Markers(python)
    lock, asked = _read_lock(repository, declaration, hints, hinted.extras, markers)
    readers = []
    if lock:
        found.add(_pinned(repository, lock, markers))
        _note_unused(repository, lock)
    else:
        files, asked = _read_files(repository, declaration, hints, hinted.extras)
        readers.append(files)
    note_asked(repository, asked, declaration)
    readers.append(read_declared(repository, declaration, asked))
    brought = {*found.names, *(each.name for reader in readers for each in reader.found)}
    if not any(name.startswith(RUNNER) for name in brought):
        readers.append(hinted)
    for reader in readers:
        found.add(each for each in reader.found if lock is None or each.name not in lock.names)
    _leave_out(repository, declaration, lock, found)
    for reader in readers:
        found.constrain(reader.constraints)
    return lock


def _read_lock(
    repository: Repository, declaration: Declaration, hints: Sequence[Hint], extras: Sequence[str], markers: Markers
) -> tuple[Lock | None, Asked]:
    """The lock file, asked for the tests, and for development too when its pytest is only there."""
    for development in (False, True):
        chosen = choose_asked(repository, declaration, development=development)
        asked = with_hints(chosen, declaration, hints, extras)
        lock = read_lock(repository, Wanted(declaration, asked.extras, asked.groups, markers))
        if lock is None or RUNNER not in lock.names or any(pin.name == RUNNER for pin in lock.pins):
            break
    return lock, asked


def _read_files(
    repository: Repository, declaration: Declaration, hints: Sequence[Hint], extras: Sequence[str]
) -> tuple[RequirementReader, Asked]:
    """The requirement files, and what is asked for when they have their say."""
    everybody, purposes = requirement_files(repository.files)
    asked = choose_asked(repository, declaration, purposes)
    reader = RequirementReader(repository)
    for path in (*everybody, *asked.files):
        reader.read_file(path)
    return reader, with_hints(asked, declaration, hints, [*reader.extras, *extras])


def _note_unused(repository: Repository, lock: Lock) -> None:
    everybody, purposes = requirement_files(repository.files)
    unused = [*everybody, *purposes]
    if unused:
        repository.note(f"{lock.path} decides; {', '.join(unused[:5])}{', ...' if len(unused) > 5 else ''} is not used")


def _read_hints(repository: Repository, hints: Sequence[Hint]) -> RequirementReader:
    reader = RequirementReader(repository)
    for hint in hints:
        reader.read_lines(hint.lines, hint.origin, folder="")
    return reader


def _pinned(repository: Repository, lock: Lock, markers: Markers) -> list[PlainRequirement]:
    found = []
    if len(lock.pins) > MOST_LINES:
        raise SandboxError(f"{lock.path} has {len(lock.pins)} packages for the tests: at most {MOST_LINES} are taken")
    for pin in (pin for pin in lock.pins if pin.places):
        marker = markers.spelled(pin.places)
        extras = f"[{','.join(pin.extras)}]" if pin.extras else ""
        words = f"{pin.name}{extras}=={pin.version}" + (f" ; {marker}" if marker else "")
        try:
            found.append(read_requirement(words, lock.path, pin.hashes))
        except ValueError as error:
            repository.note(f"{lock.path}: {words[:80]!r} is left out: {error}")
    return found


def _leave_out(repository: Repository, declaration: Declaration, lock: Lock | None, found: RequirementSet) -> None:
    """Leave out the repository itself, and what the index may have under the same name from somebody else."""
    for own in {canonicalize_name(declaration.name), *(lock.local if lock else ())}:
        found.leave_out(own)
    pinned_elsewhere = dict(lock.elsewhere) if lock else {}
    for name, kind in sorted({**declaration.elsewhere, **pinned_elsewhere}.items()):
        if name in found or name in pinned_elsewhere:
            repository.note(f"{name} comes from {kind}: not installed, since only the index's packages are")
            found.leave_out(name)
