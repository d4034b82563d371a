"""What is asked for: extras, dependency groups and requirement files for the tests, and those that the tools use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from packaging.utils import canonicalize_name

from sandbox.environment.declaration.declaration import Declaration
from sandbox.environment.declaration.hint import Hint
from sandbox.environment.purpose import Purpose, purpose_of, words
from sandbox.environment.repository import Repository

MOST_SHOWN = 12
RUNNER = "pytest"
EVERYTHING = "all"
#: Groups that are no group: what an application needs to run.
EVERYBODY = frozenset(["main", "default", "base", "core", "app", "runtime", "prod", "production"])
NO_FILES: Mapping[str, Purpose] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen: canonical names of extras and groups, paths of files."""

    extras: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Something that may be for the tests.

    Attributes:
        kind: "extra", "group" or "file".
        name: canonical; a file's path.
        purpose: by its name.
        brings_runner: whether it names pytest or a plugin of it.
    """

    kind: str
    name: str
    purpose: Purpose
    brings_runner: bool


def choose_asked(
    repository: Repository,
    declaration: Declaration,
    files: Mapping[str, Purpose] = NO_FILES,
    *,
    development: bool = False,
) -> Asked:
    """What is for the tests, and what is for development where that alone brings no pytest.

    Args:
        repository: has the requirement files.
        declaration: has the extras and groups.
        files: the purposes of the requirement files.
        development: whether to take what is for development in any case.
    """
    candidates = [
        *(_named("extra", name, lines) for name, lines in declaration.extras.items()),
        *(_named("group", name, lines) for name, lines in declaration.groups.items()),
        *(_Candidate("file", path, why, _brings(repository.peek(path).splitlines())) for path, why in files.items()),
    ]
    chosen = _best(candidates, Purpose.TESTS, Purpose.SOME_TESTS)
    if development or not any(candidate.brings_runner for candidate in chosen):
        chosen += _best(candidates, Purpose.DEVELOPMENT, Purpose.SOME_DEVELOPMENT)
    chosen = chosen or [each for each in candidates if each.kind == "extra" and each.name == EVERYTHING]
    if not declaration.dependencies:  # an application may have all that it needs in groups
        chosen += [each for each in candidates if each.kind == "group" and words(each.name) <= EVERYBODY]
    extras, groups, paths = ([each.name for each in chosen if each.kind == k] for k in ("extra", "group", "file"))
    return Asked(frozenset(extras), frozenset(groups), tuple(paths))


def with_hints(asked: Asked, declaration: Declaration, hints: Iterable[Hint], extras: Iterable[str]) -> Asked:
    """What is asked for when tools and requirement files (".[test]") have their say too."""
    hints = list(hints)
    by_hint = {*extras, *(extra for hint in hints for extra in hint.extras)}
    groups = asked.groups | _known({group for hint in hints for group in hint.groups}, declaration.groups)
    return Asked(asked.extras | _known(by_hint, declaration.extras), groups, asked.files)


def note_asked(repository: Repository, asked: Asked, declaration: Declaration) -> None:
    """Note what is used of the extras and groups, and what is not."""
    for what, chosen, known in (
        ("extras", asked.extras, _canonical(declaration.extras)),
        ("dependency groups", asked.groups, _canonical(declaration.groups)),
    ):
        if known:
            used = f"{what} used: {_listed(chosen)}" if chosen else f"no {what} used"
            repository.note(used + (f"; not used: {_listed(known - chosen)}" if known - chosen else ""))


def _named(kind: str, name: str, lines: Sequence[str]) -> _Candidate:
    return _Candidate(kind, canonicalize_name(name), purpose_of(words(name)), _brings(lines))


def _brings(lines: Iterable[str]) -> bool:
    return any(line.lstrip().lower().startswith(RUNNER) for line in lines)


def _best(candidates: Iterable[_Candidate], *purposes: Purpose) -> list[_Candidate]:
    """Those with the first purpose that any has."""
    candidates = list(candidates)
    for purpose in purposes:
        found = [candidate for candidate in candidates if candidate.purpose is purpose]
        if found:
            return found
    return []


def _known(names: Iterable[str], known: Iterable[str]) -> frozenset[str]:
    return _canonical(names) & _canonical(known)


def _canonical(names: Iterable[str]) -> frozenset[str]:
    return frozenset(canonicalize_name(name) for name in names)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)[:MOST_SHOWN]) + (", ..." if len(names) > MOST_SHOWN else "")
