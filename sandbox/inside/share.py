"""A share: which tests of a collection one room runs, when several rooms run one suite. Both sides know it."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

#: Characters of a mark. With 48 bits two of 100,000 files have the same one in 1 of 50,000 suites; that is noticed.
LENGTH = 8
#: Names in one order to a room, which holds 32 KiB.
MOST_NAMES = 3_900


@dataclass(frozen=True)
class Share:
    """A part of a suite.

    Attributes:
        marks: of test files ("tests/test_a.py") and of ids; short, because thousands must fit one order.
        rest: whether the share is everything that is not named. In exactly one room of several it is, so that
            each test runs exactly once, also one that nobody knew of.
    """

    marks: frozenset[str]
    rest: bool = False

    def takes(self, identity: str) -> bool:
        """Whether the test with this id belongs to it."""
        named = mark(identity.partition("::")[0]) in self.marks or mark(identity) in self.marks
        return named != self.rest

    def packed(self) -> str:
        """All of it as one word, for an order."""
        return f"{'-' if self.rest else '+'}{''.join(sorted(self.marks))}"

    @classmethod
    def unpacked(cls, word: str) -> "Share":
        """What was packed."""
        starts = range(1, len(word), LENGTH)
        return cls(frozenset(word[start : start + LENGTH] for start in starts), word[0] == "-")


def mark(name: str) -> str:
    """Eight characters that stand for a file or an id."""
    return urlsafe_b64encode(sha256(name.encode()).digest()[:6]).decode()


def marked(names: Iterable[str], *, rest: bool = False) -> Share:
    """The share with these files and ids, or with all but these."""
    return Share(frozenset(map(mark, names)), rest)
