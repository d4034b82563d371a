"""What changed between two commits, as GitHub lists it."""

import re
from dataclasses import dataclass

from bot.standins.github.git import ZERO, Git

# Git's empty tree: the parent of a first commit.
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
STATUS = {"A": "added", "D": "removed", "M": "modified", "T": "changed", "R": "renamed", "C": "copied"}


@dataclass(frozen=True, slots=True)
class Change:
    """One changed file.

    Attributes:
        path: its path afterwards.
        previous: its path before, if it was renamed, else "".
        status: "added", "removed", "modified", "renamed", "copied" or "changed".
        sha: its blob afterwards (before, if it was removed).
        patch: the hunks; None for a binary file.
    """

    path: str
    previous: str
    status: str
    sha: str
    patch: str | None

    @property
    def additions(self) -> int:
        """Number of lines that were added."""
        return _count(self.patch, "+")

    @property
    def deletions(self) -> int:
        """Number of lines that were removed."""
        return _count(self.patch, "-")


def changes(git: Git, base: str, head: str) -> list[Change]:
    """Every file that differs between two trees or commits, sorted by path."""
    raw = git.run("diff-tree", "-r", "-M", "-z", "--no-abbrev", base, head).decode(errors="replace")
    fields = iter(raw.split("\0")[:-1])
    found = []
    for field in fields:
        _, _, before, after, letter = field.split(" ")
        first = next(fields)
        path = next(fields) if letter[0] in "RC" else first
        previous = first if path != first else ""
        sha = before if after == ZERO else after
        found.append(Change(path, previous, STATUS[letter[0]], sha, _patch(git, base, head, (first, path))))
    return found


def _patch(git: Git, base: str, head: str, paths: tuple[str, str]) -> str | None:
    literal = [f":(literal){path}" for path in dict.fromkeys(paths)]
    text = git.run("diff-tree", "-p", "-M", base, head, "--", *literal).decode(errors="replace")
    start = re.search(r"^@@ ", text, re.MULTILINE)
    return text[start.start() :].removesuffix("\n") if start else None


def _count(patch: str | None, sign: str) -> int:
    return sum(line.startswith(sign) for line in (patch or "").split("\n"))
