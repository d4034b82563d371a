"""Patch: file changes against a base commit, with a digest that names exactly these changes."""

import hashlib
import json

from bot.words.value import Value


class FileChange(Value):
    """One file, as a whole.

    Attributes:
        path: relative to the repository's root.
        before: the text on the base commit; None for a new file.
        after: the new text; None for a deleted file.
        test: whether it is a test file (written by the test writer).
    """

    path: str
    before: str | None
    after: str | None
    test: bool = False


class Patch(Value):
    """Changes against one base commit; every file is UTF-8 text.

    Attributes:
        base: SHA of the base commit.
        changes: sorted by path, one per file.
    """

    base: str
    changes: tuple[FileChange, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over base and changes, in hexadecimal: the identity that evidence refers to."""
        content = [self.base, [[c.path, c.before, c.after, c.test] for c in self.changes]]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def tests(self) -> tuple[str, ...]:
        """Paths of the test files that this patch adds or changes."""
        return tuple(c.path for c in self.changes if c.test and c.after is not None)
