"""Requirement files: https://pip.pypa.io/en/stable/reference/requirements-file-format/, plain lines only."""

import posixpath
import re
from collections.abc import Sequence

from sandbox.environment.plain_requirement import HASH as HASHED
from sandbox.environment.plain_requirement import PlainRequirement, read_requirement
from sandbox.environment.repository import Repository
from sandbox.room import SandboxError

COMMENT = re.compile(r"(^|\s)#.*$")
CONTINUED = re.compile(r"\\\r?\n")
HASH = re.compile(r"\s--hash[=\s]\s*(\S+)")
INCLUDE = re.compile(r"(-r|--requirement|-c|--constraint)(?:\s*=\s*|\s+|(?=[^-\s]))(\S.*)")
#: The repository itself: ".", "-e .", "-e file:.", ".[test]". Unlike "-r", it is relative to where pip runs.
ITSELF = re.compile(r"(?:(?:-e|--editable)[\s=]\s*)?(?:file:)?\./?(?:\[([\w\s,.-]*)\])?(?:\s*;.*)?")
MOST_FILES = 50
MOST_LINES = 5_000
#: Options that only make sense where somebody sits in front of it.
HARMLESS = ("--no-binary", "--only-binary", "--prefer-binary", "--pre", "--require-hashes")


class RequirementReader:
    """Collects the requirements of files and lines.

    Args:
        repository: has the files.
        strict: whether a line that is refused is an error, for what the repository's settings name, or a note.

    Attributes:
        found: the requirements, in the order in which they were met.
        constraints: limits on versions from "-c" files, which install nothing by themselves.
        extras: extras of the repository's own package that are asked for (".[test]").
    """

    def __init__(self, repository: Repository, *, strict: bool = False) -> None:
        self.found: list[PlainRequirement] = []
        self.constraints: list[PlainRequirement] = []
        self.extras: list[str] = []
        self._repository, self._strict, self._lines = repository, strict, 0
        self._seen: set[tuple[str, bool]] = set()

    def read_file(self, path: str, *, constraint: bool = False) -> None:
        """Take every line of a file, and of the files it includes. Raises SandboxError when strict."""
        if (path, constraint) in self._seen:
            return
        self._seen.add((path, constraint))
        words = CONTINUED.sub(" ", self._repository.text(path))
        if len(self._seen) > MOST_FILES:
            self._refuse(f"{path} is left out: there are more than {MOST_FILES} requirement files")
        elif path in self._repository.sources:
            self.read_lines(words.splitlines(), path, constraint=constraint)
        else:
            self._refuse(f"{path} is {'too large' if path in self._repository.files else 'not in the repository'}")

    def read_lines(
        self, lines: Sequence[str], origin: str, folder: str | None = None, *, constraint: bool = False
    ) -> None:
        """Take lines as if they stood in a file.

        Args:
            lines: in pip's format.
            origin: where they are written: a path, or words for a reader.
            folder: what the paths in them are relative to; the folder of `origin` when unsaid.
            constraint: whether they only limit versions.
        """
        folder = posixpath.dirname(origin) if folder is None else folder
        bare = [COMMENT.sub("", line).strip() for line in lines]
        entries = [line for line in bare if line]
        self._lines += len(entries)
        if self._lines > MOST_LINES:
            raise SandboxError(f"{self._lines} requirements are too many ({origin}): at most {MOST_LINES} are taken")
        for entry in entries:
            self._take(entry, origin, folder, constraint=constraint)

    def _take(self, entry: str, origin: str, folder: str, *, constraint: bool) -> None:
        include, itself = INCLUDE.fullmatch(entry), ITSELF.fullmatch(entry)
        if include:
            self._include(include[1], include[2].strip("\"' "), origin, folder, constraint=constraint)
        elif itself:
            self.extras += [extra.strip() for extra in (itself[1] or "").split(",") if extra.strip()]
        elif entry.startswith(HARMLESS) and not self._strict:
            return
        else:
            self._requirement(entry, origin, constraint=constraint)

    def _include(self, option: str, name: str, origin: str, folder: str, *, constraint: bool) -> None:
        path = posixpath.normpath(posixpath.join(folder, name))
        if path.startswith(("/", "..")) or ":" in path or "\\" in path:
            self._refuse(f"{origin}: {option} {name[:80]!r} is outside of the repository")
        else:
            self.read_file(path, constraint=constraint or option in ("-c", "--constraint"))

    def _requirement(self, entry: str, origin: str, *, constraint: bool) -> None:
        hashes = tuple(HASH.findall(entry))
        try:
            if self._strict and not all(map(HASHED.fullmatch, hashes)):
                raise ValueError("only sha256 hashes are used")  # noqa: TRY301 - as for every other reason
            found = read_requirement(HASH.sub("", entry).strip(), origin, hashes)
        except ValueError as error:
            self._refuse(f"{origin}: {entry[:80]!r} is left out: {error}")
        else:
            (self.constraints if constraint else self.found).append(found)

    def _refuse(self, sentence: str) -> None:
        if self._strict:
            raise SandboxError(f"{sentence}; only plain names with versions are installed")
        self._repository.note(sentence)
