"""One requirement that is a plain name with versions, markers and hashes, and nothing more."""

import re
from dataclasses import dataclass, replace

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from sandbox.environment.requirement import is_plain

LONGEST = 1_000
HASH = re.compile(r"sha256:[0-9a-f]{64}")
MOST_HASHES = 1_000


@dataclass(frozen=True, slots=True)
class PlainRequirement:
    """A requirement that may leave for an installer.

    Attributes:
        name: canonical ("my-pkg").
        extras: of the package, sorted.
        versions: a specifier set (">=1,<2"), "" for any.
        marker: when it counts (`python_version < "3.11"`), "" for always.
        hashes: "sha256:..." of every file that may be installed for it, sorted.
        origin: where it is written, for a reader ("requirements.txt").
    """

    name: str
    extras: tuple[str, ...] = ()
    versions: str = ""
    marker: str = ""
    hashes: tuple[str, ...] = ()
    origin: str = ""

    @property
    def pin(self) -> str:
        """The one version that it allows ("1.2"), "" when it allows several."""
        match = re.fullmatch(r"===?([^,*]+)", self.versions)
        return match[1] if match else ""

    @property
    def line(self) -> str:
        """The line for an installer."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        marker = f" ; {self.marker}" if self.marker else ""
        hashes = "".join(f" --hash={each}" for each in self.hashes)
        return f"{self.name}{extras}{self.versions}{marker}{hashes}"

    def allows(self, version: str) -> bool:
        """Whether a version fits; one that can't be compared does."""
        try:
            return SpecifierSet(self.versions).contains(version, prereleases=True)
        except ValueError:
            return True

    def narrowed(self, versions: str) -> "PlainRequirement":
        """The same with further limits on its version."""
        return replace(self, versions=str(SpecifierSet(self.versions) & SpecifierSet(versions)))

    def only_when(self, marker: str) -> "PlainRequirement":
        """The same under a further condition."""
        return replace(
            self, marker=f"({self.marker}) and ({marker})" if self.marker and marker else self.marker or marker
        )


def read_requirement(words: str, origin: str, hashes: tuple[str, ...] = ()) -> PlainRequirement:
    """The requirement of a line.

    Args:
        words: a dependency specifier, https://packaging.python.org/en/latest/specifications/dependency-specifiers/.
        origin: where it is written.
        hashes: what its files must hash to; other kinds than sha256 are left out.

    Raises:
        ValueError: it names an address, or is no requirement at all; says which.
    """
    if len(words) > LONGEST:
        raise ValueError("it is too long")
    try:
        parsed = Requirement(words)
        found = PlainRequirement(
            name=canonicalize_name(parsed.name),
            extras=tuple(sorted(canonicalize_name(extra) for extra in parsed.extras)),
            versions=str(parsed.specifier),
            marker=str(parsed.marker or ""),
            hashes=tuple(sorted({each for each in hashes if HASH.fullmatch(each)}))[:MOST_HASHES],
            origin=origin,
        )
    except (ValueError, RecursionError):
        raise ValueError("it is not a plain name with versions") from None
    if parsed.url:
        raise ValueError("it names an address")
    if not is_plain(found.line):
        raise ValueError("it is not a plain name with versions")
    return found


def read_marker(words: str) -> str:
    """A marker as it is written everywhere; "" when it is none."""
    try:
        return str(Marker(words)) if 0 < len(words) <= LONGEST else ""
    except (ValueError, RecursionError):
        return ""
